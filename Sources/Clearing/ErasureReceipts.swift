// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Query
internal import Records

/// What the records of the book `audit` say of erasures: each one's name, how many envelopes it took
/// and the SHA-256 over their commitments. They say it in the clear, so no key is needed.
package struct ErasureReceipts: Sendable {
    package struct Entry: Sendable, Hashable {
        /// Of the record that is the receipt.
        package let index: UInt64
        package let envelopes: Int
        /// Hexadecimal.
        package let digest: String
    }

    package private(set) var byName: [String: Entry] = [:]

    /// No erasure has a receipt.
    package init() {}

    /// Reads those of a book.
    package init(_ snapshot: BookSnapshot) throws(BookError) {
        var found = ReceiptLines()
        do throws(QueryError) {
            let plan = try QueryPlan(try Query(parsing: "event_type:\"clear_run\""))
            let source = QueryRun.Source(
                name: snapshot.place.name, snapshot: snapshot, maySpill: false)
            _ = try QueryRun(plan, over: [source]).run(into: &found)
        } catch {
            throw BookError(.damaged, "The receipts could not be read: \(error).")
        }
        byName = found.byName
    }
}

private struct ReceiptLines: QueryOutput {
    var byName: [String: ErasureReceipts.Entry] = [:]

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        guard
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: record.line, as: UTF8.self)),
            object.text("source") == "daybook", let name = object.text("erasure"),
            let digest = object.text("commitments_digest"),
            case .number(let text)? = object["envelopes"], let count = Int(text)
        else { return true }
        byName[name] = .init(index: record.index, envelopes: count, digest: digest)
        return true
    }

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool { true }
}
