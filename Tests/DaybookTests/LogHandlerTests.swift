// SPDX-License-Identifier: Apache-2.0

import Logging
import Records
import Testing

@testable import Daybook

@Suite("The swift-log handler")
struct LogHandlerTests {
    let audit = FakeBook()
    let chat = FakeBook()
    let daybook: Daybook

    init() throws {
        daybook = try FakeBook.daybook(audit, chat: chat)
    }

    func logger(_ change: (inout DaybookLogHandler) -> Void = { _ in }) -> Logger {
        var handler = DaybookLogHandler(label: "desk", daybook: daybook, metadataProvider: nil)
        change(&handler)
        let made = handler
        return Logger(label: "desk") { _ in made }
    }

    /// The records of both books once everything is written.
    func records() throws -> (audit: [JSONObject], chat: [JSONObject]) {
        try daybook.flush(durability: .written)
        func parse(_ book: FakeBook) throws -> [JSONObject] {
            try book.lines.compactMap {
                if case .object(let object) = try JSONValue(parsing: $0) { object } else { nil }
            }
        }
        return (try parse(audit), try parse(chat))
    }

    @Test("an event of the vocabulary goes to audit, with its metadata as fields")
    func vocabulary() throws {
        logger().info("order_filled", metadata: ["order_id": "o-1", "fill_price": "150.25"])
        let record = try #require(try records().audit.first)
        #expect(record["event"] == .string("order_filled"))
        #expect(record["event_type"] == .string("order_filled"))
        #expect(record["fill_price"] == .string("150.25"))
        #expect(record["logger"] == .string("desk"))
    }

    @Test("a strategy's own event goes to audit, a sentence to chat")
    func routing() throws {
        let log = logger()
        log.info("momentum_threshold", metadata: ["asset": "AAPL"])
        log.info("connected to the feed", metadata: ["feed": "x"])
        log.info("started")
        log.info("filled 100 AAPL", metadata: ["event_type": "order_filled", "order_id": "o-1"])
        log.info("heartbeat")
        let (audit, chat) = try records()
        #expect(
            audit.map { $0["event"] }
                == ["momentum_threshold", "order_filled", "heartbeat"].map { .string($0) })
        #expect(audit[1]["message"] == .string("filled 100 AAPL"))
        #expect(
            chat.map { $0["event"] } == [.string("terminal_output"), .string("terminal_output")])
        #expect(chat[0]["message"] == .string("connected to the feed"))
        #expect(chat[0]["feed"] == .string("x"))
        #expect(chat[1]["message"] == .string("started"))
    }

    @Test("levels of swift-log become the five of a record")
    func levels() throws {
        let log = logger { $0.logLevel = .trace }
        for level in Logger.Level.allCases { log.log(level: level, "heartbeat") }
        let levels = try records().audit.map { $0["level"] }
        #expect(
            levels
                == ["debug", "debug", "info", "info", "warning", "error", "critical"].map {
                    .string($0)
                })
    }

    @Test("below the logger's level nothing is recorded")
    func threshold() throws {
        logger { $0.logLevel = .warning }.info("heartbeat")
        #expect(try records().audit.isEmpty)
    }

    @Test("the call's own metadata wins over the logger's, and that over the provider's")
    func precedence() throws {
        let log = logger { handler in
            handler.metadataProvider = Logger.MetadataProvider {
                ["a": "provider", "b": "provider", "c": "provider"]
            }
            handler[metadataKey: "b"] = "logger"
            handler[metadataKey: "c"] = "logger"
        }
        log.info("heartbeat", metadata: ["c": "call"])
        let record = try #require(try records().audit.first)
        #expect(record["a"] == .string("provider"))
        #expect(record["b"] == .string("logger"))
        #expect(record["c"] == .string("call"))
    }

    @Test("a copy of a logger has metadata and level of its own")
    func valueSemantics() throws {
        var first = logger()
        first[metadataKey: "only-on"] = "first"
        var second = first
        second.logLevel = .error
        second[metadataKey: "only-on"] = "second"
        first.info("heartbeat")
        second.error("heartbeat")
        #expect(first.logLevel == .info)
        #expect(
            try records().audit.map { $0["only-on"] } == [.string("first"), .string("second")])
    }

    @Test("nested metadata become objects and arrays, numbers stay numbers, floats are text")
    func nesting() throws {
        logger().info(
            "heartbeat",
            metadata: [
                "nested": ["b": "2", "a": ["x", "y"]], "count": .stringConvertible(3),
                "flag": .stringConvertible(true), "ratio": .stringConvertible(0.1),
                "price": .stringConvertible(Decimal(15) as Decimal),
            ])
        let record = try #require(try records().audit.first)
        #expect(
            record["nested"]
                == .object(["a": .array([.string("x"), .string("y")]), "b": .string("2")]))
        #expect(record["count"] == .number("3"))
        #expect(record["flag"] == .bool(true))
        #expect(record["ratio"] == .string("0.1"))
        #expect(record["price"] == .string("15"))
        var deep = Logger.MetadataValue.string("bottom")
        for _ in 0..<200 { deep = .dictionary(["d": deep]) }
        logger().info("heartbeat", metadata: ["deep": deep])
        #expect(try records().audit.count == 2)
    }

    @Test("an error's type and text become fields, and the place of the call when asked")
    func errors() throws {
        struct Broken: Error {}
        logger { _ in }.error("system_error", error: Broken())
        let handler = DaybookLogHandler(
            label: "desk", daybook: daybook, tellsPlace: true, metadataProvider: nil)
        Logger(label: "desk") { _ in handler }.info("heartbeat", file: "Desk/F.swift", line: 7)
        let records = try records().audit
        #expect(records[0]["exception_type"] == .string("Broken"))
        #expect(records[1]["line"] == .number("7"))
        #expect(records[1]["file"] == .string("Desk/F.swift"))
    }

    @Test("secrets in messages and metadata are masked")
    func masked() throws {
        logger().info("login with password=FAKEpw01", metadata: ["apiKey": "FAKEkey02"])
        _ = try records()
        #expect(!chat.lines.joined().contains("FAKE"))
        #expect(chat.lines.joined().contains("***MASKED***"))
    }

    @Test("nobody forges a record of Daybook's own")
    func claimed() throws {
        logger().info("checkpoint_signed", metadata: ["source": "daybook"])
        let record = try #require(try records().audit.first)
        #expect(record["event"] == .string("claimed_event"))
        #expect(record["claimed_event"] == .string("checkpoint_signed"))
        #expect(record["source"] == nil)
    }

    @Test("a critical call is written when it returns")
    func critical() {
        logger().critical("system_error")
        #expect(audit.lines.count == 1)
    }
}
