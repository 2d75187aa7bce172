// SPDX-License-Identifier: Apache-2.0

internal import Records

/// How one record looks to a reader at a terminal.
///
/// `14:31:12.123 [info    ] order_filled                   order_id=o-1 fill_price=150.25`
///
/// A record's texts may come from anywhere, so no byte of them reaches the terminal that could
/// move its cursor or change its state: control characters are shown as escapes.
struct ConsoleFormat: Sendable {
    let hasColor: Bool
    /// Seconds to add to UTC for the reader's own time, at an instant.
    let offset: @Sendable (Timestamp) -> Int

    /// Members that the line shows in places of their own, or that say nothing to the reader.
    private static let shownElsewhere: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded",
    ]
    /// Texts of several lines, which come below.
    private static let blocks: Set<String> = ["exception", "traceback", "stack"]

    func text(_ record: JSONObject) -> String {
        var text = paint(time(record), .dim) + " "
        let level = Level(Self.string(record["level"]) ?? "") ?? .info
        text += "[" + paint(Self.pad(level.name, to: 8), Self.style(level)) + "] "
        let (event, sentence) = Self.headline(record)
        let fields = record.filter { !Self.shownElsewhere.contains($0.key) && $0.key != sentence }
        let isBlock = { (member: JSONObject.Member) -> Bool in
            Self.blocks.contains(member.key) && Self.string(member.value)?.contains("\n") == true
        }
        let inLine = fields.filter { !isBlock($0) }
        text += paint(inLine.isEmpty ? event : Self.pad(event, to: 30), .bold)
        for member in inLine {
            text += " " + paint(Self.safe(member.key), .key) + "="
            text += paint(Self.value(member.value), .value)
        }
        for member in fields where isBlock(member) {
            for line in (Self.string(member.value) ?? "").split(separator: "\n") {
                text += "\n" + Self.safe(String(line))
            }
        }
        return text
    }

    /// What the line is about: the event's name, or for a line of output what it says, and then
    /// the member that said it.
    private static func headline(_ record: JSONObject) -> (text: String, member: String?) {
        let event = string(record["event"]) ?? "record"
        if event == EventKind.terminalOutput.rawValue {
            for member in ["message", "text"] {
                if let text = string(record[member]) { return (safe(text), member) }
            }
        }
        return (safe(event), nil)
    }

    /// The reader's time of day, to the millisecond.
    private func time(_ record: JSONObject) -> String {
        guard let written = Self.string(record["timestamp"]), let instant = Timestamp(written)
        else {
            return "--:--:--.---"
        }
        let shift = Int64(offset(instant)) * 1_000_000
        let local = Timestamp(microseconds: instant.microseconds + shift)
        return String(local.description.dropFirst(11).prefix(12))
    }

    // MARK: - Values

    private static func string(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private static func value(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return safe(json(value)) }
        let needsQuotes =
            text.isEmpty
            || text.unicodeScalars.contains {
                $0 == " " || $0 == "\"" || $0 == "=" || $0 == "'" || isControl($0)
            }
        return needsQuotes ? safe(json(value)) : text
    }

    private static func json(_ value: JSONValue) -> String {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(value, into: &buffer)
        return String(decoding: buffer.array, as: UTF8.self)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters too: some turn the direction of what follows.
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// A text with its control characters as escapes.
    private static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            guard isControl(scalar) else { return result.unicodeScalars.append(scalar) }
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: - Colour

    private enum Style: String {
        case dim = "2"
        case bold = "1"
        case key = "36"
        case value = "35"
        case debug = "34"
        case info = "32"
        case warning = "33"
        case error = "31"
        case critical = "1;31"
    }

    private static func style(_ level: Level) -> Style {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }

    private func paint(_ text: String, _ style: Style) -> String {
        hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
