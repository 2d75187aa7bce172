// SPDX-License-Identifier: Apache-2.0

import Records

/// What a Python traceback says: the exception at its end, and the whole text.
struct Traceback {
    let text: String
    let exceptionType: String?
    let message: String?

    /// Reads the lines in `range`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        let cursor = Cursor(bytes, range)
        text = cursor.text(range)
        guard let exception = Self.exceptionLine(cursor, range) else {
            (exceptionType, message) = (nil, nil)
            return
        }
        var line = cursor.at(exception)
        if let name = line.takeName(),
            line.isAtEnd || line.peek() == .colon
                || line.peek() == .lineFeed
        {
            exceptionType = cursor.text(name)
            _ = line.skip(.colon)
            line.skipWhitespace()
            message = line.isAtEnd ? nil : cursor.text(line.rest)
        } else {
            (exceptionType, message) = (nil, cursor.text(exception))
        }
    }

    /// Adds `exception_type`, `exception_message` and `traceback`. What the program gave under
    /// these names stays.
    func add(to record: inout JSONObject) {
        let fields = [
            ("exception_type", exceptionType), ("exception_message", message), ("traceback", text),
        ]
        for (name, text) in fields {
            guard let text, record[name] != .string(text) else { continue }
            record.add(name, .string(text))
        }
    }

    /// The record of a traceback that no logger announced, and of the lines before it since
    /// `start`.
    static func record(
        _ lines: Lines, _ range: Range<Int>, from start: Int = 0, _ context: ReadingContext
    ) -> Reading {
        let traceback = Traceback(lines.bytes, range.lowerBound..<lines.contentEnd)
        var record = JSONObject()
        record.append("event", "terminal_output")
        record.append("level", .string(Level.error.name))
        if context.stream != .file { record.append("stream", .string(context.stream.rawValue)) }
        let before = lines.message(from: start)
        if !before.isEmpty { record.append("text", .string(lines.first.text(before))) }
        if let type = traceback.exceptionType { record.append("exception_type", .string(type)) }
        if let message = traceback.message { record.append("message", .string(message)) }
        record.append("traceback", .string(traceback.text))
        return Reading(object: record, book: .chat, end: lines.contentEnd)
    }

    /// From the exception line of the last traceback of the chain to the end: messages may have
    /// more lines.
    private static func exceptionLine(_ cursor: Cursor, _ range: Range<Int>) -> Range<Int>? {
        var found: Range<Int>?
        var grouped: Range<Int>?
        var inFrames = false
        var reader = cursor
        while !reader.isAtEnd {
            let start = reader.position
            let end = reader.find(.lineFeed) ?? reader.end
            if reader.has("Traceback (most recent call last):") || reader.has("  File \"") {
                inFrames = true
            } else if reader.has("  | "), let byte = reader.peek(4), byte.isUppercase {
                if grouped == nil, !reader.has("  | Traceback ") { grouped = start + 4..<end }
            } else if inFrames, let byte = reader.peek(), byte != .space, byte != .tab,
                byte != .lineFeed
            {
                found = start..<range.upperBound
                inFrames = false
            }
            reader.move(to: end + 1)
        }
        return found ?? grouped
    }
}
