// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Lines into columns and back")
struct RoundTripTests {
    @Test("an ordinary record costs one value a field and comes back byte for byte")
    func ordinary() throws {
        let line =
            #"{"event":"order_filled","event_type":"order_filled","level":"info","#
            + #""order_id":"order-00000001","asset":"AAPL","fill_price":"150.24","#
            + #""filled_amount":"100","commission":"0.50","#
            + #""timestamp":"2026-11-20T14:31:12.123456Z"}"#
        let group = try encode([line, line])
        #expect(try rebuild(group).map(text) == [line, line])
        #expect(try column("fill_price", of: group) == ["15024000000", "15024000000"])
        #expect(try column("timestamp", of: group) == ["1795185072123456", "1795185072123456"])
        #expect(try column("order_id", of: group) == ["order-00000001", "order-00000001"])
        #expect(try column("_line", of: group) == [nil, nil])
        #expect(try column("_scales", of: group) == [nil, nil])
        #expect(
            try column("_shape", of: group)[0]
                == #"{"event":"s","event_type":"s","level":"s","order_id":"s","asset":"s","#
                + #""fill_price":"s2","filled_amount":"s0","commission":"s2","timestamp":"s"}"#)
    }

    @Test("a decimal goes to the narrowest column that holds it exactly, and keeps its notation")
    func decimals() throws {
        let texts = [
            "1.5", "1.50", "0E-8", "0.000000001234", "1E+2", "1.234E-9", "-0.00", "1e-07",
            "9999999999.99999999", "10000000000", "0.0000000000000000001", "abc", "",
            "0.00000000000000000000", "99999999999999999999.123456789012345678", "007",
        ]
        let lines =
            texts.map { #"{"amount":"\#($0)"}"# } + [#"{"amount":1.50}"#, #"{"amount":1e-07}"#]
        let group = try encode(lines)
        #expect(try rebuild(group).map(text) == lines)
        #expect(
            try column("amount", of: group) == [
                "150000000", "150000000", "0", nil, "10000000000", nil, "0", "10",
                "999999999999999999", nil, nil, nil, nil, "0", nil, "700000000", "150000000", "10",
            ])
        let wide = try column("_wide.amount", of: group)
        #expect(wide[3] == "1234000000" && wide[5] == "1234000000")
        #expect(wide[9] == "10000000000000000000000000000")
        #expect(wide[14] == "99999999999999999999123456789012345678")
        #expect(
            try column("_text.amount", of: group)[10...12] == ["0.0000000000000000001", "abc", ""])
        let kept = try column("_line", of: group).enumerated().filter { $0.element != nil }
        #expect(kept.map { texts[$0.offset] } == ["-0.00", "007"])
    }

    @Test("keys that engines could mix up go to _rest")
    func rest() throws {
        let lines = [
            #"{"":1,"_x":"a\"b","Event":[1,{"a":"}"}],"event":"x","Foo":1,"foo":2,"\#u{C9}":3,"E\#u{301}":4}"#,
            #"{"foo":2}"#, #"{"\u0001":1,"x\ny":null,"a\"b":true}"#,
        ]
        let group = try encode(lines)
        #expect(try rebuild(group).map(text) == lines)
        #expect(
            try column("_rest", of: group) == [
                #"{"":1,"_x":"a\"b","Event":[1,{"a":"}"}],"foo":2,"E\#u{301}":4}"#, #"{"foo":2}"#,
                #"{"\u0001":1}"#,
            ])
        #expect(try column("a\"b", of: group) == [nil, nil, "true"])
        #expect(group.schema.index(of: "x\ny") == nil)
    }

    @Test(
        "a line that is no canonical JSON comes back as it was",
        arguments: [
            "", "{", "not JSON", "[1,2]", "{\"a\": 1}", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0041\"}",
            "{\"a\":\"\\/\"}", "{\"a\":01}", "{\"a\":1}x", "{\"a\":nul}", "{\"a\":NaN}", "\u{0}\n",
            "{\"a\":\"\u{1}\"}", "{\"a\":[1, 2]}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\"}",
            "{\"a\":}",
            "{\"a\":\"", "{\"a\":1,}", "{,}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e}",
            "{\"\\u000a\":1}",
            "{\"a\":\"\\u001F\"}", "null", "{\"a\":[}", "{\"a\":tru", "{\"a\":1",
        ])
    func odd(line: String) throws {
        let around = #"{"event":"x","amount":"1.5"}"#
        let group = try encode([around, line, around])
        #expect(try rebuild(group).map(text) == [around, line, around])
        #expect(try column("_line", of: group) == [nil, line, nil])
    }

    @Test("a line of bytes that are not UTF-8 comes back as it was")
    func bytes() throws {
        let lines: [[UInt8]] = [
            [0xFF, 0xFE], Array("{\"a\":\"".utf8) + [0xC0, 0x80] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xE2, 0x82] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8),
        ]
        #expect(try rebuild(encode(lines)) == lines)
    }

    @Test("a record that is not canonical can still be searched by its columns")
    func canonicalised() throws {
        let group = try encode([#"{"asset": "AAPL", "amount": 1.5}"#])
        #expect(try column("asset", of: group) == ["AAPL"])
        #expect(try column("amount", of: group) == ["150000000"])
    }

    @Test("more keys than a day has columns for go to _rest, across its row groups")
    func manyKeys() throws {
        let day = DayColumns()
        let lines = (0..<700).map { Array("{\"key_\($0)\":\($0),\"Key_\($0)\":true}".utf8) }
        let first = try encode(Array(lines[..<350]), day: day)
        let second = try encode(Array(lines[350...]), day: day)
        #expect(try rebuild(first) + rebuild(second) == lines)
        let names = Set((first.schema.columns + second.schema.columns).map(\.name))
        #expect(names.filter { !$0.hasPrefix("_") }.count == Limits.fieldColumnsMax)
        let again = DayColumns()
        again.add(first.schema)
        again.add(second.schema)
        let third = try encode([Array(#"{"one_more":1}"#.utf8)], day: again)
        #expect(third.schema.index(of: "one_more") == nil)
    }

    @Test("the type of a column does not depend on its values")
    func stableTypes() throws {
        let groups = try [
            encode([#"{"fill_price":"1.5","timestamp":"2026-11-20T14:31:12.123456Z","x":1}"#]),
            encode([#"{"fill_price":"abc","timestamp":5,"x":"a","duration_ms":"soon"}"#]),
            encode([#"{"fill_price":null,"x":[1]}"#, "{}"]), encode([String]()),
        ]
        var types: [String: Column] = [:]
        for group in groups {
            for column in group.schema.columns {
                #expect(types.updateValue(column, forKey: column.name) ?? column == column)
            }
            for name in SegmentVocabulary.coreColumns {
                #expect(group.schema.index(of: name) != nil)
            }
        }
        #expect(types["duration_ms"]?.logical == .integer(bits: 64, isSigned: true))
    }

    @Test("random records come back byte for byte")
    func random() throws {
        let count = getenv("DAYBOOK_ROUNDTRIP").flatMap { Int(String(cString: $0)) } ?? 20_000
        var done = 0
        while done < count {
            let seed = UInt64(truncatingIfNeeded: done) &+ 1
            var records = RandomRecords(seed: seed, names: done % 40_000 == 0 ? 40 : 4000)
            let lines = (0..<min(10_000, count - done)).map { _ in records.line() }
            let rebuilt = try rebuild(encode(lines))
            for (line, again) in zip(lines, rebuilt) where line != again {
                Issue.record("seed \(seed): \(text(line)) became \(text(again))")
                return
            }
            #expect(rebuilt.count == lines.count)
            done += lines.count
        }
    }
}
