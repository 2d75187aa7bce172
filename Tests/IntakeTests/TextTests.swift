// SPDX-License-Identifier: Apache-2.0

import Intake
import Records
import Testing

@Suite("Plain text")
struct TextTests {
    @Test("text is a chat record with its stream and no guess of an error")
    func record() {
        let items = Reader.read("hello\n", .stderr)
        #expect(
            items == [
                .object(
                    [
                        "event": "terminal_output", "level": "info", "stream": "stderr",
                        "text": "hello",
                    ], .chat)
            ])
        #expect(Reader.read("hello\n", .file).first?.object?.contains("stream") == false)
    }

    @Test(
        "odd text is kept",
        arguments: [
            ("no line feed at the end", ["no line feed at the end"]),
            ("Windows\r\nLines\r\n", ["Windows", "Lines"]),
            ("10%\r50%\r100%\n", ["10%\r50%\r100%"]),
            ("nul\0inside\n", ["nul\0inside"]),
            ("\u{1B}[31mred\u{1B}[0m and \u{1B}]0;title\u{7}plain\n", ["red and plain"]),
            ("\u{1B}]8;;http://h\u{1B}\\link\u{1B}]8;;\u{1B}\\\n", ["link"]),
            ("a\u{1B}\n", ["a"]), ("a\u{1B}[31\n", ["a[31"]), ("\u{1B}(Bx\n", ["x"]),
            ("\u{FEFF}mark\n", ["\u{FEFF}mark"]),
            ("ünïcödé 🚀\n", ["ünïcödé 🚀"]),
            ("\n\n", []), ("", []), ("   \n", []),
            ("a\n\n\nb\n", ["a\n\n", "b"]),
            ("{'python': 'dict'}\n", ["{'python': 'dict'}"]),
            ("[1, 2]\n", ["[1, 2]"]), ("}\n", ["}"]), ("{}x\n", ["{}x"]), ("{]\n", ["{]"]),
            ("\"string\"\n", ["\"string\""]),
        ])
    func oddText(input: String, texts: [String]) {
        #expect(Reader.read(input).map { $0["text"] ?? "?" } == texts)
    }

    @Test("bytes that are not UTF-8 are written as escapes")
    func invalidUTF8() {
        let items = Reader.read([0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xE2, 0x82, 0x0A])
        #expect(items.map { $0["text"] } == ["a\\xff\\xc3(\\xed\\xa0\\x80\\xe2\\x82"])
    }

    @Test("a line of ten megabytes is one record")
    func longLine() {
        let text = String(repeating: "0123456789", count: 1 << 20)
        let items = Reader.read(Array((text + "\nafter\n").utf8), chunk: 65_536)
        #expect(items.count == 2)
        #expect(items.first?["text"] == text)
    }

    @Test("a JSON line of ten megabytes is one line")
    func longJSON() {
        let text = "{\"event\":\"x\",\"data\":\"" + String(repeating: "y", count: 10 << 20) + "\"}"
        let items = Reader.read(Array((text + "\nafter\n").utf8), chunk: 65_536)
        #expect(items.count == 2)
        #expect(items.first == .jsonLine(text, .audit))
    }

    @Test("text records put together are the text that came in")
    func roundTrip() {
        let pieces = [
            "buy", "sell", "  indented", "\ttab", "ends with:", "(open", "[", "word", "ünï", "=",
            "\r", " ", "x{y", "12 apples", "Key: value", "> quoted", "-----", "...", "''",
        ]
        for seed in 0..<400 as Range<UInt64> {
            var random = Random(seed: seed)
            var lines = ["first"]
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let count = Int.random(in: 0...4, using: &random)
                // Something visible last: a carriage return at the end is part of the line feed.
                let line = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }
                lines.append(line.joined(separator: " ") + (line.isEmpty ? "" : "."))
            }
            let text = lines.joined(separator: "\n") + "\n"
            var reader = Reader()
            for byte in text.utf8 {
                reader.feed([byte])
                if UInt8.random(in: 0...40, using: &random) == 0 { reader.flush() }
            }
            let items = reader.finish()
            #expect(items.allSatisfy { $0.book == .chat }, "seed \(seed)")
            let joined = items.compactMap { $0["text"] }.joined(separator: "\n")
            // Silence between two blank lines may part them from all text.
            #expect(withoutBlankLines(joined) == withoutBlankLines(text), "seed \(seed)")
            #expect(
                Reader.read(text).compactMap { $0["text"] }.map { $0 + "\n" }.joined() == text,
                "seed \(seed)")
        }
    }

    private func withoutBlankLines(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.allSatisfy { $0 == " " || $0 == "\t" } }
    }

    @Test("a JSON line that Masking refuses comes back as text")
    func refused() {
        let intake = Intake(stream: .stdout, zone: { $0 })
        let line = Array("{\"a\": 01}".utf8)
        let item = line.withUnsafeBufferPointer { Item(intake.refused($0)) }
        #expect(item["text"] == "{\"a\": 01}")
        #expect(item.book == .chat)
    }
}

@Suite("JSON lines")
struct JSONLineTests {
    @Test(
        "data and named events are audit, messages to read are chat",
        arguments: [
            ("{\"event\":\"order_filled\"}", .audit),
            ("{\"event_type\":\"market_data\",\"x\":1}", .audit),
            ("{\"x\":1,\"y\":[{\"event\":\"chat_message\"}],\"event\":\"order_filled\"}", .audit),
            ("{\"event\":\"hello world\",\"level\":\"info\",\"timestamp\":1}", .audit),
            ("{\"event\":\"hello world\"}", .chat),
            ("{\"event\":\"hello world\",\"level\":\"info\"}", .chat),
            ("{\"event\":\"chat_message\",\"text\":\"hi\"}", .chat),
            ("{\"event\":\"terminal_output\",\"level\":\"info\",\"timestamp\":1}", .chat),
            ("{\"event_type\":\"file_shared\"}", .chat),
            ("{\"event_type\":\"file_shared\",\"event\":\"upload\"}", .chat),
            ("{\"event\":\"upload\",\"event_type\":\"file_shared\"}", .audit),
            ("{\"event\":\"two words\",\"event_type\":\"upload\"}", .audit),
            ("{\"event\":\"terminal\"}", .audit),
            ("{\"level\":\"INFO\",\"logger\":\"bot\",\"msg\":\"hi\"}", .chat),
            ("{\"message\":\"hi\",\"event\":\"order_filled\"}", .audit),
            ("{\"text\":\"hi\"}", .chat), ("{\"msg\":1}", .chat), ("{\"a\":1}", .audit),
            ("{\"log\":\"hi\"}", .chat),
            ("{\"price\":1}", .audit), ("{}", .audit), ("{ \"a\" : [ { } , [ ] ] }", .audit),
            ("{\"nested\":{\"msg\":\"hi\"}}", .audit),
            ("{\"a\":NaN,\"b\":-Infinity,\"c\":1e-9}", .audit),
            ("{\"a\\\"event\":\"x\",\"msg\":\"\\\\\"}", .chat),
        ] as [(String, IntakeBook)])
    func books(line: String, book: IntakeBook) {
        #expect(Reader.read(line + "\n") == [.jsonLine(line, book)])
        #expect(Reader.read(line + "\r\n") == [.jsonLine(line, book)])
        #expect(Reader.read(line) == [.jsonLine(line, book)])
    }

    @Test("lines inside one chunk are ranges of it")
    func noCopy() {
        var intake = Intake(stream: .stdout, zone: { $0 })
        let bytes = Array("{\"event\":\"a\"}\n{\"event\":\"b\"}\n".utf8)
        bytes.withUnsafeBufferPointer { buffer in
            var starts: [Int] = []
            intake.feed(buffer) { item in
                if case .jsonLine(let line, _) = item, let own = line.baseAddress,
                    let base = buffer.baseAddress
                {
                    starts.append(own - base)
                }
            }
            #expect(starts == [0, 14])
        }
    }

    @Test("an error of the receiver goes through")
    func errors() {
        struct Full: Error {}
        var intake = Intake(stream: .stdout, zone: { $0 })
        #expect(throws: Full.self) {
            try intake.feed(Array("{}\n".utf8)) { (_) throws(Full) in throw Full() }
        }
    }
}

@Suite("Hostile input")
struct HostileTests {
    @Test("mutated samples are read without a trap, the same in any chunks", arguments: samplePaths)
    func mutations(path: String) throws {
        let original = try sample(path)
        let tokens = [
            "{", "}", "[", "(", "'", "\"", "\\", "\\x", "\n", "\r\n", "\u{1B}[", "=", ":", " - ",
            "|",
            "Traceback (most recent call last):\n", "-----BEGIN X-----\n", "fetch Request: ",
            "2026-11-21 02:43:42,1 ", "b'", "<", ", '", "@", "\0",
        ].map { Array($0.utf8) }
        for seed in 0..<6 as Range<UInt64> {
            var random = Random(seed: seed &* 977 &+ UInt64(original.count))
            let start = Int.random(in: 0...max(0, original.count - 6_000), using: &random)
            var bytes = Array(original[start..<min(start + 6_000, original.count)])
            for _ in 0..<Int.random(in: 1...60, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2:
                    bytes.insert(
                        contentsOf: tokens.randomElement(using: &random) ?? [], at: at)
                default:
                    let end = min(at + Int.random(in: 1...80, using: &random), bytes.count)
                    bytes.removeSubrange(at..<end)
                }
            }
            let whole = Reader.read(bytes)
            #expect(Reader.read(bytes, chunk: 5) == whole, "seed \(seed)")
        }
    }

    @Test("random bytes are read without a trap")
    func noise() {
        for seed in 0..<200 as Range<UInt64> {
            var random = Random(seed: seed)
            let alphabet = Array("{}[]()'\"\\:,=<> \n\r\u{1B}09azAZ_-|.b".utf8) + [0, 0xFF, 0xC3]
            let bytes = (0..<2_000).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let items = Reader.read(bytes)
            #expect(Reader.read(bytes, chunk: 3) == items, "seed \(seed)")
        }
    }

    @Test(
        "long lines of one kind of byte take linear time",
        arguments: [
            "(", "[", "{", "'", "\"", "a=", "<", "{'a':", " - ", ", '", "\\", "| ", "[a]",
        ])
    func repeated(token: String) {
        for prefix in [
            "", "2026-11-21 02:43:42 [info     ] ", "timestamp=", "fetch Request: a b c ",
            "2026-11-21 02:28:05.703 ibapi.client INFO REQUEST placeOrder {'order': ",
            "2026-11-21 02:30:53,161 [INFO] bot : response {\"lastTransactionID\": ",
            "2026-11-21 02:30:53,161 - ",
        ] {
            let line = prefix + String(repeating: token, count: 20_000)
            let clock = ContinuousClock()
            let time = clock.measure { _ = Reader.read(line + "\n") }
            #expect(time < .seconds(5), "\(prefix)\(token)")
        }
    }
}
