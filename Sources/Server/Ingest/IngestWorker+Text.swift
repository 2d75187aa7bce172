// SPDX-License-Identifier: Apache-2.0

import Desk
import Intake
import Masking
import Records

// What protocols for logs carry: an object that somebody made, or text that may be anything.
extension IngestWorker {
    /// Takes an object of a protocol; its members say which book it belongs to.
    ///
    /// - Returns: where its records stand.
    @discardableResult
    func take(
        sent object: JSONObject, from provenance: Provenance, to batch: inout IngestBatch
    ) -> IngestBatch.Place {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(object, into: &buffer)
        do throws(JSONError) {
            return try take(jsonLine: buffer.unsafeBytes, from: provenance, to: &batch)
        } catch {
            // Only for a text beyond the parser's limits.
            return take(object: object, .chat, from: provenance, to: &batch)
        }
    }

    /// Takes the text of one log record: JSON and the formats that Intake knows become what they are,
    /// all else is text for `chat`.
    ///
    /// - Parameter intake: of this request; it knows its client's formats.
    func take(
        text: String, _ enclosing: Enclosing, _ intake: inout Intake, from provenance: Provenance,
        to batch: inout IngestBatch
    ) {
        var items: [(object: JSONObject, book: IntakeBook?)] = []
        // Text of several records that no rule ties together stays in their order.
        func yield(_ item: IntakeItem) {
            switch item {
            case .object(let object, let book): items.append((object, book))
            case .jsonLine(let line, _):
                let text = String(decoding: line, as: UTF8.self)
                if let object = (try? JSONValue(parsing: text))?.objectValue {
                    items.append((object, nil))
                } else {
                    items.append((.refusedLine(line, because: "not a JSON object"), .chat))
                }
            }
        }
        var bytes = Array(text.utf8)
        bytes.append(0x0A)
        intake.feed(bytes, yield)
        intake.flush(yield)
        if items.isEmpty {
            // An empty message is still something that was sent.
            items.append((["event": "terminal_output", "text": .string(text)], .chat))
        }
        for (object, book) in items {
            let whole = enclosing.around(object)
            if let book {
                take(object: whole, book, from: provenance, to: &batch)
            } else {
                take(sent: whole, from: provenance, to: &batch)
            }
        }
    }
}

extension Intake {
    /// For records that come with an instant of their own: a time printed without a zone is UTC.
    static var ofClient: Intake { Intake(stream: .file) { $0 } }
}
