// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Records
import SwiftProtobuf

/// A push, decoded: streams of lines with their labels.
enum LokiPush {
    /// Lines under the same labels.
    struct Stream {
        var labels = JSONObject()
        var entries: [Entry] = []

        /// What is known of an entry besides its line.
        func enclosing(_ entry: Entry) -> Enclosing {
            var enclosing = Enclosing(nanoseconds: entry.nanoseconds)
            if !labels.isEmpty { enclosing.members.append(("labels", .object(labels))) }
            if !entry.metadata.isEmpty {
                enclosing.members.append(("metadata", .object(entry.metadata)))
            }
            for name in ["level", "severity", "detected_level"] {
                guard let word = (entry.metadata[name] ?? labels[name])?.stringValue,
                    let level = Level(word)
                else { continue }
                enclosing.level = level
                break
            }
            return enclosing
        }
    }

    struct Entry {
        var nanoseconds: UInt64
        var line: String
        var metadata = JSONObject()
    }

    // MARK: - JSON

    /// `{"streams":[{"stream":{"k":"v"},"values":[["<nanoseconds>","line",{"k":"v"}]]}]}`
    static func json(_ bytes: UnsafeBufferPointer<UInt8>) throws(HTTPFailure) -> [Stream] {
        let value = try JSONTree.parse(bytes)
        guard let streams = value.objectValue?["streams"]?.arrayValue else {
            throw refused("there is no list \"streams\"")
        }
        var found: [Stream] = []
        for stream in streams {
            guard let object = stream.objectValue, let labels = object["stream"]?.objectValue,
                let values = object["values"]?.arrayValue
            else { throw refused("a stream has \"stream\", an object, and \"values\", a list") }
            var entries: [Entry] = []
            for value in values { entries.append(try entry(value)) }
            found.append(Stream(labels: labels, entries: entries))
        }
        return found
    }

    private static func entry(_ value: JSONValue) throws(HTTPFailure) -> Entry {
        guard let parts = value.arrayValue, parts.count == 2 || parts.count == 3,
            let instant = parts[0].stringValue, let line = parts[1].stringValue
        else { throw refused("a value is a list of a time, a line and perhaps metadata") }
        guard let nanoseconds = UInt64(instant), nanoseconds <= UInt64(Int64.max) else {
            throw refused("a time is a text of nanoseconds since 1970")
        }
        guard parts.count == 3 else { return Entry(nanoseconds: nanoseconds, line: line) }
        guard let metadata = parts[2].objectValue else {
            throw refused("metadata is an object")
        }
        return Entry(nanoseconds: nanoseconds, line: line, metadata: metadata)
    }

    // MARK: - Protocol buffers

    static func protobuf(_ bytes: UnsafeBufferPointer<UInt8>) throws(HTTPFailure) -> [Stream] {
        let push: Daybook_Loki_Push
        do {
            push = try Daybook_Loki_Push(serializedBytes: Array(bytes))
        } catch {
            throw refused("it is not this protocol buffer")
        }
        return push.streams.map { stream in
            Stream(
                labels: LokiLabels.parse(stream.labels),
                entries: stream.entries.map { entry in
                    let seconds = UInt64(clamping: entry.instant.seconds)
                    let nanoseconds = UInt64(clamping: entry.instant.nanoseconds)
                    let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
                    return Entry(
                        nanoseconds: isOver ? 0 : min(product, UInt64(Int64.max)) + nanoseconds,
                        line: entry.line,
                        metadata: JSONObject(entry.metadata.map { ($0.name, .string($0.value)) }))
                })
        }
    }

    private static func refused(_ why: String) -> HTTPFailure {
        HTTPFailure(.badRequest, "this is no push of Loki: \(why). Nothing of it was recorded.")
    }
}

/// Labels as Loki's clients write them: `{job="bot", host="a\"b"}`.
enum LokiLabels {
    /// What cannot be read so is kept whole, under `labels`.
    static func parse(_ text: String) -> JSONObject {
        var labels: [(String, JSONValue)] = []
        var rest = Array(text.utf8)[...]
        func skip() {
            while let byte = rest.first, byte == 0x20 || byte == 0x2C { rest.removeFirst() }
        }
        guard rest.popFirst() == UInt8(ascii: "{") else { return whole(text) }
        while true {
            skip()
            if rest.first == UInt8(ascii: "}") {
                return rest.count == 1 ? JSONObject(labels) : whole(text)
            }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return whole(text) }
            let name = String(decoding: rest[..<equals], as: UTF8.self)
            rest = rest[(equals + 1)...]
            guard let value = quoted(&rest) else { return whole(text) }
            labels.append((name, .string(value)))
        }
    }

    private static func whole(_ text: String) -> JSONObject {
        text.isEmpty ? [:] : ["labels": .string(text)]
    }

    /// A text in quotes, with the escapes of Go; nil when it is none.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "t"): text.append(0x09)
                case UInt8(ascii: "r"): text.append(0x0D)
                case let other?: text.append(other)
                case nil: return nil
                }
            default: text.append(byte)
            }
        }
        return nil
    }
}
