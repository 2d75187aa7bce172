// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Synchronization
import Testing

@testable import Daybook

@Suite("Console output")
struct ConsoleTests {
    /// What a console shows of events.
    func shown(_ events: [Event], hasColor: Bool = false, isJSON: Bool = false) -> [String] {
        let box = Lines()
        let console = Console(
            format: isJSON ? nil : ConsoleFormat(hasColor: hasColor) { _ in 3600 },
            write: { box.add($0) })
        let pool = MaskingPool(.standard)
        for event in events { console.show(event, pool) }
        return box.all
    }

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    func fill() -> Event {
        .orderFilled(
            orderID: "o-1", asset: "AAPL", fillPrice: "150.25", filledAmount: 100,
            at: Timestamp(microseconds: 1_795_185_072_123_456))
    }

    @Test("a terminal shows local time, level, event and fields")
    func plain() throws {
        #expect(
            shown([fill()]) == [
                "15:31:12.123 [info    ] order_filled                   "
                    + "order_id=o-1 asset=AAPL fill_price=150.25 filled_amount=100"
            ])
    }

    @Test("colour marks level, event, keys and values, and nothing without it")
    func colour() throws {
        let line = try #require(shown([fill()], hasColor: true).first)
        #expect(line.hasPrefix("\u{1B}[2m15:31:12.123\u{1B}[0m [\u{1B}[32minfo    \u{1B}[0m]"))
        #expect(line.contains("\u{1B}[1morder_filled"))
        #expect(line.contains("\u{1B}[36mfill_price\u{1B}[0m=\u{1B}[35m150.25\u{1B}[0m"))
        #expect(!shown([fill()]).joined().contains("\u{1B}"))
    }

    @Test("a pipe gets the record as JSON")
    func json() throws {
        let line = try #require(shown([fill()], isJSON: true).first)
        #expect(line.hasPrefix(#"{"event":"order_filled","event_type":"order_filled","level""#))
        #expect(line.hasSuffix(#""timestamp":"2026-11-20T14:31:12.123456Z"}"#))
    }

    @Test("secrets are masked here as in the book", arguments: [false, true])
    func masked(isJSON: Bool) {
        let event = Event(
            custom: "login", fields: ["api_key": "FAKEkey0001", "note": "password=FAKEpw0002"])
        let text = shown([event], isJSON: isJSON).joined()
        #expect(!text.contains("FAKE"))
        #expect(text.contains("***MASKED***"))
    }

    @Test("no text can move the cursor or hide what follows")
    func controlCharacters() {
        let hostile = "a\u{1B}[2Jb\u{202E}c\u{9B}d\re\u{2028}f"
        let event = Event(custom: "e", fields: ["text": .string(hostile), "k\u{1B}": "x y"])
        let text = shown([event]).joined()
        for scalar in text.unicodeScalars {
            #expect(scalar.value >= 0x20 && scalar.value != 0x9B && scalar.value != 0x202E)
            #expect(scalar.value != 0x2028)
        }
        #expect(text.contains("\\u001b[2Jb"))
        #expect(text.contains("\"x y\""))
    }

    @Test("a sentence is shown as what it says")
    func sentence() {
        let event = Event(
            .terminalOutput, level: .warning,
            fields: ["logger": "desk", "message": "connected to the feed"],
            at: Timestamp(microseconds: 0))
        #expect(
            shown([event]) == [
                "01:00:00.000 [warning ] connected to the feed          logger=desk"
            ])
    }

    @Test("a traceback comes below its line")
    func traceback() {
        let event = Event(
            .systemError, fields: ["error_message": "no", "traceback": "first\n  second\u{7}\n"])
        let lines = shown([event]).joined().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1] == "first")
        #expect(lines[2] == "  second\\u0007")
    }
}
