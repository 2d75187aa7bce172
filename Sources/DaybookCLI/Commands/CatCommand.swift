// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook cat`: exact lines.
struct CatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Print records exactly as they are stored.",
        discussion: """
            What is personal in a record is in an envelope, and the line has "sealed" instead: \
            --open shows what is in it, where it is still there. Reading the book chat, and \
            opening any, is itself recorded, in the book audit, before the first line appears.

            Examples:
              daybook cat                     all records
              daybook cat 2026-11-20          a trading day
              daybook cat 100..199            records 100 to 199; 100.. and ..199 work too
              daybook cat 42 > line.json      one record, to prove it
              daybook cat --book chat --open  messages, as they were written
              daybook cat --book chat --open --withhold-until 2027-01-31
                                              an investigation: `daybook about` tells of it later
              daybook cat | jq 'select(.event_type == "order_rejected")'
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Flag(name: .long, help: "Open envelopes: show what is sealed.")
    var open = false

    @OptionGroup var withhold: WithholdOption

    @Argument(help: ArgumentHelp("A date, a range, or an index.", valueName: "what"))
    var what: String?

    mutating func run() throws {
        let ground = try Ground(place)
        let snapshot = try ground.snapshot(bookOption.book)
        let range = try RecordRange.parse(what, in: snapshot)
        try ground.recordViewing(
            of: bookOption.book, range, isOpened: open, withheldUntil: withhold.instant())
        var output = OutputBuffer()
        guard open else {
            try snapshot.forEachLine(in: range) { _, line in
                output.append(line: line)
                return true
            }
            return output.flush()
        }
        var reader = EnvelopeReader(ground.houseOpener)
        try snapshot.forEachLine(in: range) { _, line throws(BookError) in
            reader.add(line)
            if reader.isFull { try reader.flush { output.append(line: $0) } }
            return true
        }
        try reader.finish { output.append(line: $0) }
        output.flush()
    }
}

/// What `cat` takes for a range of records.
enum RecordRange {
    static func parse(_ text: String?, in snapshot: BookSnapshot) throws -> Range<UInt64> {
        guard let text else { return 0..<snapshot.size }
        if isDate(text) {
            guard let range = snapshot.range(ofDate: text) else {
                let dates = snapshot.files.filter { $0.records > 0 }.map(\.date)
                let known = Set(dates).sorted().suffix(5).joined(separator: ", ")
                throw DeskFailure(
                    .noInput,
                    "there are no records of \(text) in this book."
                        + (known.isEmpty ? " It is empty." : " The last days with any: \(known)."))
            }
            return range
        }
        if let index = UInt64(text) {
            guard index < snapshot.size else { throw outside(text, snapshot) }
            if let error = snapshot.prunedError(for: index) { throw error }
            return index..<(index + 1)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty else { throw unreadable(text) }
        let first = parts[0].isEmpty ? 0 : UInt64(parts[0])
        let last = parts[2].isEmpty ? UInt64.max - 1 : UInt64(parts[2])
        guard let first, let last, last < UInt64.max else { throw unreadable(text) }
        guard first <= last else {
            throw DeskFailure(.usage, "the range \(text) ends before it begins.")
        }
        guard first < snapshot.size || parts[0].isEmpty else { throw outside(text, snapshot) }
        // Asked for by number, a record that was pruned is not passed over in silence.
        let asked = parts[0].isEmpty ? last : first
        if let error = snapshot.prunedError(for: asked) { throw error }
        return first..<min(last + 1, max(snapshot.size, first))
    }

    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10 && bytes[4] == 0x2D && bytes[7] == 0x2D
            && bytes.enumerated().allSatisfy { $0 == 4 || $0 == 7 || (0x30...0x39).contains($1) }
    }

    private static func outside(_ text: String, _ snapshot: BookSnapshot) -> DeskFailure {
        DeskFailure(
            .noInput,
            "\(text) is not in the book: it has \(Words.count(snapshot.size, "record")), "
                + "numbered from 0.")
    }

    private static func unreadable(_ text: String) -> DeskFailure {
        DeskFailure(
            .usage,
            "'\(text)' is no date (2026-11-20), no range (100..199) and no index (42).")
    }
}
