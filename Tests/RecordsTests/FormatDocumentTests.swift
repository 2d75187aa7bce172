// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

/// docs/format says what strangers may rely on; these tests hold the code to it.
@Suite("The format documents")
struct FormatDocumentTests {
    static func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("docs/format/" + name), encoding: .utf8)
    }

    @Test("the sample day and the structlog samples: every line, as the reference reader reads it")
    func samples() throws {
        let names = [
            "rustybt/day_2026-11-20.rustybt.log.jsonl", "structlog/structlog_json.log",
            "structlog/structlog_json_dict_tracebacks.log",
            "structlog/structlog_json_epoch_sorted.log",
        ]
        for name in names {
            let lines = try Self.text("../../Tests/Fixtures/samples/" + name).split(separator: "\n")
            #expect(lines.count >= 5)
            for line in lines {
                let found = try canonical(Array(line.utf8))
                #expect(found.text == ReferenceJSON.canonical(Array(line.utf8)))
                #expect(found.notes.isEmpty)
            }
        }
    }

    @Test("a file that imports Foundation can name the decimal type")
    func foundationBeside() {
        let price: Event.Decimal = "1.50"
        #expect(price.description == "1.50")
    }

    static func bytes(hexadecimal text: Substring) -> [UInt8] {
        stride(from: 0, to: text.utf8.count, by: 2).compactMap { offset in
            UInt8(text.dropFirst(offset).prefix(2), radix: 16)
        }
    }

    @Test("canonical-json.tsv: every vector holds")
    func vectors() throws {
        let rows = try Self.text("vectors/canonical-json.tsv").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(rows.count >= 50)
        for row in rows {
            let columns = row.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(columns.count == 3)
            let input = Self.bytes(hexadecimal: columns[0])
            #expect(input.count * 2 == columns[0].utf8.count)
            do throws(JSONError) {
                let (written, notes) = try canonical(input)
                #expect(Array(written.utf8) == Array(columns[1].utf8))
                let names = notes.isEmpty ? "-" : notes.names.joined(separator: ",")
                #expect(names == columns[2])
            } catch {
                #expect("!\(error.code.rawValue)@\(error.offset)" == columns[1])
            }
        }
    }

    /// The rows of events.md: name, level, fields, and whether the row is marked ●.
    static func rows() throws -> [(name: String, level: String, fields: [String], marked: Bool)] {
        try text("events.md").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            let columns = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            func quoted(_ text: String) -> [String] {
                text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            }
            return (
                quoted(columns[0])[0], columns[1], quoted(columns[2]), columns[0].contains("●")
            )
        }
    }

    @Test("events.md: lists the whole vocabulary with its levels, in its order")
    func vocabulary() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.name) == EventKind.vocabulary.map(\.rawValue))
        #expect(rows.map(\.level) == EventKind.vocabulary.map(\.level.name))
        #expect(rows.map(\.marked) == EventKind.vocabulary.map(\.isRecordKeeping))
    }

    @Test("events.md: every factory writes the fields listed, in that order, as canonical JSON")
    func factories() throws {
        let rows = try Self.rows()
        #expect(EveryFactory.events.map(\.kind) == EventKind.vocabulary)
        for (event, row) in zip(EveryFactory.events, rows) {
            #expect(event.kind.rawValue == row.name)
            #expect(event.fields.map(\.name) == row.fields)
            #expect(event.fields.filter { !$0.isVocabulary }.isEmpty)
            #expect(event.level == event.kind.level)
            let line = EventTests.line(event)
            let (again, notes) = try canonical(line)
            #expect(again == line && notes.isEmpty)
            let head =
                #"{"event":"\#(row.name)","event_type":"\#(row.name)","level":"\#(row.level)","#
            #expect(line.hasPrefix(head))
            #expect(line.hasSuffix(#","timestamp":"2026-11-20T14:31:12.123456Z"}"#))
        }
    }

    @Test(
        "line.md: the instants in its table",
        arguments: [
            ("2026-11-20 14:25:00,5", "2026-11-20T14:25:00.500000Z"),
            ("2026-11-20T14:25:00.123456789+05:30", "2026-11-20T08:55:00.123456Z"),
            ("1795229022.8461478", "2026-11-21T02:43:42.846147Z"),
            ("1795229022846", "2026-11-21T02:43:42.846000Z"),
        ])
    func instants(text: String, expected: String) throws {
        let found = Array(text.utf8).withUnsafeBufferPointer {
            Timestamp.parse($0)?.timestamp ?? Timestamp.parseEpoch($0)
        }
        #expect(found?.description == expected)
        #expect(try Self.text("line.md").contains("| `\(text)` | `\(expected)` |"))
    }
}
