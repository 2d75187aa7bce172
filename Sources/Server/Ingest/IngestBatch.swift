// SPDX-License-Identifier: Apache-2.0

import Desk
import Intake
import Masking
import Records

/// Masked records of one request, or a part of it, sorted by book.
struct IngestBatch: Sendable {
    /// One book with what it is to take.
    struct Lane: Sendable {
        let name: String
        /// What is personal in its records.
        let rule: SealRule
        var records = MaskedRecords()
    }

    /// Where the records of one item stand in its batch: a long one has several.
    struct Place: Sendable, Hashable {
        let lane: Int
        let first: Int
        let count: Int
    }

    /// The book for structured records and, unless one takes all, the book for text.
    var lanes: [Lane]

    init(_ lanes: [Lane]) { self.lanes = lanes }

    func lane(for book: IntakeBook) -> Int { book == .chat ? lanes.count - 1 : 0 }

    /// Where the records that one lane took since `first` stand.
    fileprivate func place(_ lane: Int, since first: Int) -> Place {
        Place(lane: lane, first: first, count: lanes[lane].records.count - first)
    }
}

/// One thread's way from bytes to masked records.
final class IngestWorker: @unchecked Sendable {
    // Sendable, because `Ingest` gives it to one thread at a time.
    private var session: MaskingSession

    init(_ masker: Masker) { session = MaskingSession(masker) }

    /// Takes one JSON object on a line.
    ///
    /// - Throws: what the parser throws; then nothing was added.
    @discardableResult
    func take(
        jsonLine line: UnsafeBufferPointer<UInt8>, from provenance: Provenance,
        to batch: inout IngestBatch
    ) throws(JSONError) -> IngestBatch.Place {
        let lane = batch.lanes.count == 1 ? 0 : batch.lane(for: Intake.book(ofJSONLine: line))
        let first = batch.lanes[lane].records.count
        try session.append(
            jsonLine: line, from: provenance, sealing: batch.lanes[lane].rule,
            to: &batch.lanes[lane].records)
        return batch.place(lane, since: first)
    }

    /// Takes one object that was made of what came.
    @discardableResult
    func take(
        object: JSONObject, _ book: IntakeBook, from provenance: Provenance,
        to batch: inout IngestBatch
    ) -> IngestBatch.Place {
        let lane = batch.lane(for: book)
        let first = batch.lanes[lane].records.count
        session.append(
            object: object, from: provenance, sealing: batch.lanes[lane].rule,
            to: &batch.lanes[lane].records)
        return batch.place(lane, since: first)
    }

    /// One of Daybook's own records.
    func takeHouse(_ object: JSONObject, sealing names: [String]) -> MaskedRecords {
        var records = MaskedRecords()
        session.append(
            object: object, from: .daybook, sealing: names.isEmpty ? .none : .house(names),
            to: &records)
        return records
    }

    /// Takes one line: a JSON object, or else text that says why it is none. Nothing is lost.
    ///
    /// - Returns: nil for an empty line.
    func take(
        line: UnsafeBufferPointer<UInt8>, from provenance: Provenance, to batch: inout IngestBatch
    ) -> (place: IngestBatch.Place, refusal: String?)? {
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else {
            return nil
        }
        var reason = "not a JSON object"
        if first == UInt8(ascii: "{") {
            do throws(JSONError) {
                return (try take(jsonLine: line, from: provenance, to: &batch), nil)
            } catch {
                reason = "not a JSON object: \(error)"
            }
        }
        let place = take(
            object: .refusedLine(line, because: reason), .chat, from: provenance, to: &batch)
        return (place, reason)
    }
}
