// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

/// Thousands of damaged texts, each judged by the plain reference reader.
@Suite("The parser and a plain reference reader")
struct JSONDifferentialTests {
    static let seeds: [[UInt8]] = [
        Array(
            (#"{"event": "order_filled", "event_type": "order_filled", "level": "info", "#
                + #""order_id": "order-00000001", "asset": "AAPL", "fill_price": "150.24", "#
                + #""timestamp": "2026-11-20T14:31:12.123456Z"}"#).utf8),
        Array(
            #"{"a":[1,-2.50e+10,{"b":null,"c":[true,false,[]]},{}],"a":NaN,"\u0061":-Infinity}"#
                .utf8),
        Array(#"["\u00e9\ud83d\ude00\ud800x","\b\f\n\r\t\"\\\/\u001F\u001f","é漢😀"]"#.utf8),
        Array("\u{FEFF}{\"k\":\"v\",\"k\":{\"k\":0,\"k\":[ ] }} \r\n".utf8),
        Array(#"[[[[{"x":{"y":{"z":[0.0,-0,1E5,12345678901234567890]}}}]]]]"#.utf8),
    ]
    static let pieces: [[UInt8]] =
        [
            "\"", "\\", "\\u", "\\ud83d", "\\ude00", "{", "}", "[", "]", ",", ":", " ", "\n", "0",
            "-",
            ".", "e", "NaN", "Infinity", "true", "null", "é", "\u{0}", "\"a\":", "\"a\":1,", "{}",
            "1",
        ].map { (text: String) in Array(text.utf8) } + [
            [0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80],
        ]

    @Test("agree on what is JSON and on its canonical form", arguments: 0..<8 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var accepted = 0
        for _ in 0..<1500 {
            var text = Self.seeds[Int(random.below(UInt64(Self.seeds.count)))]
            for _ in 0...random.below(4) {
                let place = Int(random.below(UInt64(text.count + 1)))
                switch random.below(4) {
                case 0 where place < text.count: text.remove(at: place)
                case 1 where place < text.count: text[place] = UInt8(random.below(256))
                case 2:
                    let other = Int(random.below(UInt64(text.count + 1)))
                    text.removeSubrange(min(place, other)..<max(place, other))
                default:
                    let piece = Self.pieces[Int(random.below(UInt64(Self.pieces.count)))]
                    text.insert(contentsOf: piece, at: place)
                }
            }
            let expected = ReferenceJSON.canonical(text)
            let found = try? canonical(text)
            if expected != nil { accepted += 1 }
            // As bytes: `String` would call two normalisations equal.
            #expect(found.map { Array($0.text.utf8) } == expected.map { Array($0.utf8) })
            guard let found else { continue }
            let again = try? canonical(found.text)
            #expect(again?.text == found.text && again?.notes == [])
        }
        #expect(accepted > 100 && accepted < 1400, "the mutations no longer test both answers")
    }

    @Test("the writer from the tree and the writer from the tape agree")
    func writers() throws {
        for seed in Self.seeds {
            let text = try #require(try? canonical(seed)).text
            let value = try JSONValue(parsing: text)
            #expect(value.description == text)
        }
    }

    @Test("a tree that no text gave is written as JSON all the same")
    func trees() throws {
        var deep: JSONValue = 1
        for _ in 0..<200 { deep = [deep] }
        #expect(try canonical(deep.description).text == deep.description)
        #expect(JSONValue.number("0x10").description == #""0x10""#)
        #expect(JSONValue.number("NaN").description == #""NaN""#)
        #expect(JSONValue.number("-0.0e-7").description == "-0.0e-7")
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(JSONValue.object(object).description == #"{"b":2,"a":3}"#)
    }
}
