// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@Suite("lines that are longer than a book takes")
struct SplitTests {
    private func split(_ text: String) throws -> (
        whole: String, pieces: [JSONObject], lines: [String]
    ) {
        var session = MaskingSession()
        var records = MaskedRecords()
        session.append(
            object: [
                "event": "terminal_output", "level": "error", "text": .string(text),
                "timestamp": "2026-11-20T14:25:00.000000Z",
            ], from: Provenance(source: "run:bot"), to: &records)
        let pieces = try records.lines.map { line in
            try #require(try JSONValue(parsing: line).objectValue)
        }
        return (pieces.compactMap { $0["text"]?.stringValue }.joined(), pieces, records.lines)
    }

    @Test("the largest line is not split, one byte more is")
    func border() throws {
        let empty = try split("").lines[0].utf8.count
        let room = 65_535 - 64 - empty
        #expect(try split(String(repeating: "x", count: room)).lines.count == 1)
        #expect(try split(String(repeating: "x", count: room + 1)).lines.count == 2)
    }

    @Test(
        "pieces fit, are numbered, and give the line back",
        arguments: [
            "x", "word ", "quote\" back\\slash ", "日本語", "line\n", "é", "\u{1}",
        ])
    func pieces(_ unit: String) throws {
        let text = String(repeating: unit, count: 300_000 / unit.utf8.count)
        let result = try split(text)
        let whole = try #require(try JSONValue(parsing: result.whole).objectValue)
        #expect(whole["text"]?.stringValue == text)
        #expect(whole["source"]?.stringValue == "run:bot")
        for (number, piece) in result.pieces.enumerated() {
            #expect(piece["event"]?.stringValue == "record_piece")
            #expect(piece["event_type"]?.stringValue == "terminal_output")
            #expect(piece["level"]?.stringValue == "error")
            #expect(piece["piece"] == .number(String(number + 1)))
            #expect(piece["pieces"] == .number(String(result.pieces.count)))
            #expect(piece["piece_of"]?.stringValue?.utf8.count == 16)
            #expect(piece["timestamp"]?.stringValue == "2026-11-20T14:25:00.000000Z")
            #expect(piece["source"]?.stringValue == "run:bot")
        }
        #expect(Set(result.pieces.map { $0["piece_of"] }).count == 1)
        for line in result.lines { #expect(line.utf8.count <= 65_535 - 64) }
    }

    @Test("a secret across each possible cut is gone, and no mask is cut")
    func secretAtCut() throws {
        for shift in stride(from: 0, to: 60, by: 7) {
            let text =
                String(repeating: "a", count: 59_700 + shift * 8)
                + String(repeating: " api_key=kJ8sLq2vXz91", count: 30)
                + " " + String(repeating: "b", count: 30_000)
            let result = try split(text)
            #expect(result.lines.count == 2)
            for line in result.lines {
                #expect(!line.contains("kJ8sLq2vXz91"))
                let masks = line.split(separator: "***MASKED***").count
                #expect(!line.replacing("***MASKED***", with: "").contains("***"), "\(masks)")
            }
        }
    }

    @Test("pieces are fixed points")
    func fixedPoint() throws {
        let unit = #"{"order_id": "order-00000001", "api_key": "kJ8sLq2vXz91", "price": "1.5"} "#
        let result = try split(String(repeating: unit, count: 3_000))
        var session = MaskingSession()
        var again = MaskedRecords()
        for line in result.lines { try appendMasked(line, to: &again, &session) }
        #expect(again.lines == result.lines)
    }

    @Test("two splits of the same text have different names")
    func names() throws {
        let text = String(repeating: "x", count: 70_000)
        let first = try split(text).pieces[0]["piece_of"]
        var session = MaskingSession()
        var records = MaskedRecords()
        for _ in 0..<2 {
            session.append(
                object: ["text": .string(text)], from: Provenance(source: "s"), to: &records)
        }
        let names = try records.lines.map { try JSONValue(parsing: $0).objectValue?["piece_of"] }
        #expect(Set(names + [first]).count == 3)
    }
}
