// SPDX-License-Identifier: Apache-2.0

import Records

/// Lines of structlog's console renderer, which is also what RustyBT prints when nobody configured
/// it: `2026-11-21 02:43:42 [info     ] order_submitted     amount=100 asset=AAPL`.
enum StructlogConsole {
    static func read(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        var line = lines.first
        guard let time = EventTime.read(line, at: line.position, context.zone) else { return nil }
        line.move(to: time.end)
        line.skipSpaces()
        guard line.skip(.openBracket), let close = line.find(.closeBracket) else { return nil }
        let levelField = line.trimmed(line.position..<close)
        guard let level = LevelWord.structlogLevel(line, levelField) else { return nil }
        line.move(to: close + 1)
        line.skipSpaces()

        let start = line.position
        let pairsStart = Pairs.start(in: line) ?? line.end
        guard let pairs = Pairs.read(line.at(pairsStart..<line.end)) else { return nil }
        var (event, logger) = (line.trimmed(start..<pairsStart), Range<Int>?.none)
        takeLogger(line, &event, &logger)

        var record = JSONObject()
        record.append("event", .string(line.text(event)))
        record.append("level", .string(level.name))
        if let logger { record.append("logger", .string(line.text(logger))) }
        Structlog.add(pairs, to: &record)
        if let range = lines.traceback {
            Traceback(lines.bytes, range.lowerBound..<lines.contentEnd).add(to: &record)
        }
        record.append(time)
        let end = lines.traceback == nil ? lines.firstEnd : lines.contentEnd
        return Reading(object: record, book: Structlog.book(of: line, event), end: end)
    }

    /// `event      [logger.name]`
    private static func takeLogger(
        _ line: Cursor, _ event: inout Range<Int>, _ logger: inout Range<Int>?
    ) {
        guard let last = event.last, line.bytes[last] == .closeBracket else { return }
        var open = last
        while open > event.lowerBound, line.bytes[open] != .openBracket {
            let byte = line.bytes[open]
            guard byte == .closeBracket || byte.isNameByte || byte == .hyphen else { return }
            open -= 1
        }
        guard open > event.lowerBound, line.bytes[open] == .openBracket else { return }
        logger = open + 1..<last
        event = line.trimmed(event.lowerBound..<open)
    }
}

/// Lines of nothing but `key=value` pairs: structlog's key-value renderer, logfmt.
enum KeyValueLine {
    private static let times = ["timestamp", "time", "ts"]

    static func read(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        let line = lines.first
        guard let equals = line.find(.equals), equals <= 32,
            leads(line), let pairs = Pairs.read(line)
        else { return nil }
        var record = JSONObject()
        var time: (EventTime, String)?
        for (key, value) in pairs where times.contains(key) && time == nil {
            guard case .string(let text) = value else { continue }
            time = EventTime.read(text, context.zone).map { ($0, key) }
        }
        var rest = pairs
        for name in ["event", "event_type", "level"] {
            guard let index = rest.firstIndex(where: { $0.0 == name }) else { continue }
            record.append(name, rest.remove(at: index).1)
        }
        if let index = rest.firstIndex(where: { $0.0 == time?.1 }) { rest.remove(at: index) }
        Structlog.add(rest, to: &record)
        if let range = lines.traceback {
            Traceback(lines.bytes, range.lowerBound..<lines.contentEnd).add(to: &record)
        }
        record.append(time?.0)
        let end = lines.traceback == nil ? lines.firstEnd : lines.contentEnd
        guard let event = record["event"] ?? record["event_type"] else {
            return Reading(object: record, book: .chat, end: end)
        }
        let name = Cursor(Array((event.stringValue ?? "").utf8))
        return Reading(object: record, book: Structlog.book(of: name, name.rest), end: end)
    }

    private static func leads(_ line: Cursor) -> Bool {
        line.bytes.withUnsafeBufferPointer { bytes in
            Pairs.leads(Probe(UnsafeBufferPointer(rebasing: bytes[line.rest])))
        }
    }
}

/// What the text renderers of structlog have in common.
enum Structlog {
    /// Adds the pairs in their order.
    static func add(_ pairs: [(String, JSONValue)], to record: inout JSONObject) {
        for (key, value) in pairs { record.add(key, value) }
    }

    private static let communications: Set<String> = [
        "chat_message", "chat_edited", "chat_deleted", "terminal_command", "terminal_output",
        "file_shared",
    ]

    /// Events are audit, except for the kinds of communications.
    static func book(of cursor: Cursor, _ event: Range<Int>) -> IntakeBook {
        communications.contains(cursor.text(event)) ? .chat : .audit
    }
}
