// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
internal import Query
package import Records
package import Retention

/// Finds out of single records what retention has to know. For many records there is `Selection`.
package struct FactReader {
    private let book: String
    private let filters: [(text: String, filter: Filter)]
    private let opener: (any EnvelopeOpening)?
    private let person: (Commitment) -> UInt64?

    /// - Parameters:
    ///   - filters: those that policies and holds use (`Decider.filters`).
    ///   - opener: without one, what is sealed is not known.
    ///   - person: the vault's number of whose an envelope is.
    /// - Throws: `usage` when a filter is none.
    package init(
        book: String, filters: [String], opener: (any EnvelopeOpening)? = nil,
        person: @escaping (Commitment) -> UInt64? = { _ in nil }
    ) throws(ClearingError) {
        self.book = book
        self.opener = opener
        self.person = person
        var parsed: [(String, Filter)] = []
        for text in Set(filters) {
            do throws(QueryError) {
                parsed.append((text, try Query(parsing: text).filter))
            } catch {
                throw ClearingError(.usage, "the filter \(text) is none: \(error)")
            }
        }
        self.filters = parsed
    }

    /// - Parameter line: its stored bytes.
    package func facts(of line: [UInt8], at index: UInt64) throws(ClearingError) -> RecordFacts {
        let text = String(decoding: line, as: UTF8.self)
        guard let object = (try? JSONValue(parsing: text))?.objectValue else {
            var facts = RecordFacts(book: book, index: index)
            facts.unknown = [.person, .platform, .conversation, .kind, .matching]
            return facts
        }
        let commitment = object.text("sealed").flatMap { Commitment(sealed: $0) }
        var facts = facts(of: object, opened: try commitment.flatMap(open), at: index)
        facts.bytes = line.count + 1
        facts.commitment = commitment
        facts.person = commitment.flatMap(person)
        if commitment != nil, facts.person == nil { facts.unknown.insert(.person) }
        return facts
    }

    /// What a record's members tell.
    ///
    /// - Parameter opened: what is in its envelope; nil when nobody looked, or it has none.
    package func facts(of object: JSONObject, opened: JSONObject?, at index: UInt64)
        -> RecordFacts
    {
        var facts = RecordFacts(book: book, index: index)
        facts.timestamp = object.text("timestamp").flatMap { Timestamp($0) }
        facts.recorded = object.text("recorded").flatMap { Timestamp($0) } ?? facts.timestamp
        facts.kind = object.text("event_type") ?? object.text("event")
        let whole = opened.map { object.opened(with: $0) } ?? object
        if opened == nil, object["sealed"] != nil { facts.unknown = .sealed }
        facts.platform = whole.text("platform")?.lowercased()
        facts.conversation = whole.text("conversation")
        guard !filters.isEmpty else { return facts }
        let line = Array(JSONValue.object(whole).description.utf8)
        for (text, filter) in filters {
            var row = RowEvaluator(filter)
            if line.withUnsafeBufferPointer({ row.matches($0) }) { facts.matched.insert(text) }
        }
        return facts
    }

    private func open(_ commitment: Commitment) throws(ClearingError) -> JSONObject? {
        guard let opener else { return nil }
        var found: JSONObject?
        do throws(BookError) {
            try opener.session().open([commitment]) { _, state, plaintext in
                guard !plaintext.isEmpty else { return }
                let text = String(decoding: plaintext, as: UTF8.self)
                if case .object(let object)? = try? JSONValue(parsing: text) { found = object }
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        return found
    }
}
