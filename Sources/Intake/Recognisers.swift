// SPDX-License-Identifier: Apache-2.0

import Records

/// What reading needs to know besides the bytes.
struct ReadingContext: Sendable {
    let stream: Intake.Stream
    let zone: Intake.Zone
}

/// What one record leaves behind for the reading of the next ones.
struct ReadingMemory: Sendable {
    /// The request and the code of the last error that ibapi logged as an answer. It logs the same
    /// error again at level ERROR; one rejection must not count twice.
    var lastIBError: (request: String, code: String)?
}

/// A record as read from the lines of one block.
struct Reading {
    var object: JSONObject
    var book: IntakeBook
    /// How many bytes of the block it tells. What comes after is a record of its own.
    var end: Int
}

/// The known formats, by the first byte of a line.
///
/// A recogniser gets the whole block and answers with a record, or nil at small cost. The first
/// answer counts; text that nobody knows becomes a `terminal_output` record.
enum Recognisers {
    typealias Read = @Sendable (Lines, ReadingContext, inout ReadingMemory) -> Reading?

    private struct Entry {
        let firstByte: @Sendable (UInt8) -> Bool
        let read: Read
    }

    private static let table: [Entry] = [
        Entry(firstByte: { $0.isDigit }, read: StructlogConsole.read),
        Entry(firstByte: { $0.isLowercase }, read: CCXT.readPrinted),
        Entry(firstByte: { $0.isUppercase }, read: IBAPI.readBare),
        Entry(firstByte: { $0.isUppercase }, read: CCXT.readBare),
        Entry(
            firstByte: { $0.isDigit || $0 == .openBracket || $0.isUppercase },
            read: PythonLogging.read),
        Entry(firstByte: { $0.isLowercase }, read: KeyValueLine.read),
    ]

    /// The recognisers that can begin with each byte.
    private static let byFirstByte: [[Read]] = (0...255).map { byte in
        table.filter { $0.firstByte(UInt8(byte)) }.map(\.read)
    }

    /// The records in the lines of `block`: one, or a structured record and the text after it.
    static func read(
        _ block: Block, keepsBlankTail: Bool, goesOn: Bool, _ context: ReadingContext,
        _ memory: inout ReadingMemory
    ) -> [Reading] {
        let lines = Lines(block)
        var readings: [Reading] = []
        if !block.continuesRecord, let known = readKnown(lines, context, &memory) {
            readings.append(known)
            if let rest = readRest(lines, known.end, context) { readings.append(rest) }
        } else {
            let end = keepsBlankTail ? lines.bytes.count : lines.contentEnd
            readings.append(
                text(Cursor(lines.bytes).text(0..<end), lines.bytes.count, context))
        }
        if block.continuesRecord || goesOn, let last = readings.indices.last {
            readings[last].object.append(
                "note",
                .string(Note.continued(after: block.continuesRecord, before: goesOn)))
        }
        return readings
    }

    private static func readKnown(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        if let first = lines.bytes.first {
            for read in byFirstByte[Int(first)] {
                if let reading = read(lines, context, &memory) { return reading }
            }
        }
        return lines.traceback.map { Traceback.record(lines, $0, context) }
    }

    /// The lines after a structured record: text of their own.
    private static func readRest(
        _ lines: Lines, _ start: Int, _ context: ReadingContext
    ) -> Reading? {
        var left = Cursor(lines.bytes, start..<lines.contentEnd)
        _ = left.skip(.lineFeed)
        guard !left.isAtEnd else { return nil }
        if let traceback = lines.traceback, traceback.lowerBound >= left.position {
            return Traceback.record(lines, traceback, from: left.position, context)
        }
        return text(left.text(left.rest), lines.bytes.count, context)
    }

    private static func text(
        _ text: String, _ end: Int, _ context: ReadingContext
    ) -> Reading {
        Reading(object: TerminalOutput.record(text, context), book: .chat, end: end)
    }
}

/// The lines of a block, cut where its parts begin.
struct Lines {
    let bytes: [UInt8]
    /// The end of the first line.
    let firstEnd: Int
    /// The end of the last line that is not blank.
    let contentEnd: Int
    /// The lines of a traceback at the end of the block.
    let traceback: Range<Int>?

    init(_ block: Block) {
        bytes = block.bytes
        var end = bytes.count
        while end > 0, bytes[end - 1] == .lineFeed { end -= 1 }
        contentEnd = end
        firstEnd = min(bytes.firstIndex(of: .lineFeed) ?? bytes.count, end)
        traceback = block.traceStart.flatMap { $0 < end ? $0..<end : nil }
    }

    /// A reader over the first line.
    var first: Cursor { Cursor(bytes, 0..<firstEnd) }

    /// From `start` to the traceback, or to the end.
    func message(from start: Int) -> Range<Int> {
        var end = traceback?.lowerBound ?? contentEnd
        while end > start, bytes[end - 1] == .lineFeed { end -= 1 }
        return start..<max(start, end)
    }
}
