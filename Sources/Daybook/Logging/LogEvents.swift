// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Turns what a program logs into events: named ones for `audit`, sentences for `chat`.
///
/// `audit` takes events with a name and fields, never free text. So a call counts as an event when
/// it says so (`event_type` or `event` among its fields), when its message is a name of the
/// vocabulary, or when its message is a name and it has fields; anything else is a sentence and
/// becomes `terminal_output` in `chat`.
enum LogEvents {
    /// - Parameters:
    ///   - message: the text of the call.
    ///   - fields: its fields; `event_type` and `event` are taken out.
    ///   - isNamed: whether a message that is a name counts as an event without fields too, as in
    ///     an API whose first argument is the event.
    static func event(
        _ message: String, level: Level, fields: [Field], logger: String, isNamed: Bool
    ) -> Event {
        var name: String?
        var rest: [Field] = []
        rest.reserveCapacity(fields.count)
        for key in ["event_type", "event"] where name == nil {
            guard let field = fields.first(where: { $0.name == key }),
                case .string(let text) = field.value, isName(text)
            else { continue }
            name = text
        }
        for field in fields {
            // Said already by the event's own name.
            if field.name == "event_type" || field.name == "event",
                case .string(let text) = field.value, text == name || text == message
            {
                continue
            }
            rest.append(field)
        }
        if let name {
            var event = Event(custom: name, level: level)
            if !logger.isEmpty { event.set("logger", .string(logger)) }
            for field in rest { event.set(field.name, field.value) }
            if message != name, !message.isEmpty { event.set("message", .string(message)) }
            return event
        }
        if isName(message) {
            let kind = EventKind(rawValue: message)
            if isNamed || kind.group != .custom || !rest.isEmpty {
                var event = Event(kind, level: level)
                if !logger.isEmpty { event.set("logger", .string(logger)) }
                for field in rest { event.set(field.name, field.value) }
                return event
            }
        }
        var event = Event(.terminalOutput, level: level)
        if !logger.isEmpty { event.set("logger", .string(logger)) }
        event.set("message", .string(message))
        for field in rest where field.name != "message" { event.set(field.name, field.value) }
        return event
    }

    /// Whether a text is the name of an event: one word of letters, digits, `_`, `.` and `-` that
    /// begins with a letter.
    static func isName(_ text: String) -> Bool {
        var count = 0
        for byte in text.utf8 {
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            let isOther =
                byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            guard isLetter || (isOther && count > 0) else { return false }
            count += 1
        }
        return count > 0 && count <= DaybookLimits.eventNameBytes
    }

    /// What an error says of itself, in the words of the vocabulary.
    static func fields(of error: any Error) -> [Field] {
        [
            Field("exception_type", .string(String(describing: type(of: error)))),
            Field("error_message", .string(String(describing: error))),
        ]
    }
}
