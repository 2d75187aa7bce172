// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("docs/format/segment.md")
struct DocumentTests {
    private static let page =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        + "/docs/format/segment.md"

    private func lines() throws -> [String] {
        let file = try #require(fopen(Self.page, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The texts between backquotes.
    private func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    @Test("the vectors are what the encoder makes, and become the lines again")
    func vectors() throws {
        let rows = try lines().drop { $0 != "## Vectors" }.filter { $0.hasPrefix("| `") }
        #expect(rows.count >= 11)
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            try #require(cells.count == 6)
            let line = try #require(quoted(cells[1]).first)
            let group = try encode([line])
            #expect(try rebuild(group).map(text) == [line])
            #expect(try column("_shape", of: group) == quoted(cells[2]))
            let position = try #require(group.schema.index(of: "_scales"))
            var hex = ""
            if case .dictionary(_, .strings(let strings)) = group.columns[position].values {
                for byte in strings.data { hex += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
            }
            #expect(hex == cells[4].filter { $0 != " " })
            for name in quoted(cells[3]) {
                #expect(try column(name, of: group)[0] != nil, "\(name) in \(line)")
            }
        }
    }

    @Test("the vocabulary is the one of the code")
    func vocabulary() throws {
        let rows = try lines()
        for (type, head) in [
            (SegmentVocabulary.FieldType.decimal, "| DECIMAL(18,8), INT64 |"),
            (.instant, "| TIMESTAMP(MICROS, UTC), INT64 |"),
            (.integer, "| INTEGER(64, signed), INT64 |"),
        ] {
            let row = try #require(rows.first { $0.hasPrefix(head) })
            let coded = SegmentVocabulary.types.filter { $0.value == type }.map(\.key)
            #expect(Set(quoted(row)) == Set(coded))
        }
        let core = rows.drop { !$0.hasPrefix("`event` `event_type`") }.prefix(4)
        #expect(core.flatMap { quoted($0) } == SegmentVocabulary.coreColumns)
    }
}
