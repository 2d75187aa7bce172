// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Intake

@Suite("Python reprs")
struct PythonReprTests {
    private func read(_ text: String) -> JSONValue? {
        let bytes = Array(text.utf8)
        return PythonRepr.value(bytes, 0..<bytes.count)
    }

    @Test(
        "values are read",
        arguments: [
            ("None", .null), ("True", .bool(true)), ("False", .bool(false)),
            ("42", .number("42")), ("-0.0", .number("-0.0")), ("1e-09", .number("1e-09")),
            ("12345678901234567890", .number("12345678901234567890")),
            ("nan", "nan"), ("-inf", "-inf"), ("1_000", "1_000"), ("3j", "3j"), ("007", "007"),
            ("''", ""), ("'a'", "a"), ("\"it's\"", "it's"), ("'it\\'s'", "it's"),
            ("'a' 'b'", "ab"), ("r'raw'", "raw"), ("u'text'", "text"),
            ("'\\n\\t\\r\\a\\b\\f\\v\\\\'", "\n\t\r\u{7}\u{8}\u{C}\u{B}\\"),
            ("'\\x41\\u20ac\\U0001f680\\101\\0'", "A€🚀A\0"),
            ("'\\ud83d'", "\u{FFFD}"), ("'\\q'", "\\q"), ("'€'", "€"),
            ("b'\\x00a'", "b'\\x00a'"), ("Side.BUY", "Side.BUY"),
            ("Decimal('1.50')", "1.50"), ("decimal.Decimal('0')", "0"),
            ("Decimal(x)", "Decimal(x)"),
            ("datetime.datetime(2026, 1, 2, 0, 0)", "datetime.datetime(2026, 1, 2, 0, 0)"),
            ("f('(', g(1))", "f('(', g(1))"),
            ("<requests.Session object at 0x7f>", "<requests.Session object at 0x7f>"),
            ("<Side.BUY: 1>", "<Side.BUY: 1>"), ("<the bot's>", "<the bot's>"),
            ("[]", []), ("[1, 'a', None]", [1, "a", nil]), ("()", []), ("(1,)", [1]),
            ("{}", [:]), ("{1, 2}", [1, 2]), ("set()", "set()"),
            ("{'a': {'b': [1, (2, 3)]}}", ["a": ["b": [1, [2, 3]]]]),
            ("{'a': 1, }", ["a": 1]), ("{1: 'x', None: 'y'}", ["1": "x", "None": "y"]),
            ("{'a': 1, 'a': 2}", ["a": 2]),
            ("{'a':\n 1}", ["a": 1]),
        ] as [(String, JSONValue)])
    func values(text: String, expected: JSONValue) {
        #expect(read(text) == expected)
    }

    @Test("numbers of money and sizes keep their digits as strings")
    func decimals() {
        #expect(
            read("{'price': 150.250, 'qty': 3, 'n': 3, 'lmtPrice': 1e5, 'fee': None}")
                == ["price": "150.250", "qty": "3", "n": 3, "lmtPrice": "1e5", "fee": nil])
    }

    @Test(
        "what is no repr is refused",
        arguments: [
            "", " ", "'", "'a", "\"a'", "'\\", "'\\x4'", "'\\u12'", "'\\U0012'", "[", "[1", "[1 2]",
            "(1", "{", "{'a'", "{'a':", "{'a': 1", "{'a': 1 'b': 2}", "{'a': 1, 2}", "{1, 'a': 2}",
            "}", "]", "a b", "f(", "f(')", "<a", "1 2", ",", ":", "{'a' 1}", "b'", "@",
        ])
    func refused(text: String) {
        #expect(read(text) == nil)
    }

    @Test("deep nesting is refused, not followed")
    func deep() {
        let levels = 100_000
        #expect(read(String(repeating: "[", count: levels)) == nil)
        #expect(
            read(String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)) == nil)
        #expect(
            read(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) != nil)
        #expect(read(String(repeating: "{'a':", count: levels)) == nil)
    }

    @Test("a bytes literal gives its bytes")
    func bytes() {
        var repr = PythonRepr(Cursor(Array("b'\\x00\\xff<1\\x0011\\''".utf8)))
        #expect(repr.bytesLiteral() == [0, 255, 0x3C, 0x31, 0, 0x31, 0x31, 0x27])
    }
}
