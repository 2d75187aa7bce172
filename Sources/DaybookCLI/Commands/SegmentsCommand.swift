// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import TransparencyLog

/// `daybook segments`: the closed days of a book.
struct SegmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segments",
        abstract: "List the closed days: records, bytes, ratio, root.",
        discussion: """
            A day that is over becomes one Parquet file that DuckDB, Spark, pandas and polars read \
            in place. Its plain lines stay for `plain_keep` (7 days unless configured).

            Examples:
              daybook segments
              daybook segments --json | jq -r .file
              duckdb -c "select event_type, count(*) from 'logs/audit/*.parquet' group by all"
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Flag(name: .long, help: "Print one JSON object a line.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let snapshot = try ground.snapshot(bookOption.book)
        let segments = snapshot.segments
        if json {
            for segment in segments { Terminal.say(json: SegmentRow(segment).json) }
            return
        }
        guard !segments.isEmpty else {
            return Terminal.say(
                "\(bookOption.book): no closed day yet; the live file has "
                    + "\(Words.count(snapshot.size - snapshot.firstKept, "record")). "
                    + "`daybook seal` closes and seals it now.")
        }
        var table = TextTable(
            [
                .left("DATE"), .right("RECORDS"), .right("LINES"), .right("ON DISK"),
                .right("RATIO"), .left("ROOT"), .left("FILE"),
            ])
        for segment in segments { table.add(SegmentRow(segment).cells) }
        for line in table.lines { Terminal.say(line) }
        let records = segments.reduce(0) { $0 + $1.records }
        let lines = segments.reduce(0) { $0 + $1.lineBytes }
        let bytes = segments.reduce(0) { $0 + $1.segmentBytes }
        Terminal.say(
            "\(Words.count(segments.count, "file")), \(Words.count(records, "record")), "
                + "\(Words.bytes(lines)) of lines in \(Words.bytes(bytes))")
        if snapshot.firstKept > 0 {
            Terminal.say(
                "Records 0 to \(Words.grouped(snapshot.firstKept - 1)) were pruned; "
                    + "`daybook verify` says by which record.")
        }
    }
}

/// One closed day, as people and programs see it.
struct SegmentRow {
    let segment: SegmentSummary

    init(_ segment: SegmentSummary) { self.segment = segment }

    var ratio: String {
        guard segment.segmentBytes > 0 else { return "" }
        let tenths = segment.lineBytes * 10 / segment.segmentBytes
        return "\(tenths / 10).\(tenths % 10)"
    }

    var cells: [String] {
        [
            segment.date, Words.grouped(segment.records), Words.bytes(segment.lineBytes),
            segment.isSealed ? Words.bytes(segment.segmentBytes) : "", ratio,
            String(segment.root.base64.prefix(12)),
            segment.file + note,
        ]
    }

    private var note: String {
        var notes: [String] = []
        if !segment.isSealed { notes.append("not sealed yet") }
        if segment.isEncrypted { notes.append("encrypted") }
        if segment.isSealed, segment.plainKept { notes.append("plain lines kept") }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
    }

    var json: JSONObject {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        return [
            "date": .string(segment.date), "file": .string(segment.file),
            "first": number(segment.first), "records": number(segment.records),
            "line_bytes": number(segment.lineBytes), "bytes": number(segment.segmentBytes),
            "ratio": ratio.isEmpty ? .null : .number(ratio),
            "root": .string(segment.root.base64), "sealed": .bool(segment.isSealed),
            "sha256": segment.sha256.map { .string($0.hex) } ?? .null,
            "encrypted": .bool(segment.isEncrypted), "plain_kept": .bool(segment.plainKept),
        ]
    }
}
