// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Synchronization

/// What a query left out or could not open, counted by all of its threads.
final class SealedTally: Sendable {
    private let restrictedCount = Atomic<UInt64>(0)
    private let closedCount = Atomic<UInt64>(0)

    /// Restricted records that were left out, whatever they say.
    var restricted: UInt64 { restrictedCount.load(ordering: .relaxed) }
    /// Envelopes that are locked, missing or altered.
    var closed: UInt64 { closedCount.load(ordering: .relaxed) }

    func addRestricted() { restrictedCount.add(1, ordering: .relaxed) }
    func addClosed() { closedCount.add(1, ordering: .relaxed) }

    /// A query that looks twice counts once.
    func reset() {
        restrictedCount.store(0, ordering: .relaxed)
        closedCount.store(0, ordering: .relaxed)
    }
}

/// How the envelopes of a source are opened.
struct SealedSource: Sendable {
    let opener: any EnvelopeOpening
    let tally: SealedTally
}

/// Opens the sealed lines that a scan comes by. For one thread; plaintexts stay in its memory until
/// the next call and are then overwritten.
final class SealedLines {
    private let source: SealedSource
    /// Made at the first sealed line: most searches of most books meet none.
    private var session: (any EnvelopeOpeningSession)?
    private var seals: [OpenedLine.Seal] = []
    private var commitments: [Commitment] = []
    /// The line of each seal.
    private var places: [Int] = []
    private var opened = ByteBuffer(capacity: 1 << 16)
    /// Where each opened line is; empty for what is left out.
    private var ranges: [Range<Int>] = []

    init(_ source: SealedSource) { self.source = source }

    /// Calls `body` with each line as it reads when opened, and its place, in order. Lines without
    /// a seal come as they are; restricted records are left out and counted.
    ///
    /// - Parameters:
    ///   - line: the line at a place; asked more than once.
    ///   - isWanted: asked of each sealed line before it is opened.
    /// - Throws: `unreadable` when the vault cannot be read; what `body` throws.
    func forEach(
        _ count: Int, _ line: (Int) -> UnsafeBufferPointer<UInt8>,
        wanted isWanted: (UnsafeBufferPointer<UInt8>) -> Bool = { _ in true },
        _ body: (Int, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Void
    ) throws(QueryError) {
        var from = 0
        while from < count {
            let to = min(count, from + Limits.envelopesAtOnce)
            collect(from..<to, line, isWanted)
            try open(line)
            var next = 0
            for place in from..<to {
                guard next < places.count, places[next] == place else {
                    let line = line(place)
                    if unwanted.isEmpty || !unwanted.contains(place) { try body(place, line) }
                    continue
                }
                let range = ranges[next]
                next += 1
                guard !range.isEmpty else { continue }
                try body(place, UnsafeBufferPointer(rebasing: opened.unsafeBytes[range]))
            }
            from = to
        }
    }

    /// Sealed lines that need no opening, since they cannot match.
    private var unwanted: Set<Int> = []

    private func collect(
        _ range: Range<Int>, _ line: (Int) -> UnsafeBufferPointer<UInt8>,
        _ isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        seals.removeAll(keepingCapacity: true)
        commitments.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        unwanted.removeAll(keepingCapacity: true)
        for place in range {
            let line = line(place)
            guard let seal = OpenedLine.seal(of: line) else { continue }
            guard isWanted(line) else {
                unwanted.insert(place)
                continue
            }
            seals.append(seal)
            commitments.append(seal.commitment)
            places.append(place)
        }
    }

    private func currentSession() throws(BookError) -> any EnvelopeOpeningSession {
        if let session { return session }
        let made = try source.opener.session()
        session = made
        return made
    }

    private func open(_ line: (Int) -> UnsafeBufferPointer<UInt8>) throws(QueryError) {
        opened.removeAll()
        ranges.removeAll(keepingCapacity: true)
        guard !commitments.isEmpty else { return }
        for _ in places { ranges.append(0..<0) }
        do throws(BookError) {
            let session = try currentSession()
            try session.open(commitments) { [self] number, state, plaintext in
                switch state {
                case .restricted: return source.tally.addRestricted()
                case .locked, .missing, .altered: source.tally.addClosed()
                case .open, .redacted, .erased: break
                }
                let start = opened.count
                OpenedLine.write(
                    line(places[number]), seals[number], state, plaintext, into: &opened)
                ranges[number] = start..<opened.count
            }
        } catch {
            throw QueryError(.unreadable, error.message)
        }
    }
}
