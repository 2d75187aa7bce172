// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
package import Records
package import Retention

/// One record under a person's key.
package struct PersonRecord: Sendable, Hashable {
    package let facts: RecordFacts
    package let state: EnvelopeState
    /// Its members, the opened ones in the place of `sealed`; as stored when it does not open.
    package let object: JSONObject
}

/// Finds, and opens where that is asked, the sealed records of a book, in batches.
package struct PersonRecords {
    /// Records that are looked up at once.
    private static let batchCount = 4096

    /// Whose records; nil is everybody's.
    private let people: Set<UInt64>?
    private let reader: FactReader
    private let owners: ([Commitment]) throws(ClearingError) -> [UInt64?]
    private let session: (any EnvelopeOpeningSession)?
    private var batch: [(index: UInt64, line: [UInt8], commitment: Commitment)] = []

    /// The records under somebody's key, opened. Memory grows with what is found.
    ///
    /// - Parameters:
    ///   - people: the vault's numbers of the person.
    ///   - filters: those that policies and holds use.
    ///   - opener: opens the envelopes; whoever calls has recorded that they are read.
    ///   - owners: whose envelopes these are, one answer each.
    /// - Throws: `damaged` when the book or an envelope cannot be read.
    package static func read(
        _ snapshot: BookSnapshot, of people: Set<UInt64>, filters: [String],
        opener: any EnvelopeOpening,
        owners: @escaping ([Commitment]) throws(ClearingError) -> [UInt64?]
    ) throws(ClearingError) -> [PersonRecord] {
        var found: [PersonRecord] = []
        try walk(
            snapshot, of: people, filters: filters, opener: opener, owners: owners
        ) { found.append($0) }
        return found
    }

    /// Calls `body` with each sealed record, in the order of the book.
    ///
    /// - Parameters:
    ///   - people: whose records; nil is everybody's.
    ///   - opener: nil opens nothing, and leaves unknown what only envelopes tell.
    package static func walk(
        _ snapshot: BookSnapshot, of people: Set<UInt64>?, filters: [String],
        opener: (any EnvelopeOpening)?,
        owners: @escaping ([Commitment]) throws(ClearingError) -> [UInt64?],
        _ body: (PersonRecord) -> Void
    ) throws(ClearingError) {
        let reader = try FactReader(book: snapshot.place.name, filters: filters)
        var failure: ClearingError?
        do throws(BookError) {
            var walk = PersonRecords(
                people: people, reader: reader, owners: owners, session: try opener?.session())
            try snapshot.forEachLine(in: 0..<snapshot.size) { index, line throws(BookError) in
                do throws(ClearingError) {
                    try walk.take(line, at: index, body)
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
            if failure == nil {
                do throws(ClearingError) { try walk.finishBatch(body) } catch { failure = error }
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        if let failure { throw failure }
    }

    private static let mark = Array(#""sealed":""#.utf8)

    /// The commitments in a book's lines, in batches and in their order.
    package static func commitments(in snapshot: BookSnapshot) throws(ClearingError)
        -> [[Commitment]]
    {
        var batches: [[Commitment]] = [[]]
        do throws(BookError) {
            try snapshot.forEachLine(in: 0..<snapshot.size) { _, line throws(BookError) in
                guard let commitment = commitment(in: line) else { return true }
                if batches[batches.count - 1].count == batchCount { batches.append([]) }
                batches[batches.count - 1].append(commitment)
                return true
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        return batches
    }

    private mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, at index: UInt64, _ body: (PersonRecord) -> Void
    ) throws(ClearingError) {
        guard let commitment = Self.commitment(in: line) else { return }
        batch.append((index, Array(line), commitment))
        if batch.count == Self.batchCount { try finishBatch(body) }
    }

    private static func commitment(in line: UnsafeBufferPointer<UInt8>) -> Commitment? {
        let count = Commitment.version.utf8.count + Commitment.textCount
        guard let start = end(of: mark, in: line), start + count <= line.count else { return nil }
        return Commitment(sealed: UnsafeBufferPointer(rebasing: line[start..<start + count]))
    }

    /// Where the first occurrence of some bytes ends.
    private static func end(of mark: [UInt8], in line: UnsafeBufferPointer<UInt8>) -> Int? {
        var start = 0
        while start + mark.count <= line.count {
            if line[start] == mark[0], line[start...].starts(with: mark) {
                return start + mark.count
            }
            start += 1
        }
        return nil
    }

    /// Looks up whose the batch is, and opens what is the person's.
    private mutating func finishBatch(_ body: (PersonRecord) -> Void) throws(ClearingError) {
        guard !batch.isEmpty else { return }
        let answers = try owners(batch.map(\.commitment))
        let theirs = zip(batch, answers).filter { entry in
            people.map { people in entry.1.map(people.contains) ?? false } ?? true
        }
        batch.removeAll(keepingCapacity: true)
        let opened = try open(theirs.map(\.0.commitment))
        for (place, (entry, owner)) in theirs.enumerated() {
            let text = String(decoding: entry.line, as: UTF8.self)
            guard let object = (try? JSONValue(parsing: text))?.objectValue else { continue }
            let (state, inner) = opened?[place] ?? (.open, nil)
            var facts = reader.facts(of: object, opened: inner, at: entry.index)
            facts.commitment = entry.commitment
            facts.person = owner
            if owner == nil { facts.unknown.insert(.person) }
            facts.bytes = entry.line.count + 1
            body(
                PersonRecord(
                    facts: facts, state: state,
                    object: inner.map { object.opened(with: $0) } ?? object))
        }
    }

    /// What is in envelopes; nil when nothing is to be opened.
    private func open(_ commitments: [Commitment]) throws(ClearingError)
        -> [(EnvelopeState, JSONObject?)]?
    {
        guard let session else { return nil }
        var opened: [(EnvelopeState, JSONObject?)] = []
        do throws(BookError) {
            try session.open(commitments) { _, state, plaintext in
                let text = String(decoding: plaintext, as: UTF8.self)
                let value = plaintext.isEmpty ? nil : try? JSONValue(parsing: text)
                opened.append((state, value?.objectValue))
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        guard opened.count == commitments.count else {
            throw ClearingError(.damaged, "the vault did not say what became of each envelope.")
        }
        return opened
    }
}
