// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

/// `#expect(a == b)` for calls on a tape, which cannot be copied into the macro's expansion.
private func expect<Value: Equatable>(
    _ found: Value, _ expected: Value, _ place: SourceLocation = #_sourceLocation
) {
    #expect(found == expected, sourceLocation: place)
}

@Suite("The tape")
struct JSONTapeTests {
    @Test(
        "refuses what is not JSON, and says where",
        arguments: [
            ("", .empty, 0), (" \r\n\t", .empty, 4), ("\u{FEFF}", .empty, 3),
            ("{", .unexpectedEnd, 1), ("[1,", .unexpectedEnd, 3), (#"{"a""#, .unexpectedEnd, 4),
            (#"{"a":"#, .unexpectedEnd, 5), (#""abc"#, .unexpectedEnd, 4),
            ("tru", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2),
            ("1e+", .unexpectedEnd, 3), ("-Infinit", .unexpectedEnd, 8),
            ("[1,]", .unexpectedByte, 3), (#"{"a":1,}"#, .unexpectedByte, 7),
            ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
            ("{1:2}", .unexpectedByte, 1), ("{'a':1}", .unexpectedByte, 1),
            (#"{"a" 1}"#, .unexpectedByte, 5), (#"{"a":1 "b":2}"#, .unexpectedByte, 7),
            ("[1}", .unexpectedByte, 2), (#"{"a":1]"#, .unexpectedByte, 6),
            ("]", .unexpectedByte, 0),
            ("[\u{0}]", .unexpectedByte, 1), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0),
            ("// a", .unexpectedByte, 0), ("[undefined]", .unexpectedByte, 1),
            ("[1\u{A0}]", .unexpectedByte, 2), ("\u{B}1", .unexpectedByte, 0),
            ("trUe", .badLiteral, 0), ("nul1", .badLiteral, 0), ("nan", .badLiteral, 0),
            ("inf", .unexpectedByte, 0), ("-Inf!", .badLiteral, 1), ("Nan", .badLiteral, 0),
            ("01", .badNumber, 0), ("-01", .badNumber, 1), ("1.e5", .badNumber, 2),
            ("1ex", .badNumber, 2), ("-x", .badNumber, 1), ("--1", .badNumber, 1),
            ("0x10", .trailingBytes, 1), ("1 2", .trailingBytes, 2), ("{}{}", .trailingBytes, 2),
            ("1\u{0}", .trailingBytes, 1), ("truex", .trailingBytes, 4),
            (#""\x""#, .badEscape, 1), (#""\u12g4""#, .badEscape, 1), (#""\u12"#, .badEscape, 1),
            (#""\U0041""#, .badEscape, 1), (#""abc\"#, .badEscape, 4),
            (#""\u+123""#, .badEscape, 1),
            ("\"a\tb\"", .controlInString, 2), ("\"\n\"", .controlInString, 1),
            ("{\"a\u{0}\":1}", .controlInString, 3),
        ] as [(String, JSONError.Code, Int)])
    func refusals(text: String, code: JSONError.Code, offset: Int) {
        #expect(throws: JSONError(code, at: offset)) { try canonical(text) }
        #expect(ReferenceJSON.canonical(Array(text.utf8)) == nil)
    }

    @Test("follows 128 levels and refuses the 129th")
    func depth() throws {
        let open = String(repeating: "[", count: 128)
        let close = String(repeating: "]", count: 128)
        #expect(try canonical(open + close).text == open + close)
        #expect(throws: JSONError(.tooDeep, at: 128)) { try canonical(open + "[" + close + "]") }
        #expect(throws: JSONError(.tooDeep, at: 128)) {
            try canonical(String(repeating: "[", count: 100_000))
        }
        #expect(throws: JSONError(.tooDeep, at: 128 * 5)) {
            try canonical(String(repeating: #"{"a":"#, count: 200))
        }
    }

    @Test("repairs each maximal ill-formed run of bytes, as the standard library does")
    func invalidUTF8() throws {
        let runs: [[UInt8]] = [
            [0xFF], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80],
            [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0x80, 0x80], [0xF5, 0x80],
            [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xC3, 0xC3, 0xA9],
        ]
        for run in runs {
            for padding in [0, 1, 14, 15, 16, 17, 31] {
                let content = [UInt8](repeating: 0x61, count: padding) + run
                let (text, notes) = try canonical([0x22] + content + [0x22])
                #expect(text == "\"" + String(decoding: content, as: UTF8.self) + "\"")
                #expect(notes == .invalidUTF8)
            }
        }
    }

    @Test("gives the same answer wherever a special byte falls within the scanner's words")
    func alignment() throws {
        for special in ["\"", "\\n", "\\\\", "é", "😀", "\\u00e9", "\u{7F}"] {
            for before in 0..<40 {
                for after in [0, 1, 15, 17] {
                    let body =
                        String(repeating: "x", count: before) + special
                        + (special == "\"" ? "" : String(repeating: "y", count: after))
                    let text = "\"" + body + (special == "\"" ? "" : "\"")
                    let expected = ReferenceJSON.canonical(Array(text.utf8))
                    #expect(try canonical(text).text == expected)
                }
            }
        }
    }

    @Test("shows kinds, ranges, flags, parents, links and counts")
    func structure() throws {
        let text = Array(#"{"a": [1, 2.5, {"é\n": NaN}], "b": "x", "a": true}"#.utf8)
        try text.withUnsafeBufferPointer { bytes in
            var tape = JSONTape()
            try tape.parse(bytes)
            #expect(tape.count == 12)
            let kinds: [JSONToken.Kind] = [
                .object, .key, .array, .number, .number, .object, .key, .nonFinite, .key, .string,
                .key, .true,
            ]
            let nexts: [UInt32] = [12, 2, 8, 4, 5, 8, 7, 8, 9, 10, 11, 12]
            let parents: [UInt32] = [0, 0, 0, 2, 2, 2, 5, 5, 0, 0, 0, 0]
            let depths: [UInt8] = [0, 1, 1, 2, 2, 2, 3, 3, 1, 1, 1, 1]
            for index in 0..<tape.count {
                #expect(tape[index].kind == kinds[index])
                #expect(tape[index].next == nexts[index])
                #expect(tape[index].parent == parents[index])
                #expect(tape[index].depth == depths[index])
            }
            #expect(tape[0].detail == 3 && tape[2].detail == 3 && tape[5].detail == 1)
            #expect(tape[1].flags == .shadowed)
            #expect(tape[3].flags == .isInteger && tape[4].flags.isEmpty)
            #expect(tape[6].flags == [.hasEscape, .hasNonASCII, .hasControl])
            expect(tape.string(6), "é\n")
            expect(tape.string(7), "NaN")
            expect(tape.string(9), "x")
            expect(String(decoding: tape.source(2), as: UTF8.self), #"[1, 2.5, {"é\n": NaN}]"#)
            expect(tape.member(named: "a"), 11)
            expect(tape.member(named: "b"), 9)
            expect(tape.member(named: "é\n", in: 5), 7)
            expect(tape.member(named: "c"), nil)
            expect(tape.key(ofValueAt: 11), 10)
            expect(tape.key(ofValueAt: 3), nil)
            expect(tape.key(ofValueAt: 0), nil)
            #expect(tape.notes == [.duplicateKey, .nonFinite])
            var part = ByteBuffer()
            tape.write(2, into: &part)
            #expect(part.string == #"[1,2.5,{"é\n":"NaN"}]"#)
        }
    }

    @Test("names the escape that decodes to a member's name")
    func escapedNames() throws {
        let text = Array(#"{"\u0061pi_key":1}"#.utf8)
        try text.withUnsafeBufferPointer { bytes in
            var tape = JSONTape()
            try tape.parse(bytes)
            expect(tape.member(named: "api_key"), 2)
            expect(tape.textEquals(1, "api_key"), true)
            expect(tape.string(1), "api_key")
        }
    }

    @Test("finds duplicate keys among thousands, in time linear in their number")
    func manyKeys() throws {
        let count = 20_000
        var members = (0..<count).map { "\"key-\($0)\":\($0)" }
        members.append("\"key-7\":\"later\"")
        let text = "{" + members.joined(separator: ",") + "}"
        let (written, notes) = try canonical(text)
        #expect(notes == .duplicateKey)
        members.remove(at: 7)
        #expect(written == "{" + members.joined(separator: ",") + "}")
    }

    @Test("takes a text of megabytes")
    func large() throws {
        let element = #"{"symbol":"BTC/USDT","bid":"67123.45","ask":"67123.46"}"#
        let text = "[" + String(repeating: element + ", ", count: 40_000) + element + "]"
        let (written, notes) = try canonical(text)
        #expect(written.utf8.count == text.utf8.count - 40_000)
        #expect(notes.isEmpty)
        #expect(try canonical(written).text == written)
    }

    @Test("can be used again after an error, without a trace of it")
    func reuse() throws {
        let texts = [#"{"a":1,"a":2}"#, "[NaN", #"{"b": 1}"#, "", "[]", #"{"a":1}"#]
        let expected: [String?] = [#"{"a":2}"#, nil, #"{"b":1}"#, nil, "[]", #"{"a":1}"#]
        var tape = JSONTape()
        for (text, expected) in zip(texts, expected) {
            Array(text.utf8).withUnsafeBufferPointer { bytes in
                var buffer = ByteBuffer()
                var notes: RecordNotes = []
                do throws(JSONError) {
                    try tape.parse(bytes)
                    tape.writeCanonical(into: &buffer, notes: &notes)
                    #expect(buffer.string == expected)
                    #expect(notes == (expected == #"{"a":2}"# ? .duplicateKey : []))
                } catch {
                    #expect(expected == nil)
                    #expect(tape.count == 0)
                }
            }
        }
    }
}
