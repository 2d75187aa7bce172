// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Records
import SwiftProtobuf
import TransparencyLog

/// Log records in either encoding of OTLP.
enum OTLPDecoder {
    /// Hears of each record; `nil` for one that has not the form.
    typealias Hearer = (OTLPLog?, OTLPLog.Origin) -> Void

    // MARK: - Protocol buffers

    static func protobuf(_ bytes: UnsafeBufferPointer<UInt8>, _ hear: Hearer) throws(HTTPFailure) {
        let export: Daybook_Otlp_Export
        do {
            export = try Daybook_Otlp_Export(serializedBytes: Array(bytes))
        } catch {
            throw HTTPFailure(.badRequest, "the body is no export of logs as protocol buffers")
        }
        for resource in export.resources {
            let attributes = object(resource.resource.attributes)
            for scope in resource.scopes {
                let origin = OTLPLog.Origin(resource: attributes, scope: scope.scope.name)
                for log in scope.logs { hear(record(log), origin) }
            }
        }
    }

    private static func record(_ log: Daybook_Otlp_Log) -> OTLPLog {
        OTLPLog(
            time: log.time, observed: log.observed, severity: Int(log.severity),
            severityText: log.severityText, body: log.hasBody ? value(log.body) : nil,
            attributes: object(log.attributes), eventName: log.eventName,
            trace: hexadecimal(log.trace), span: hexadecimal(log.span))
    }

    private static func object(_ attributes: [Daybook_Otlp_Attribute]) -> JSONObject {
        JSONObject(attributes.map { ($0.key, value($0.value)) })
    }

    // Deep ones do not get here: the decoder stops at a hundred levels.
    private static func value(_ value: Daybook_Otlp_Value) -> JSONValue {
        switch value.value {
        case nil: .null
        case .text(let text): .string(text)
        case .flag(let flag): .bool(flag)
        case .integer(let number): .number(String(number))
        case .number(let number): Self.number(number)
        case .list(let list): .array(list.values.map { Self.value($0) })
        case .object(let object): .object(Self.object(object.values))
        case .data(let data): .string(data.base64EncodedString())
        }
    }

    private static func number(_ number: Double) -> JSONValue {
        number.isFinite ? .number("\(number)") : .string("\(number)")
    }

    private static func hexadecimal(_ data: Data) -> String {
        guard data.contains(where: { $0 != 0 }) else { return "" }
        return Hex.encode(data)
    }

    // MARK: - JSON

    static func json(_ bytes: UnsafeBufferPointer<UInt8>, _ hear: Hearer) throws(HTTPFailure) {
        guard let export = try JSONTree.parse(bytes).objectValue else {
            throw HTTPFailure(.badRequest, "the body is no export of logs: it is no JSON object")
        }
        for resource in list(export, "resourceLogs") {
            let attributes = Self.attributes(resource.objectValue?["resource"]?.objectValue)
            for scope in list(resource.objectValue, "scopeLogs") {
                let name = scope.objectValue?["scope"]?.objectValue?["name"]?.stringValue
                let origin = OTLPLog.Origin(resource: attributes, scope: name ?? "")
                for log in list(scope.objectValue, "logRecords") {
                    hear(log.objectValue.map { record($0) }, origin)
                }
            }
        }
    }

    private static func list(_ object: JSONObject?, _ name: String) -> [JSONValue] {
        object?[name]?.arrayValue ?? []
    }

    private static func record(_ object: JSONObject) -> OTLPLog {
        var log = OTLPLog()
        log.time = integer(object["timeUnixNano"])
        log.observed = integer(object["observedTimeUnixNano"])
        log.severity = Int(clamping: integer(object["severityNumber"]))
        log.severityText = object["severityText"]?.stringValue ?? ""
        log.body = object["body"].map { value($0) }
        log.attributes = attributes(object)
        log.eventName = object["eventName"]?.stringValue ?? ""
        log.trace = object["traceId"]?.stringValue ?? ""
        log.span = object["spanId"]?.stringValue ?? ""
        return log
    }

    /// Whole numbers come as numbers or, where they are long, as text.
    private static func integer(_ value: JSONValue?) -> UInt64 {
        switch value {
        case .number(let text)?, .string(let text)?: UInt64(text) ?? 0
        default: 0
        }
    }

    private static func attributes(_ object: JSONObject?) -> JSONObject {
        JSONObject(
            list(object, "attributes").compactMap { pair in
                guard let pair = pair.objectValue, let key = pair["key"]?.stringValue else {
                    return nil
                }
                return (key, pair["value"].map { value($0) } ?? .null)
            })
    }

    // The parser stops at its own limit of levels.
    private static func value(_ value: JSONValue) -> JSONValue {
        guard let object = value.objectValue, let member = object.first else { return .null }
        switch member.key {
        case "intValue":
            if let text = member.value.stringValue, Int64(text) != nil { return .number(text) }
            return member.value
        case "arrayValue":
            return .array(list(member.value.objectValue, "values").map { Self.value($0) })
        case "kvlistValue":
            return .object(
                JSONObject(
                    list(member.value.objectValue, "values").compactMap { pair in
                        guard let pair = pair.objectValue, let key = pair["key"]?.stringValue
                        else { return nil }
                        return (key, pair["value"].map { Self.value($0) } ?? .null)
                    }))
        default: return member.value
        }
    }
}
