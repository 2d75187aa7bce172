// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

/// The canonical form of a text and the notes it gets, or the error.
func canonical(_ text: [UInt8]) throws(JSONError) -> (text: String, notes: RecordNotes) {
    let result: Result<(String, RecordNotes), JSONError> = text.withUnsafeBufferPointer { bytes in
        var tape = JSONTape()
        var buffer = ByteBuffer()
        var notes: RecordNotes = []
        do throws(JSONError) {
            try tape.parse(bytes)
            tape.writeCanonical(into: &buffer, notes: &notes)
            return .success((buffer.string, notes))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

func canonical(_ text: String) throws(JSONError) -> (text: String, notes: RecordNotes) {
    try canonical(Array(text.utf8))
}

@Suite("The canonical form")
struct CanonicalFormTests {
    @Test(
        "is the text without white space, with the defined escapes",
        arguments: [
            (
                #"{"a": 1, "b": [1, 2.50, -0.0, 1e-09], "c": {}}"#,
                #"{"a":1,"b":[1,2.50,-0.0,1e-09],"c":{}}"#
            ),
            (" [ ] \r\n", "[]"),
            ("[[[ ], { }],[1 ,2]]", "[[[],{}],[1,2]]"),
            (#""\u0041\/\u00e9\ud83d\ude00""#, #""A/é😀""#),
            (#""\u0000\u001F\u000a\b\f\n\r\t\"\\""#, #""\u0000\u001f\n\b\f\n\r\t\"\\""#),
            ("12345678901234567890", "12345678901234567890"),
            ("true", "true"), (" null", "null"),
            (#"{"a":{"b":{"c":[ ]}},"d":0}"#, #"{"a":{"b":{"c":[]}},"d":0}"#),
            ("\"\u{2028}\u{7F}\"", "\"\u{2028}\u{7F}\""),
        ])
    func plain(text: String, expected: String) throws {
        let (written, notes) = try canonical(text)
        #expect(written == expected)
        #expect(notes.isEmpty)
        #expect(try canonical(written).text == expected)
    }

    @Test(
        "notes what it had to repair",
        arguments: [
            (
                #"{"p": NaN, "q": [Infinity, -Infinity]}"#,
                #"{"p":"NaN","q":["Infinity","-Infinity"]}"#, RecordNotes.nonFinite
            ),
            (
                #"["\ud800", "\udc00x", "\ud800\ud83d\ude00"]"#,
                "[\"\u{FFFD}\",\"\u{FFFD}x\",\"\u{FFFD}😀\"]", RecordNotes.loneSurrogate
            ),
            ("\u{FEFF}{}", "{}", RecordNotes.byteOrderMark),
            (#"{"a":1,"b":2,"a":3}"#, #"{"b":2,"a":3}"#, RecordNotes.duplicateKey),
            (#"{"a":1,"\u0061":{"x":1,"x":2}}"#, #"{"a":{"x":2}}"#, RecordNotes.duplicateKey),
            (#"{"a":[1,2,{"b":1}],"a":[ ]}"#, #"{"a":[]}"#, RecordNotes.duplicateKey),
            (
                #"[{"a":1},{"a":2}, {"a":3,"b":0,"a":4}]"#,
                #"[{"a":1},{"a":2},{"b":0,"a":4}]"#, RecordNotes.duplicateKey
            ),
        ])
    func repairs(text: String, expected: String, notes: RecordNotes) throws {
        let (written, found) = try canonical(text)
        #expect(written == expected)
        #expect(found == notes)
        let again = try canonical(written)
        #expect(again.text == expected)
        #expect(again.notes.isEmpty)
    }
}
