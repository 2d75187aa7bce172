// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@Suite("Event")
struct EventTests {
    static let instant = Timestamp(microseconds: 1_795_185_072_123_456)

    static func line(_ event: Event) -> String {
        var buffer = ByteBuffer()
        event.write(at: instant, into: &buffer)
        return buffer.string
    }

    @Test("puts event, event_type and level first, timestamp last, decimals as strings")
    func filled() {
        let event = Event.orderFilled(
            orderID: "order-00000001", asset: "AAPL", fillPrice: "150.24", filledAmount: 100,
            commission: "0.50", side: .buy, strategy: "momentum", fields: ["desk": "equities"])
        #expect(
            Self.line(event)
                == #"{"event":"order_filled","event_type":"order_filled","level":"info","#
                + #""order_id":"order-00000001","asset":"AAPL","fill_price":"150.24","#
                + #""filled_amount":"100","commission":"0.50","side":"buy","#
                + #""strategy":"momentum","desk":"equities","#
                + #""timestamp":"2026-11-20T14:31:12.123456Z"}"#)
    }

    @Test("leaves out what is not said and writes null only when asked")
    func nulls() {
        let event = Event.orderSubmitted(
            orderID: "o-1", asset: "MSFT", amount: 50, orderType: .limit, limitPrice: "414.36",
            fields: ["stop_price": nil], at: Timestamp(microseconds: 0))
        #expect(
            Self.line(event)
                == #"{"event":"order_submitted","event_type":"order_submitted","level":"info","#
                + #""order_id":"o-1","asset":"MSFT","amount":"50","order_type":"limit","#
                + #""limit_price":"414.36","stop_price":null,"#
                + #""timestamp":"1970-01-01T00:00:00.000000Z"}"#)
    }

    @Test("takes any name and any text, and stays one canonical JSON object")
    func custom() throws {
        let event = Event(
            custom: "momentum \"threshold\"\n", level: .warning,
            fields: [
                "scörë": "0.5\u{0}", "ids": ["a", 1, true, nil], "nested": ["x": ["y": "é"]],
                "n": -9_223_372_036_854_775_808, "texts": .strings(["\\", "\""]),
                "at": .timestamp(Self.instant), "price": .decimal("1.50"),
            ])
        let line = Self.line(event)
        let (again, notes) = try canonical(line)
        #expect(again == line)
        #expect(notes.isEmpty)
        var buffer = ByteBuffer()
        CanonicalJSON.encode(event.json(at: Self.instant), into: &buffer)
        #expect(buffer.string == line)
    }

    @Test("keeps names unique and its own names to itself")
    func names() {
        var event = Event(
            custom: "x", fields: ["a": 1, "level": "high", "a": 2, "timestamp": "then"])
        event.set("b", nil)
        event.set("a", 3)
        #expect(event.fields.map(\.name) == ["a", "claimed_level", "claimed_timestamp", "b"])
        #expect(event["a"] == 3)
        #expect(event["claimed_level"] == "high")
        // Names are bytes: these two look alike and are two.
        event.set("e\u{301}", 1)
        event.set("\u{E9}", 2)
        #expect(event.fields.count == 6)
    }

    @Test("knows the guide's names, their levels and their books")
    func vocabulary() {
        let guide: [(EventKind, String, Level)] = [
            (.orderSubmitted, "order_submitted", .info), (.orderFilled, "order_filled", .info),
            (.orderRejected, "order_rejected", .error), (.orderCanceled, "order_canceled", .info),
            (.orderModified, "order_modified", .info),
            (.tradingDecision, "trading_decision", .info),
            (.systemStartup, "system_startup", .info),
            (.systemShutdown, "system_shutdown", .info), (.systemError, "system_error", .error),
            (.circuitBreakerTripped, "circuit_breaker_tripped", .critical),
        ]
        for (kind, name, level) in guide {
            #expect(kind.rawValue == name)
            #expect(kind.level == level)
            #expect(kind.book == .audit)
            #expect(EventKind(rawValue: name).group == kind.group)
        }
        #expect(EventKind.vocabulary.count == Set(EventKind.vocabulary.map(\.rawValue)).count)
        #expect(EventKind(rawValue: "momentum_threshold").group == .custom)
        #expect(EventKind.chatMessage.book == .chat)
    }

    @Test("knows which kinds only Daybook may write")
    func recordKeeping() {
        let names = EventKind.vocabulary.filter(\.isRecordKeeping).map(\.rawValue)
        #expect(names.contains("hold_opened"))
        #expect(names.contains("checkpoint_signed"))
        #expect(names.contains("log_gap_declared"))
        #expect(!names.contains("system_startup"))
        for kind in EventKind.vocabulary {
            let found = Array(kind.rawValue.utf8).withUnsafeBufferPointer {
                EventKind.isRecordKeeping(name: $0)
            }
            #expect(found == kind.isRecordKeeping)
        }
    }

    @Test("reads level names of other loggers, in any case")
    func levels() {
        #expect(Level("WARN") == .warning)
        #expect(Level("Fatal") == .critical)
        #expect(Level("trace") == .debug)
        #expect(Level("notice") == .info)
        #expect(Level("exception") == .error)
        #expect(Level("loud") == nil)
        for level in Level.allCases {
            #expect(Level(level.name) == level)
            #expect(Level(level.upperName) == level)
        }
        #expect(Level.debug < .info && Level.error < .critical)
    }
}
