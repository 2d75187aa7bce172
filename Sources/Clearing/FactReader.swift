// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
internal import Query
internal import Records
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
        book: String, filters: [String], opener: (any EnvelopeOpening)?,
        person: @escaping (Commitment) -> UInt64?
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
        var facts = RecordFacts(book: book, index: index)
        facts.bytes = line.count + 1
        guard
            case .object(var object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self))
        else {
            facts.unknown = [.person, .platform, .conversation, .kind, .matching]
            return facts
        }
        facts.timestamp = object.text("timestamp").flatMap { Timestamp($0) }
        facts.recorded = object.text("recorded").flatMap { Timestamp($0) } ?? facts.timestamp
        facts.kind = object.text("event_type") ?? object.text("event")
        if let commitment = object.text("sealed").flatMap({ Commitment(sealed: $0) }) {
            facts.commitment = commitment
            facts.person = person(commitment)
            if facts.person == nil { facts.unknown.insert(.person) }
            if let opened = try open(commitment) {
                object = object.opened(with: opened)
            } else {
                facts.unknown.formUnion(.sealed)
            }
        }
        facts.platform = object.text("platform")?.lowercased()
        facts.conversation = object.text("conversation")
        let whole = Array(JSONValue.object(object).description.utf8)
        for (text, filter) in filters {
            var row = RowEvaluator(filter)
            if whole.withUnsafeBufferPointer({ row.matches($0) }) { facts.matched.insert(text) }
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
