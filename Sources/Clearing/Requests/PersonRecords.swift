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

/// Finds and opens the sealed records of a person, a stretch of a book at a time.
package struct PersonRecords {
    private let reader: FactReader
    private let session: any EnvelopeOpeningSession
    private var found: [PersonRecord] = []

    /// The records under somebody's key, opened. Memory grows with what is found.
    ///
    /// - Parameters:
    ///   - people: the vault's numbers of the person.
    ///   - filters: those that policies and holds use.
    ///   - opener: opens the envelopes; whoever calls has recorded that they are read.
    ///   - owners: whose envelopes these are, one answer each.
    /// - Throws: `damaged` when the book or an envelope cannot be read.
    /// - Complexity: of everybody's records only what is sealed is read, about a microsecond each.
    package static func read(
        _ snapshot: BookSnapshot, of people: Set<UInt64>, filters: [String],
        opener: any EnvelopeOpening,
        owners: ([Commitment]) throws(ClearingError) -> [UInt64?]
    ) throws(ClearingError) -> [PersonRecord] {
        let reader = try FactReader(book: snapshot.place.name, filters: filters)
        return try onBook { () throws(BookError) in
            var records = PersonRecords(reader: reader, session: try opener.session())
            for range in stretches(of: snapshot) {
                let places = try SealedPlaces(snapshot, in: range)
                var theirs: [UInt64: UInt64] = [:]
                var runs = RecordRanges()
                for (index, owner) in zip(places.indexes, try answers(places, owners)) {
                    guard let owner, people.contains(owner) else { continue }
                    theirs[index] = owner
                    runs.append(index)
                }
                try records.take(runs, of: theirs, from: snapshot)
            }
            return records.found
        }
    }

    /// The commitments in a book's lines, in batches and in their order.
    package static func commitments(in snapshot: BookSnapshot) throws(ClearingError)
        -> [[Commitment]]
    {
        try onBook { () throws(BookError) in
            var batches: [[Commitment]] = []
            for range in stretches(of: snapshot) {
                batches.append(try SealedPlaces(snapshot, in: range).commitments)
            }
            return batches
        }
    }

    private static func stretches(of snapshot: BookSnapshot) -> [Range<UInt64>] {
        let step = UInt64(Limits.selectionRecords)
        return stride(from: snapshot.firstKept, to: snapshot.size, by: Int(step)).map {
            $0..<min($0 + step, snapshot.size)
        }
    }

    private static func onBook<Value>(
        _ body: () throws(BookError) -> Value
    ) throws(ClearingError) -> Value {
        do throws(BookError) {
            return try body()
        } catch {
            throw ClearingError(.damaged, error.message)
        }
    }

    private static func answers(
        _ places: SealedPlaces, _ owners: ([Commitment]) throws(ClearingError) -> [UInt64?]
    ) throws(BookError) -> [UInt64?] {
        do throws(ClearingError) {
            return try owners(places.commitments)
        } catch {
            throw BookError(.damaged, error.message)
        }
    }

    /// Reads and opens records, which are the person's.
    private mutating func take(
        _ runs: RecordRanges, of owners: [UInt64: UInt64], from snapshot: BookSnapshot
    ) throws(BookError) {
        var lines: [(index: UInt64, object: JSONObject, bytes: Int, commitment: Commitment)] = []
        try snapshot.forEachLine(of: runs.ranges, in: 0..<snapshot.size) { index, line in
            let text = String(decoding: line, as: UTF8.self)
            if let object = (try? JSONValue(parsing: text))?.objectValue,
                let commitment = object.text("sealed").flatMap({ Commitment(sealed: $0) })
            {
                lines.append((index, object, line.count + 1, commitment))
            }
            return true
        }
        try session.open(lines.map(\.commitment)) { place, state, plaintext in
            let (index, object, bytes, commitment) = lines[place]
            let text = String(decoding: plaintext, as: UTF8.self)
            let inner = plaintext.isEmpty ? nil : (try? JSONValue(parsing: text))?.objectValue
            var facts = reader.facts(of: object, opened: inner, at: index)
            facts.commitment = commitment
            facts.person = owners[index]
            facts.bytes = bytes
            found.append(
                PersonRecord(
                    facts: facts, state: state,
                    object: inner.map { object.opened(with: $0) } ?? object))
        }
    }
}
