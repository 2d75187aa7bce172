// SPDX-License-Identifier: Apache-2.0

import Intake
import Masking
import Records

/// One log record of OpenTelemetry, whichever way it was encoded.
struct OTLPLog {
    var time: UInt64 = 0
    var observed: UInt64 = 0
    /// 1 to 24; 0 when nobody said.
    var severity = 0
    var severityText = ""
    var body: JSONValue?
    var attributes = JSONObject()
    var eventName = ""
    /// In hexadecimal; empty for none.
    var trace = ""
    var span = ""

    /// What its neighbours share with it.
    struct Origin {
        var resource = JSONObject()
        var scope = ""
    }

    /// Trace 1, debug 5, info 9, warn 13, error 17, fatal 21, each with three more.
    var level: Level? {
        switch severity {
        case 1...8: .debug
        case 9...12: .info
        case 13...16: .warning
        case 17...20: .error
        case 21...24: .critical
        default: Level(severityText)
        }
    }

    /// Adds its record.
    func take(
        _ origin: Origin, _ worker: IngestWorker, _ intake: inout Intake,
        from provenance: Provenance, to batch: inout IngestBatch
    ) {
        var enclosing = Enclosing(nanoseconds: time > 0 ? time : observed, level: level)
        if !origin.scope.isEmpty { enclosing.members.append(("logger", .string(origin.scope))) }
        if !trace.isEmpty { enclosing.members.append(("trace_id", .string(trace))) }
        if !span.isEmpty { enclosing.members.append(("span_id", .string(span))) }
        let resource = JSONValue.object(origin.resource)
        if let event = eventKind {
            // A named event: its attributes are its members, as structlog and others write them.
            var object: JSONObject = ["event": .string(event), "event_type": .string(event)]
            for member in attributes where member.key != "event" && member.key != "event_type" {
                object.append(member.key, member.value)
            }
            if let body, body.stringValue != event {
                object.append(object.contains("message") ? "sender_message" : "message", body)
            }
            if !origin.resource.isEmpty { enclosing.members.append(("resource", resource)) }
            worker.take(sent: enclosing.around(object), from: provenance, to: &batch)
            return
        }
        if !attributes.isEmpty { enclosing.members.append(("attributes", .object(attributes))) }
        if !origin.resource.isEmpty { enclosing.members.append(("resource", resource)) }
        switch body {
        case .object(let object):
            worker.take(sent: enclosing.around(object), from: provenance, to: &batch)
        case .string(let text):
            worker.take(text: text, enclosing, &intake, from: provenance, to: &batch)
        default:
            let object: JSONObject = ["event": "terminal_output", "body": body ?? .null]
            worker.take(
                object: enclosing.around(object), .chat, from: provenance, to: &batch)
        }
    }

    /// The name of the event, where somebody gave one that is a name and no sentence.
    private var eventKind: String? {
        let names = [
            eventName, attributes["event_type"]?.stringValue, attributes["event"]?.stringValue,
            attributes["event.name"]?.stringValue,
        ]
        return names.compactMap { $0 }.first { name in
            !name.isEmpty && name.utf8.count <= 64
                && name.utf8.allSatisfy {
                    $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")
                        || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                }
        }
    }
}
