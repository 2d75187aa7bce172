// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Masking
import Records

/// The lines of a `_bulk` request: what to do, then the document, again and again.
struct ElasticBulk {
    /// What came of one action, in the order of the request.
    struct Item {
        let action: String
        let index: String
        let id: String?
        /// Where its records stand in the batch; nil when it was refused.
        var place: IngestBatch.Place?
        /// By what its document is known again, and what it says; nil for one without an id.
        var key: DocumentKeys.Key?
        var content: DocumentKeys.Key?
        /// The record that it is already.
        var known: UInt64?
        var refusal: (status: Int, type: String, reason: String)?
    }

    private(set) var items: [Item] = []
    private let target: String?
    private let client: String
    private let documents: DocumentKeys
    /// Whether ids are looked at: not in a batch that has a key of its own, which is known as a whole.
    private let recognises: Bool
    /// Documents that this request is to record.
    private var mine: Set<DocumentKeys.Key> = []

    /// - Parameters:
    ///   - target: the index of the path, for actions that name none.
    ///   - client: who sends.
    init(target: String?, of client: String, _ documents: DocumentKeys, recognises: Bool) {
        self.target = target
        self.client = client
        self.documents = documents
        self.recognises = recognises
    }

    /// Takes every action.
    ///
    /// - Throws: 400 when the lines have not the form; nothing may be stored then.
    mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, _ worker: IngestWorker, from provenance: Provenance,
        to batch: inout IngestBatch
    ) throws(HTTPFailure) {
        var rest = bytes
        var number = 0
        while let line = rest.cutLine() {
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x0D }) else { continue }
            var item = try item(line, number)
            guard item.action != "delete" else {
                item.refusal = Self.onlyAppends
                items.append(item)
                continue
            }
            guard let document = rest.cutLine() else {
                throw HTTPFailure(
                    .badRequest, "line \(number): the document of this action is missing")
            }
            number += 1
            if item.action == "update" {
                item.refusal = Self.onlyAppends
            } else if recognise(&item, document) {
                do throws(JSONError) {
                    item.place = try worker.take(
                        document: document, id: item.id, from: provenance, to: &batch)
                } catch {
                    item.refusal = (
                        400, "document_parsing_exception", "not a JSON object: \(error)"
                    )
                    forget(&item)
                }
            }
            items.append(item)
        }
    }

    private static let onlyAppends = (
        status: 400, type: "illegal_argument_exception",
        reason: "records are only added: use create or index"
    )

    // MARK: - Documents that were there

    /// Whether a document is to be recorded. One with an id that came before is not: `create` is told
    /// so, and so is `index` where it says the same.
    private mutating func recognise(
        _ item: inout Item, _ document: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard recognises, let id = item.id else { return true }
        let key = documents.key(id, index: item.index, of: client)
        let content = documents.key(content: document)
        switch documents.begin(key, content, replaces: item.action == "index") {
        case .new:
            item.key = key
            item.content = content
            mine.insert(key)
            return true
        case .running where mine.contains(key):
            // Twice in one request: the first one counts, and what says something else is no retry.
            item.refusal = Self.conflict(id)
        case .running:
            item.refusal = (
                429, "es_rejected_execution_exception",
                "the same document is on its way; again later"
            )
        case .recorded(let number, _) where item.action == "index":
            item.known = number
        case .recorded: item.refusal = Self.conflict(id)
        }
        return false
    }

    private static func conflict(_ id: String) -> (status: Int, type: String, reason: String) {
        (
            409, "version_conflict_engine_exception",
            "[\(id)]: version conflict, document already exists (current version [1])"
        )
    }

    private mutating func forget(_ item: inout Item) {
        guard let key = item.key else { return }
        documents.end(key, nil)
        mine.remove(key)
        item.key = nil
    }

    /// Nothing of the request was recorded.
    func abandon() {
        for key in mine { documents.end(key, nil) }
    }

    /// Documents that are known again once they are recorded, with their places in a batch.
    func recognised(_ batch: IngestBatch) -> [DocumentMemory.Document] {
        items.compactMap { item in
            guard let key = item.key, let content = item.content, let place = item.place else {
                return nil
            }
            return .init(
                key: key, content: content, book: batch.lanes[place.lane].name,
                first: place.first, count: place.count)
        }
    }

    /// Says which of its documents stand in the books: those, and no other, are known again.
    func settle(_ found: [DocumentMemory.Document], _ landed: [Landed]) {
        for document in found { documents.end(document.key, landed.index(of: document)) }
    }

    private func item(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int
    ) throws(HTTPFailure) -> Item {
        let text = String(decoding: line, as: UTF8.self)
        guard let object = (try? JSONValue(parsing: text))?.objectValue, object.count == 1,
            let member = object.first, let meta = member.value.objectValue,
            ["create", "index", "update", "delete"].contains(member.key)
        else {
            throw HTTPFailure(
                .badRequest,
                "line \(number): expected an action such as {\"create\":{}}. Nothing of this request "
                    + "was recorded.")
        }
        return Item(
            action: member.key, index: meta["_index"]?.stringValue ?? target ?? "daybook",
            // Some shippers write an empty one for none.
            id: meta["_id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// `{"took":1,"errors":false,"items":[{"create":{…,"status":201}}]}`
    ///
    /// - Parameter landed: where each lane's records stand now.
    func answer(_ batch: IngestBatch, _ landed: [Landed], milliseconds: Int) -> JSONObject {
        let positions = batch.lanes.map { lane in
            landed.filter { $0.book == lane.name }
        }
        var hasErrors = false
        var answers: [JSONValue] = []
        answers.reserveCapacity(items.count)
        for item in items {
            var object: JSONObject = ["_index": .string(item.index)]
            if let place = item.place {
                let number = positions[place.lane].index(of: place.first)
                let id = item.id ?? "\(batch.lanes[place.lane].name)-\(number)"
                object.append("_id", .string(id))
                object.append("_version", 1)
                object.append("result", "created")
                object.append("_shards", ["total": 1, "successful": 1, "failed": 0])
                object.append("_seq_no", .number(String(number)))
                object.append("_primary_term", 1)
                object.append("status", 201)
            } else if let number = item.known {
                object.append("_id", .string(item.id ?? ""))
                object.append("_version", 1)
                object.append("result", "noop")
                object.append("_shards", ["total": 1, "successful": 1, "failed": 0])
                object.append("_seq_no", .number(String(number)))
                object.append("_primary_term", 1)
                object.append("status", 200)
            } else {
                hasErrors = true
                object.append("_id", item.id.map { .string($0) } ?? .null)
                object.append("status", .number(String(item.refusal?.status ?? 400)))
                object.append(
                    "error",
                    [
                        "type": .string(item.refusal?.type ?? ""),
                        "reason": .string(item.refusal?.reason ?? ""),
                    ])
            }
            answers.append(.object([item.action: .object(object)]))
        }
        return [
            "took": .number(String(milliseconds)), "errors": .bool(hasErrors),
            "items": .array(answers),
        ]
    }
}

extension [Landed] {
    /// The index of a batch's record by its place among those of its book.
    func index(of place: Int) -> UInt64 {
        var before = 0
        for range in self {
            if place < before + range.count { return range.first + UInt64(place - before) }
            before += range.count
        }
        return 0
    }
}

extension IngestWorker {
    /// Takes one document of Elasticsearch: the object as it is. A shipper's document whose `message`
    /// is a JSON object with an event is that event; what the shipper says beside goes under
    /// `shipper`.
    ///
    /// - Parameter id: what the client calls it; kept as `document_id`.
    /// - Throws: what the parser throws, and `unexpectedByte` for what is no object.
    fileprivate func take(
        document line: UnsafeBufferPointer<UInt8>, id: String?, from provenance: Provenance,
        to batch: inout IngestBatch
    ) throws(JSONError) -> IngestBatch.Place {
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else {
            throw JSONError(.empty, at: 0)
        }
        guard first == UInt8(ascii: "{") else { throw JSONError(.unexpectedByte, at: 0) }
        let mayHoldEvent = line.contains(Self.messageOfObject)
        guard mayHoldEvent || id != nil else {
            return try take(jsonLine: line, from: provenance, to: &batch)
        }
        guard
            var object = try JSONValue(parsing: String(decoding: line, as: UTF8.self)).objectValue
        else { throw JSONError(.unexpectedByte, at: 0) }
        if let text = object["message"]?.stringValue, text.hasPrefix("{"),
            var event = (try? JSONValue(parsing: text))?.objectValue,
            event["event"]?.stringValue != nil || event["event_type"]?.stringValue != nil
        {
            object.remove("message")
            let instant = object.remove("@timestamp")
            if let instant, !["timestamp", "time", "ts"].contains(where: { event.contains($0) }) {
                event.append("timestamp", instant)
            }
            event.append(event.contains("shipper") ? "sender_shipper" : "shipper", .object(object))
            object = event
        }
        if let id, !object.contains("document_id") { object.append("document_id", .string(id)) }
        return take(sent: object, from: provenance, to: &batch)
    }

    private static let messageOfObject = Array("\"message\":\"{".utf8)
}
