// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Masking
package import Records
internal import Query

/// One of Daybook's own records about clearing, opened.
package struct LedgerEntry: Sendable, Hashable {
    package let index: UInt64
    package let kind: EventKind
    /// Its members, those of the envelope in the place of `sealed`.
    package let object: JSONObject
    /// Whether all that it says can be read: false when its envelope did not open.
    package let isOpen: Bool

    package init(index: UInt64, kind: EventKind, object: JSONObject, isOpen: Bool) {
        self.index = index
        self.kind = kind
        self.object = object
        self.isOpen = isOpen
    }

    /// When it was recorded.
    package var recorded: Timestamp? {
        (object.text("recorded") ?? object.text("timestamp")).flatMap { Timestamp($0) }
    }

    package func instant(_ key: String) -> Timestamp? {
        object.text(key).flatMap { Timestamp($0) }
    }
}

/// Reads Daybook's own records of some kinds from a book, in its order.
package enum LedgerReader {
    /// - Parameters:
    ///   - opener: opens what is sealed under the house's key; without one those entries are not
    ///     open.
    /// - Throws: `damaged` when the book cannot be read.
    package static func entries(
        of kinds: [EventKind], in snapshot: BookSnapshot, opener: (any EnvelopeOpening)?
    ) throws(ClearingError) -> [LedgerEntry] {
        var collector = Collector()
        let names = kinds.map(\.rawValue).joined(separator: " or ")
        do throws(QueryError) {
            let query = try Query(parsing: "event:(\(names)) and source:daybook")
            let source = QueryRun.Source(name: "audit", snapshot: snapshot, maySpill: false)
            _ = try QueryRun(try QueryPlan(query), over: [source]).run(into: &collector)
        } catch {
            throw ClearingError(
                .damaged, "the book \(snapshot.place.name) cannot be read: \(error)")
        }
        let wanted = Set(kinds)
        var entries = collector.found.compactMap { index, object -> LedgerEntry? in
            // Searching is lenient about case and about lists; what binds is not.
            guard object.text("source") == "daybook",
                let kind = object.text("event").map(EventKind.init(rawValue:)),
                wanted.contains(kind)
            else { return nil }
            return LedgerEntry(
                index: index, kind: kind, object: object, isOpen: object["sealed"] == nil)
        }
        entries.sort { $0.index < $1.index }
        guard let opener else { return entries }
        return try open(entries, opener)
    }

    private static func open(_ entries: [LedgerEntry], _ opener: any EnvelopeOpening)
        throws(ClearingError) -> [LedgerEntry]
    {
        var entries = entries
        let places = entries.indices.filter { !entries[$0].isOpen }
        let sealed = places.compactMap { place in
            entries[place].object.text("sealed").flatMap { Commitment(sealed: $0) }
                .map { (place, $0) }
        }
        guard !sealed.isEmpty else { return entries }
        do throws(BookError) {
            try opener.session().open(sealed.map(\.1)) { number, state, plaintext in
                guard state == .open else { return }
                let place = sealed[number].0
                let text = String(decoding: plaintext, as: UTF8.self)
                guard case .object(let inner)? = try? JSONValue(parsing: text) else { return }
                let old = entries[place]
                entries[place] = LedgerEntry(
                    index: old.index, kind: old.kind, object: old.object.opened(with: inner),
                    isOpen: true)
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        return entries
    }

    private struct Collector: QueryOutput {
        var found: [(UInt64, JSONObject)] = []

        mutating func begin(_ shape: ResultShape, hits: UInt64?) {}

        mutating func take(_ record: FoundRecord) -> Bool {
            let text = String(decoding: record.line, as: UTF8.self)
            if case .object(let object)? = try? JSONValue(parsing: text) {
                found.append((record.index, object))
            }
            return true
        }

        mutating func take(_ row: [RecordValue?]) -> Bool { true }
    }
}

extension JSONObject {
    /// The members of an envelope in the place of `sealed`.
    func opened(with inner: JSONObject) -> JSONObject {
        var members: [Member] = []
        for member in self {
            if member.key == "sealed" {
                members += inner.members
            } else {
                members.append(member)
            }
        }
        return JSONObject(members: members)
    }
}
