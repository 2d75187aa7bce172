// SPDX-License-Identifier: Apache-2.0

import Records

/// Messages of broker libraries inside logging lines: structured data in a text costume.
enum LibraryMessage {
    /// The record of a known library's message; nil when the message is text like any other.
    static func read(
        _ lines: Lines, _ line: LogLine, _ memory: inout ReadingMemory
    ) -> Reading? {
        let message = lines.first.at(line.messageStart..<lines.firstEnd)
        guard !message.isAtEnd else { return nil }
        var draft: Draft?
        if let logger = line.logger {
            if logger.hasPrefix("ibapi.") {
                draft = IBAPI.read(message, &memory)
            } else if logger.hasPrefix("oandapyV20") {
                draft = Oanda.read(message)
            } else if logger.hasPrefix("ccxt.") {
                draft = CCXT.readLogged(message)
            }
        }
        // The bot's own loggers print the broker's answers.
        draft = draft ?? Oanda.readAnswer(message)
        guard let draft else { return nil }
        return Reading(
            object: draft.record(line), book: .audit,
            end: lines.firstEnd)
    }
}

/// A structured record in the making: the event, Daybook's names for what the broker said, and the
/// broker's own fields.
struct Draft {
    var event: String
    var broker: String
    var level: Level?
    /// In the words of the vocabulary: `order_id`, `asset`, `side`, …
    var fields = JSONObject()
    /// Under the broker's own names.
    var own = JSONObject()
    /// The broker's own instant, when it gave one; else the log line's counts.
    var time: EventTime?

    init(_ event: String, broker: String) {
        self.event = event
        self.broker = broker
    }

    mutating func set(_ name: String, _ value: JSONValue?) {
        switch value {
        case nil, .null, .string(""): break
        case let value?: fields.append(name, value)
        }
    }

    /// Adds what the log line says about it.
    func record(_ line: LogLine?) -> JSONObject {
        var record = JSONObject()
        record.append("event", .string(event))
        record.append("event_type", .string(event))
        record.append("level", .string((level ?? line?.level ?? .info).name))
        for member in fields { record.append(member.key, member.value) }
        record.append("broker", .string(broker))
        for member in own {
            // `order_id` of a broker that calls it so itself.
            if record[member.key] != member.value { record.add(member.key, member.value) }
        }
        if let logger = line?.logger { record.add("logger", .string(logger)) }
        if time != nil, let logged = line?.time {
            record.append("logged_at", .string(logged.printed))
        }
        record.append(time ?? line?.time)
        return record
    }
}

extension JSONValue {
    /// A string, or a number as text: identifiers and decimals come as both.
    var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    /// The same as a string value.
    var asText: JSONValue? { scalarText.map { .string($0) } }

    /// Parses JSON in a range of bytes; nil when it is not one JSON value.
    static func json(_ cursor: Cursor, _ range: Range<Int>) -> JSONValue? {
        let range = cursor.trimmed(range)
        guard let first = range.first, first < cursor.bytes.count,
            cursor.bytes[first] == .openBrace || cursor.bytes[first] == .openBracket
        else { return nil }
        return cursor.bytes.withUnsafeBufferPointer { bytes in
            var tape = JSONTape()
            do throws(JSONError) {
                try tape.parse(UnsafeBufferPointer(rebasing: bytes[range]))
            } catch { return nil }
            return tape.value()
        }
    }
}
