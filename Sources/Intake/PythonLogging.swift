// SPDX-License-Identifier: Apache-2.0

import Records

/// One line of Python's logging module, whatever its format: when, how bad, from whom, and where
/// the message begins.
struct LogLine {
    var time: EventTime?
    var level: Level
    var logger: String?
    /// What else stood before the message: process, thread, place in the source.
    var extras: [(String, String)] = []
    var messageStart: Int
}

/// The usual formats of logging: date first with ` - `, ` | `, brackets or spaces between the
/// fields, or `LEVEL:logger:message`. Messages of known libraries become structured records, all
/// others are text with level and logger, for `chat`.
enum PythonLogging {
    static func read(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        guard let line = parse(lines.first, context.zone) else { return nil }
        if let known = LibraryMessage.read(lines, line, &memory) { return known }
        return Reading(object: record(lines, line, context), book: .chat, end: lines.contentEnd)
    }

    private static func record(
        _ lines: Lines, _ line: LogLine, _ context: ReadingContext
    ) -> JSONObject {
        var record = JSONObject()
        record.append("event", "terminal_output")
        record.append("level", .string(line.level.name))
        if let logger = line.logger { record.append("logger", .string(logger)) }
        record.append(
            "message", .string(lines.first.text(lines.message(from: line.messageStart))))
        for (name, value) in line.extras { record.append(name, .string(value)) }
        if let range = lines.traceback {
            Traceback(lines.bytes, range.lowerBound..<lines.contentEnd).add(to: &record)
        }
        if context.stream != .file { record.append("stream", .string(context.stream.rawValue)) }
        record.append(line.time)
        return record
    }

    // MARK: - Formats

    /// Reads the fields of a line up to its message; nil when it is not a logging line.
    static func parse(_ line: Cursor, _ zone: Intake.Zone) -> LogLine? {
        switch line.peek() {
        case .openBracket: return parseBrackets(line, zone)
        case let byte? where byte.isDigit:
            guard let time = EventTime.read(line, at: line.position, zone) else { return nil }
            var rest = line
            rest.move(to: time.end)
            return parseFields(rest, time)
        case let byte? where byte.isUppercase: return parseBasic(line)
        default: return nil
        }
    }

    /// `LEVEL:logger:message`
    private static func parseBasic(_ line: Cursor) -> LogLine? {
        var reader = line
        let word = reader.take(while: \.isUppercase)
        guard let level = LevelWord.level(line, word), reader.skip(.colon) else { return nil }
        var result = LogLine(level: level, messageStart: reader.position)
        let name = reader.take { $0 != .colon && $0 != .space }
        if reader.skip(.colon), !name.isEmpty {
            result.logger = line.text(name)
            result.messageStart = reader.position
        } else {
            reader.move(to: name.lowerBound)
            reader.skipSpaces()
            result.messageStart = reader.position
        }
        return result
    }

    /// `[date] [LEVEL] name: message`, `[date] LEVEL …`, `[LEVEL] name: message`
    private static func parseBrackets(_ line: Cursor, _ zone: Intake.Zone) -> LogLine? {
        var reader = line
        _ = reader.skip(.openBracket)
        if let time = EventTime.read(reader, at: reader.position, zone) {
            reader.move(to: time.end)
            guard reader.skip(.closeBracket) else { return nil }
            return parseFields(reader, time)
        }
        reader.move(to: line.position)
        return parseFields(reader, nil)
    }

    /// The fields between the date and the message.
    private static func parseFields(_ start: Cursor, _ time: EventTime?) -> LogLine? {
        var reader = start
        reader.skipSpaces()
        if reader.skip("- ") { return parseSeparated(reader, " - ", time) }
        if reader.skip("| ") { return parseSeparated(reader, "|", time) }
        return parseSpaced(reader, time)
    }

    /// Fields between separators, the level among the first five. Fields before it are the logger
    /// and then others; one after it is the logger when none came before and it looks like a name.
    private static func parseSeparated(
        _ start: Cursor, _ separator: StaticString, _ time: EventTime?
    ) -> LogLine? {
        var reader = start
        var before: [Range<Int>] = []
        for _ in 0..<5 {
            guard let end = reader.find(separator) else { return nil }
            let field = reader.trimmed(reader.position..<end)
            reader.move(to: end + separator.utf8CodeUnitCount)
            reader.skipSpaces()
            guard let level = LevelWord.level(reader, field) else {
                before.append(field)
                continue
            }
            var result = LogLine(time: time, level: level, messageStart: reader.position)
            if let first = before.first {
                result.logger = reader.text(first)
            } else {
                takeLogger(&reader, separator, &result)
            }
            for field in before.dropFirst() { addExtra(reader, field, &result) }
            return result
        }
        return nil
    }

    private static func takeLogger(
        _ reader: inout Cursor, _ separator: StaticString, _ result: inout LogLine
    ) {
        var separator = separator
        if reader.find(separator) == nil { separator = " - " }
        guard let end = reader.find(separator) else { return }
        let field = reader.trimmed(reader.position..<end)
        // A dotted name, or loguru's `module:function:line`.
        let isName = { (byte: UInt8) in
            byte.isNameByte || byte == .colon || byte == .less || byte == .greater
                || byte == .hyphen
        }
        guard !field.isEmpty, field.count <= 128,
            field.allSatisfy({ isName(reader.bytes[$0]) })
        else { return }
        result.logger = reader.text(field)
        reader.move(to: end + separator.utf8CodeUnitCount)
        reader.skipSpaces()
        result.messageStart = reader.position
    }

    /// Fields between spaces or in brackets, the level among the first five; then `name:` or
    /// `name :` or `file.py:12`.
    private static func parseSpaced(_ start: Cursor, _ time: EventTime?) -> LogLine? {
        var reader = start
        var before: [Range<Int>] = []
        for _ in 0..<5 {
            reader.skipSpaces()
            let isBracketed = reader.peek() == .openBracket
            if isBracketed { reader.advance() }
            var field = reader.take {
                isBracketed ? $0 != .closeBracket : $0 != .space && $0 != .tab
            }
            if isBracketed, !reader.skip(.closeBracket) { return nil }
            if !isBracketed, let last = field.last, reader.bytes[last] == .colon {
                field = field.lowerBound..<last  // `INFO: message`
            }
            let name = reader.trimmed(field)
            guard !name.isEmpty else { return nil }
            guard let level = LevelWord.level(reader, name) else {
                before.append(name)
                continue
            }
            var result = LogLine(time: time, level: level, messageStart: reader.position)
            // `process thread LEVEL` or `name LEVEL`.
            if before.count > 1, before.contains(where: { isNumber(reader, $0) }) {
                for field in before { addExtra(reader, field, &result) }
            } else if let first = before.first {
                result.logger = reader.text(first)
                for field in before.dropFirst() { addExtra(reader, field, &result) }
            }
            takePlace(&reader, &result)
            return result
        }
        return nil
    }

    /// What names the source right before the message.
    private static func takePlace(_ reader: inout Cursor, _ result: inout LogLine) {
        reader.skipSpaces()
        result.messageStart = reader.position
        var word = reader
        let name = word.take { $0.isNameByte || $0 == .hyphen || $0 == .slash }
        guard !name.isEmpty else { return }
        if reader.text(name).hasSuffix(".py"), word.skip(.colon) {
            let number = word.take(while: \.isDigit)
            guard !number.isEmpty, word.peek() == .space || word.peek() == .colon else { return }
            result.extras.append(("file", reader.text(name)))
            result.extras.append(("line", reader.text(number)))
            _ = word.skip(.colon)
        } else if result.logger == nil, word.skip(": ") || word.skip(" : ") || word.skip(" - ") {
            result.logger = reader.text(name)
        } else {
            return
        }
        word.skipSpaces()
        result.messageStart = word.position
    }

    private static func addExtra(_ reader: Cursor, _ field: Range<Int>, _ result: inout LogLine) {
        let isNumber = isNumber(reader, field)
        var name = isNumber ? (result.logger == nil ? "process" : "line") : "thread"
        if result.extras.contains(where: { $0.0 == name }) {
            name = "field_\(result.extras.count + 1)"
        }
        result.extras.append((name, reader.text(field)))
    }

    private static func isNumber(_ reader: Cursor, _ field: Range<Int>) -> Bool {
        !field.isEmpty && field.allSatisfy { reader.bytes[$0].isDigit }
    }
}
