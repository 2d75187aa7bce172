// SPDX-License-Identifier: Apache-2.0

import Records

/// A record on a terminal: time, level, event, then what is left as `key=value`.
enum RecordText {
    static let shownApart: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded", "source", "text", "message",
    ]

    static func render(_ line: UnsafeBufferPointer<UInt8>) -> String {
        let raw = String(decoding: line, as: UTF8.self)
        guard let value = try? JSONValue(parsing: raw), let record = value.objectValue else {
            return raw
        }
        let instant = (record["timestamp"] ?? record["recorded"])?.stringValue ?? ""
        let level = record["level"]?.stringValue ?? "info"
        let event = (record["event_type"] ?? record["event"]).map(text) ?? ""
        var parts = [
            "\u{1B}[2m\(instant.prefix(19).replacing("T", with: " "))\u{1B}[0m",
            color(level) + pad(level.uppercased(), 8) + "\u{1B}[0m",
            "\u{1B}[1m\(safe(event))\u{1B}[0m",
        ]
        for name in ["message", "text"] {
            if let text = record[name]?.stringValue { parts.append(safe(text)) }
        }
        if let said = record["event"]?.stringValue, said != event { parts.append(safe(said)) }
        for member in record where !shownApart.contains(member.key) {
            parts.append("\u{1B}[2m\(safe(member.key))=\u{1B}[0m\(safe(text(member.value)))")
        }
        return parts.joined(separator: " ")
    }

    static func text(_ value: JSONValue) -> String {
        value.stringValue ?? value.description
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// A record must not move the cursor or set colours: control characters are shown.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                safe += " ⏎ "
            } else if scalar.properties.generalCategory == .control {
                safe += "·"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    static func color(_ level: String) -> String {
        switch Level(level) {
        case .error?, .critical?: "\u{1B}[31m"
        case .warning?: "\u{1B}[33m"
        case .debug?: "\u{1B}[2m"
        default: "\u{1B}[32m"
        }
    }
}
