// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Retention
import Vault

/// Finds out of many sealed records what retention has to know, a stretch of a book at a time: one
/// thread's share. Opens only what it must, and shows nothing of it to anybody.
final class FactScanner {
    private let source: Selection.Source
    /// Filters that are tried on opened lines.
    private let filters: [(text: String, filter: Filter)]
    private let rows: [RowBox]
    /// nil when nothing has to be opened.
    private let envelopes: EnvelopeLook?
    private let envelopeFacts: EnvelopeFactsLook
    /// Whether platform or conversation have to be known.
    private let needsMembers: Bool

    /// Of the stretch that was scanned last: envelopes that went before, and that the vault does not
    /// have.
    private(set) var erased = 0
    private(set) var missing = 0
    /// What the records of it that were to be counted commit to, in their order.
    private(set) var counted: [Commitment] = []

    /// Of the people who are asked for; nil when it has to be looked up of each.
    private let candidates: Candidates?
    private var reader = SealedLineReader()
    private var facts: [RecordFacts] = []
    private var lines = LineStore()
    private var opened = ByteBuffer()

    /// - Parameters:
    ///   - needs: what has to be known of a record.
    ///   - candidates: envelopes that may be of the people who are asked for (`Vault.candidates`).
    init(
        _ source: Selection.Source, of vault: Vault, needs: Scope.Needs,
        filters: [(text: String, filter: Filter)], candidates: Candidates? = nil
    ) throws(ClearingError) {
        self.candidates = candidates
        self.source = source
        self.filters = filters
        rows = filters.map { RowBox($0.filter) }
        needsMembers = !needs.isDisjoint(with: [.platform, .conversation])
        do throws(VaultError) {
            envelopes = needs.isDisjoint(with: .sealed) ? nil : try vault.look()
            envelopeFacts = try vault.factsLook()
        } catch {
            throw ClearingError(.damaged, error.message)
        }
    }

    /// Scans a stretch.
    ///
    /// - Parameters:
    ///   - isTheirs: whether records of this person are asked for, nil where nobody can tell whose one
    ///     is; without it everybody's are.
    ///   - mayBeMeant: what can be told from the line alone.
    ///   - isPossible: whether the vault's facts leave it possible that a record is meant: only then it
    ///     is opened, and is `body` called.
    ///   - body: takes the records in their order. Those of the house are left out.
    /// - Complexity: a pass over the lines and a look-up of each envelope; of the lines only what is
    ///   sealed when few people are asked for.
    func scan(
        _ range: Range<UInt64>, theirs isTheirs: ((UInt64?) -> Bool)? = nil,
        mayBeMeant: (SealedRecord) -> Bool = { _ in true },
        isPossible: (RecordFacts) -> Bool = { _ in true }, _ body: (RecordFacts) -> Void
    ) throws(ClearingError) {
        (erased, missing) = (0, 0)
        counted.removeAll()
        facts.removeAll(keepingCapacity: true)
        lines.removeAll()
        let take = { (index: UInt64, line: UnsafeBufferPointer<UInt8>) in
            self.takeLine(index, line, mayBeMeant)
            return true
        }
        do throws(BookError) {
            if let allowed = source.allowed {
                try source.snapshot.forEachLine(of: allowed.ranges, in: range, take)
            } else if let isTheirs {
                // Few lines are of one person: what is sealed tells which, without the rest.
                let theirs = try places(in: range, isTheirs)
                try source.snapshot.forEachLine(of: theirs.ranges, in: range, take)
            } else {
                try source.snapshot.forEachLine(in: range, take)
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        guard !facts.isEmpty else { return }
        do throws(VaultError) {
            for place in try look(isPossible) { body(facts[place]) }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
    }

    private func takeLine(
        _ index: UInt64, _ line: UnsafeBufferPointer<UInt8>, _ mayBeMeant: (SealedRecord) -> Bool
    ) {
        guard let record = reader.read(line, at: index) else { return }
        if source.counted?.contains(index) ?? false { counted.append(record.commitment) }
        guard mayBeMeant(record) else { return }
        var fact = RecordFacts(book: source.name, index: index)
        fact.commitment = record.commitment
        fact.timestamp = record.timestamp
        fact.recorded = record.recorded
        fact.kind = record.kind
        facts.append(fact)
        if envelopes != nil, !filters.isEmpty { lines.append(line) }
    }

    /// The records of a range that are asked for by whose they are; counts what is not there any more,
    /// as far as it may be theirs.
    private func places(
        in range: Range<UInt64>, _ isTheirs: (UInt64?) -> Bool
    ) throws(BookError) -> RecordRanges {
        let places = try SealedPlaces(source.snapshot, in: range, among: candidates?.sieve)
        let envelopes: [EnvelopeFacts]
        do throws(VaultError) {
            envelopes = try known(of: places.commitments)
        } catch {
            throw BookError(.damaged, error.message)
        }
        var theirs = RecordRanges()
        for (index, envelope) in zip(places.indexes, envelopes) {
            if isThere(envelope), isTheirs(envelope.person?.rawValue) { theirs.append(index) }
        }
        return theirs
    }

    /// What the vault knows of envelopes, in the order asked.
    private func known(of commitments: [Commitment]) throws(VaultError) -> [EnvelopeFacts] {
        guard let candidates else { return try envelopeFacts.facts(of: commitments) }
        return try candidates.facts(of: commitments, orFrom: envelopeFacts)
    }

    private func isThere(_ envelope: EnvelopeFacts) -> Bool {
        if !envelope.isPresent {
            missing += 1
        } else if envelope.erasedBy != nil {
            erased += 1
        }
        return envelope.isPresent && envelope.erasedBy == nil
    }

    /// Adds to the facts what the vault knows, and what it opens.
    ///
    /// - Returns: the places of those that may be meant.
    private func look(_ isPossible: (RecordFacts) -> Bool) throws(VaultError) -> [Int] {
        let commitments = facts.compactMap(\.commitment)
        var possible: [Int] = []
        if let envelopes {
            try envelopes.look(
                commitments,
                wanted: { place, envelope in
                    // One that is looked at again may be another now.
                    if possible.last == place { possible.removeLast() }
                    guard add(envelope, at: place), isPossible(facts[place]) else { return false }
                    possible.append(place)
                    return true
                }, see)
        } else {
            for (place, envelope) in try known(of: commitments).enumerated()
            where add(envelope, at: place) && isPossible(facts[place]) {
                possible.append(place)
            }
        }
        return possible
    }

    /// Adds what the vault knows of an envelope; false when there is nothing to decide over.
    private func add(_ envelope: EnvelopeFacts, at place: Int) -> Bool {
        guard isThere(envelope), envelope.person != .house else { return false }
        facts[place].person = envelope.person?.rawValue
        facts[place].bytes = envelope.storedBytes
        if envelope.person == nil { facts[place].unknown.insert(.person) }
        facts[place].unknown.formUnion(.sealed)
        return true
    }

    /// Notes what policies, holds and selectors ask of an envelope that was opened.
    private func see(_ place: Int, _ state: EnvelopeState, _ text: UnsafeBufferPointer<UInt8>) {
        switch state {
        case .open, .redacted, .restricted: break
        default: return
        }
        guard text.count > 0 else { return }
        if needsMembers {
            guard reader.load(text) else { return }
            facts[place].platform = reader.text("platform")?.lowercased()
            facts[place].conversation = reader.text("conversation")
        }
        facts[place].unknown.subtract(.sealed)
        guard !filters.isEmpty else { return }
        lines.withLine(place) { line in
            // Few are; the others need not be put together.
            guard rows.contains(where: { $0.mayMatch(line, text) }),
                let seal = OpenedLine.seal(of: line)
            else { return }
            opened.removeAll()
            OpenedLine.write(line, seal, .open, text, into: &opened)
            for (filter, row) in zip(filters, rows) where row.matches(opened.unsafeBytes) {
                facts[place].matched.insert(filter.text)
            }
        }
    }

    /// Filters from their texts.
    ///
    /// - Throws: `usage` for what is no filter.
    static func filters(_ texts: [String]) throws(ClearingError) -> [(text: String, filter: Filter)]
    {
        var filters: [(text: String, filter: Filter)] = []
        for text in texts where !filters.contains(where: { $0.text == text }) {
            do throws(QueryError) {
                let query = try Query(parsing: text)
                guard query.pipes.isEmpty else {
                    throw QueryError(.meaning, "pipes choose no records", at: nil)
                }
                filters.append((text, query.filter))
            } catch {
                throw ClearingError(.usage, "'\(text)' is no filter: \(error.message).")
            }
        }
        return filters
    }
}

/// Lines one after the other.
private struct LineStore {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: line)
        ends.append(bytes.count)
    }

    func withLine(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            body(
                UnsafeBufferPointer(
                    rebasing: all[(place == 0 ? 0 : ends[place - 1])..<ends[place]]))
        }
    }
}

/// An evaluator that an array can hold.
private final class RowBox {
    private var row: RowEvaluator

    init(_ filter: Filter) { row = RowEvaluator(filter) }

    func matches(_ line: UnsafeBufferPointer<UInt8>) -> Bool { row.matches(line) }

    func mayMatch(
        _ line: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool { row.mayMatch(line, text) }
}
