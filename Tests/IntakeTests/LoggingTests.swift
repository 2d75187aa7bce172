// SPDX-License-Identifier: Apache-2.0

import Intake
import Records
import Testing

@Suite("Python logging")
struct LoggingTests {
    static let formats = ["asctime-name-level", "brackets", "pipes", "basicConfig-default"]

    @Test("level, logger and message are fields", arguments: formats)
    func fields(format: String) throws {
        let items = Reader.read(try sample("python_logging/stdlib_\(format).log"))
        #expect(
            items.map { $0["level"] } == [
                "info", "debug", "info", "info", "warning", "info", "error", "error", "info",
                "critical",
            ])
        #expect(items.allSatisfy { $0["logger"] == "bot.strategy" && $0.book == .chat })
        #expect(items.allSatisfy { $0.event == "terminal_output" })
        #expect(items[4]["message"] == "Rate limit hit, sleeping 9.0s")
        #expect(items[9]["message"] == "Circuit breaker tripped: daily loss 2.10%% > 2.00%%")
    }

    @Test("a traceback and the lines of a message join the record", arguments: formats)
    func joined(format: String) throws {
        let items = Reader.read(try sample("python_logging/stdlib_\(format).log"))
        #expect(items[7]["message"] == "order failed")
        #expect(items[7]["exception_type"] == "RuntimeError")
        #expect(items[7]["exception_message"] == "insufficient balance; apiKey=FAKEexcKEY33")
        #expect(items[7]["traceback"]?.hasPrefix("Traceback (most recent call last):\n") == true)
        #expect(
            items[8]["message"]
                == "multi-line plan:\n  1. buy AAPL 100\n  2. stop 145.00\n"
                + "  password: FAKEmultilinePASS44")
    }

    @Test("process, thread and place of the thread format are fields")
    func thread() throws {
        let items = Reader.read(try sample("python_logging/stdlib_thread-line.log"))
        #expect(items[0]["process"] == "10897")
        #expect(items[0]["thread"] == "MainThread")
        #expect(items[0]["file"] == "std.py")
        #expect(items[0]["line"] == "4")
        #expect(items[0]["message"]?.hasPrefix("Starting bot v2.1") == true)
    }

    @Test("fields before and after the level are kept")
    func synapse() {
        let items = Reader.read(
            "2026-11-21 02:29:04,623 - synapse.storage - 540 - INFO - main - Applying schema\n")
        #expect(items[0]["logger"] == "synapse.storage")
        #expect(items[0]["line"] == "540")
        #expect(items[0]["message"] == "main - Applying schema")
    }

    @Test(
        "other usual formats are read",
        arguments: [
            ("2026-11-21 02:43:42.707 | INFO     | bot.run:main:12 - hello", "bot.run:main:12"),
            ("2026-11-21 02:43:42,707 INFO bot.run: hello", "bot.run"),
            ("2026-11-21T02:43:42Z INFO [bot.run] hello", nil),
            ("[INFO] bot.run: hello", "bot.run"),
            ("INFO:     hello", nil),
            ("2026-11-21 02:43:42 INFO hello", nil),
            ("2026-11-21 02:43:42,707 - INFO - hello", nil),
            ("[2026-11-21 02:43:42 +0000] [7] [INFO] hello", nil),
        ] as [(String, String?)])
    func others(line: String, logger: String?) {
        let items = Reader.read(line + "\n")
        #expect(items.count == 1)
        #expect(items[0]["level"] == "info")
        #expect(items[0]["message"]?.hasSuffix("hello") == true)
        if let logger { #expect(items[0]["logger"] == logger) }
    }

    @Test(
        "a time without a zone is local and says which offset was taken",
        arguments: [
            (3_600_000_000, "+01:00"), (-18_000_000_000, "-05:00"), (0, "+00:00"),
            (20_700_000_000, "+05:45"),
        ] as [(Int64, String)])
    func zones(offset: Int64, suffix: String) {
        var reader = Reader(zone: { $0 - offset })
        reader.feed("2026-11-21 02:43:42,707 - bot - INFO - hello\n")
        #expect(reader.finish().first?["timestamp"] == "2026-11-21 02:43:42,707" + suffix)
    }

    @Test("a time with a zone is kept as printed")
    func zoned() {
        var reader = Reader(zone: { $0 - 3_600_000_000 })
        reader.feed("2026-11-21T02:43:42.707-0500 - bot - INFO - hello\n")
        #expect(reader.finish().first?["timestamp"] == "2026-11-21T02:43:42.707-0500")
    }

    @Test("an offset that no zone has is not written")
    func strangeZone() {
        var reader = Reader(zone: { $0 - 1_234_567 })
        reader.feed("2026-11-21 02:43:42,707 - bot - INFO - hello\n")
        #expect(reader.finish().first?["timestamp"] == "2026-11-21T02:43:41.472433Z")
    }

    @Test(
        "what only looks like a log line is text",
        arguments: [
            "2026-11-21 is a Saturday", "2026-13-41 99:99:99,000 - bot - INFO - hello",
            "INFORMATION: hello", "[INFO", "[2026-11-21 02:43:42", "ERROR", "WARNING hello",
            "2026-11-21 02:43:42 hello world", "12 monkeys",
        ])
    func lookalikes(line: String) {
        let items = Reader.read(line + "\n")
        #expect(items.map { $0["text"] } == [line])
    }
}

@Suite("structlog and RustyBT")
struct StructlogTests {
    @Test("console lines say the same with and without colours")
    func colors() throws {
        let plain = Reader.read(try sample("structlog/structlog_console_plain.log"))
        let color = Reader.read(try sample("structlog/structlog_console_color.log"))
        #expect(plain == color)
        #expect(plain.count == 5)
    }

    @Test("console fields are values of their kind")
    func values() throws {
        let items = Reader.read(try sample("structlog/structlog_console_plain.log"))
        #expect(items[0].event == "order_submitted")
        #expect(items[0].object?["limit_price"] == .string("150.25"))
        #expect(
            items[0]["ts_event"]
                == "datetime.datetime(2026, 11, 20, 14, 31, 12, 123456, "
                + "tzinfo=datetime.timezone.utc)")
        #expect(
            items[1].object?["config"]
                == ["api_key": "FAKEslKEY55", "nested": ["Secret-Key": "FAKEslSECRET66"]])
        #expect(items[1].object?["keys"] == ["FAKEslLIST77"])
        #expect(items[2].event == "euro € rocket 🚀")
        #expect(items[2].object?["big"] == .number("12345678901234567890"))
        #expect(items[2].object?["tiny"] == .number("1e-09"))
        #expect(items[2]["note"] == "quote \" backslash \\ tab\t newline\n end")
        #expect(items[3]["exception_type"] == "RuntimeError")
        #expect(items[4].object?["positional"] == .bool(true))
        #expect(items[4]["timestamp"] == "2026-11-21 02:43:42+00:00")
    }

    @Test("RustyBT's default console output is audit")
    func rustybt() throws {
        let items = Reader.read(try sample("rustybt/default_console_unconfigured.log"))
        #expect(items.allSatisfy { $0.book == .audit })
        #expect(items[1]["event_type"] == "order_submitted")
        #expect(items[1].object?["stop_price"] == .null)
        #expect(items[2]["commission"] == "0.50")
        #expect(items[6]["error_message"] == "secret=FAKEconEXC0103")
        #expect(items[6]["traceback"]?.hasSuffix("RuntimeError: secret=FAKEconEXC0103") == true)
    }

    @Test("key=value lines are audit when they have an event, chat when they have only a message")
    func keyValue() throws {
        let items = Reader.read(try sample("structlog/structlog_keyvalue.log"))
        #expect(items.allSatisfy { $0.book == .audit })
        #expect(items[0]["timestamp"] == "2026-11-21T02:43:42.846797Z")
        #expect(items[3]["exception"]?.hasPrefix("Traceback (most recent call last):\n") == true)
        let logfmt = Reader.read("level=info ts=2026-11-21T02:43:42Z msg=\"all is well\" n=3\n")
        #expect(logfmt.first?.book == .chat)
        #expect(logfmt.first?["msg"] == "all is well")
        #expect(logfmt.first?["timestamp"] == "2026-11-21T02:43:42Z")
    }

    @Test("a logger name after the event is a field")
    func logger() {
        let items = Reader.read("2026-11-21 02:43:42 [info     ] hello there   [bot.run] a=1\n")
        #expect(items[0].event == "hello there")
        #expect(items[0]["logger"] == "bot.run")
        #expect(items[0].object?["a"] == .number("1"))
    }

    @Test("no field is lost when the program uses a name twice")
    func names() {
        let items = Reader.read(
            "2026-11-21 02:43:42 [info     ] bar  level=7 timestamp=now event=x\n")
        #expect(items[0].event == "bar")
        #expect(items[0]["field_level"] == "7")
        #expect(items[0]["field_timestamp"] == "now")
        #expect(items[0]["field_event"] == "x")
    }

    @Test("bare values with blanks, as older versions print them, stay whole")
    func bare() {
        let items = Reader.read("2026-11-21 02:43:42 [info     ] e  why=not enough cash n=2\n")
        #expect(items[0]["why"] == "not enough cash")
        #expect(items[0]["n"] == "2")
    }
}
