// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Masking
import Records
import Testing

@testable import Daybook

@Suite("Events as bytes")
struct RawEventTests {
    /// The line that a session makes of an event, and the line that it makes of its bytes.
    private struct Lines {
        var ofEvent = MaskedRecords()
        var ofBytes = MaskedRecords()

        /// All lines, stamps and what waits for envelopes.
        static func text(_ records: MaskedRecords) -> [String] {
            var lines = (0..<records.count).map { place in
                "\(records.entries[place].stamp) " + records.line(place)
            }
            records.withPersonalBytes { bytes in
                for draft in records.drafts {
                    lines.append(String(decoding: bytes[draft.plaintext], as: UTF8.self))
                }
            }
            return lines
        }
    }

    private static let instant = Timestamp(microseconds: 1_800_000_000_123_456)

    /// Takes events both ways, each through a session of its own, and compares.
    private func compare(_ events: [Event], _ rule: SealRule = .none) {
        var first = MaskingSession()
        var second = MaskingSession()
        for event in events {
            var lines = Lines()
            first.append(event: event, at: Self.instant, sealing: rule, to: &lines.ofEvent)
            var writer = EventWriter(event.kind, level: event.level, at: event.timestamp)
            writer.put(fieldsOf: event)
            Self.take(&writer) {
                second.append(raw: $0, at: Self.instant, sealing: rule, to: &lines.ofBytes)
            }
            #expect(Lines.text(lines.ofEvent) == Lines.text(lines.ofBytes))
        }
    }

    private static func take(_ writer: inout EventWriter, _ body: (RawEvent) -> Void) {
        writer.withEntry(ticket: 0) { entry, _ in
            if let base = entry.baseAddress { body(RawEvent(at: base)) }
        }
    }

    @Test("the bytes of a random event give the line of the event, byte for byte")
    func randomEvents() {
        for seed in 0..<40 {
            var maker = EventMaker(seed: UInt64(seed))
            compare((0..<100).map { _ in maker.event() })
        }
    }

    @Test("the same where some fields are personal")
    func personalFields() {
        var maker = EventMaker(seed: 7)
        compare((0..<200).map { _ in maker.event() }, .all(elseUnder: .house))
    }

    @Test("the same for the events of a simulated desk")
    func desk() { compare(Array(DemoDesk(seed: 3, events: 500))) }

    @Test("fields put one by one give what setting them on an event gives")
    func names() {
        for seed in 0..<40 {
            var maker = EventMaker(seed: 1000 + UInt64(seed))
            for _ in 0..<50 {
                let fields = maker.fields(depth: 0)
                var event = Event(custom: "note")
                for field in fields { event.set(field.name, field.value) }
                var writer = EventWriter(EventKind(rawValue: "note"))
                for field in fields { writer.put(named: field.name, field.value) }
                var lines = Lines()
                var first = MaskingSession()
                var second = MaskingSession()
                first.append(event: event, at: Self.instant, to: &lines.ofEvent)
                Self.take(&writer) {
                    second.append(raw: $0, at: Self.instant, to: &lines.ofBytes)
                }
                #expect(Lines.text(lines.ofEvent) == Lines.text(lines.ofBytes))
            }
        }
    }

    @Test("a typed event gives the line of the factory of the same name")
    func typed() {
        let pairs: [(Event, any TypedEvent)] = [
            (
                .orderFilled(
                    orderID: "o-1", asset: "AAPL", fillPrice: "150.250", filledAmount: 100,
                    commission: "0.50", side: .buy, venue: "XNAS", strategy: "momentum"),
                OrderFilled(
                    orderID: "o-1", asset: "AAPL", fillPrice: "150.250", filledAmount: 100,
                    commission: "0.50", side: .buy, venue: "XNAS", strategy: "momentum")
            ),
            (
                .orderRejected(
                    orderID: "o-2", asset: "ÄÖ\"\\\n", rejectionReason: "password=FAKEpw0002"),
                OrderRejected(
                    orderID: "o-2", asset: "ÄÖ\"\\\n", rejectionReason: "password=FAKEpw0002")
            ),
            (
                .orderSubmitted(
                    orderID: "o-3", asset: "AAPL", amount: "-0.00000001", orderType: .limit,
                    limitPrice: "99999999999999999999999999999999.5", at: Self.instant),
                OrderSubmitted(
                    orderID: "o-3", asset: "AAPL", amount: "-0.00000001", orderType: .limit,
                    limitPrice: "99999999999999999999999999999999.5", at: Self.instant)
            ),
            (
                .tradingDecision(signalType: "momentum", asset: "AAPL", amount: 3, reason: ""),
                TradingDecision(signalType: "momentum", asset: "AAPL", amount: 3, reason: "")
            ),
        ]
        for (event, typed) in pairs {
            var lines = Lines()
            var first = MaskingSession()
            var second = MaskingSession()
            first.append(event: event, at: Self.instant, to: &lines.ofEvent)
            var writer = EventWriter(
                type(of: typed).kind, level: typed.level, at: typed.timestamp)
            typed.put(into: &writer)
            Self.take(&writer) { second.append(raw: $0, at: Self.instant, to: &lines.ofBytes) }
            #expect(Lines.text(lines.ofEvent) == Lines.text(lines.ofBytes))
        }
    }

    @Test("bytes that are no UTF-8 are repaired, and a claimed kind is one by its bytes too")
    func foreignBytes() {
        var records = MaskedRecords()
        var session = MaskingSession()
        let kind = Array("log_gap_declared".utf8)
        let (name, text): ([UInt8], [UInt8]) = ([0x6E, 0xFF], [0x61, 0xFE, 0x62])
        let all = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { all.deallocate() }
        all.copyBytes(from: kind + name + text)
        var writer = EventWriter(
            kindBytes: UnsafeRawBufferPointer(rebasing: all[0..<16]), level: .info)
        writer.put(
            nameBytes: UnsafeRawBufferPointer(rebasing: all[16..<18]),
            textBytes: UnsafeRawBufferPointer(rebasing: all[18..<21]))
        Self.take(&writer) { session.append(raw: $0, at: Self.instant, to: &records) }
        #expect(records.line(0).contains("\"claimed_event\":\"log_gap_declared\""))
        #expect(records.line(0).contains("\"n\u{FFFD}\":\"a\u{FFFD}b\""))
    }

    @Test("an event of any length comes out whole, and a writer in a writer is one of its own")
    func lengths() {
        for count in [0, 1, 7, 8, 9, 255, 256, 4000, 4095, 4096, 5000, 70_000, 1_000_000] {
            let text = String(repeating: "x", count: count)
            var writer = EventWriter(EventKind(rawValue: "note"))
            writer.put("first", text)
            var inner = EventWriter(EventKind(rawValue: "inner"))
            inner.put("text", "y")
            writer.put("second", count)
            Self.take(&inner) { #expect($0.event["text"] == "y") }
            Self.take(&writer) {
                #expect($0.event["first"] == .string(text))
                #expect($0.event["second"] == .integer(Int64(count)))
            }
        }
    }
}

/// Makes events of all kinds of values from a seed.
struct EventMaker: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    mutating func event() -> Event {
        let kinds: [EventKind] = [
            .orderFilled, .chatMessage, .terminalOutput, .logGapDeclared, .custom("note"),
            .custom("password=FAKEpw0001"), .custom(""), .custom("a \"quoted\" kind"),
        ]
        var event = Event(pick(kinds), level: pick(Level.allCases))
        if Bool.random(using: &self) { event.timestamp = Timestamp(microseconds: 12_345_678) }
        for field in fields(depth: 0) { event.set(field.name, field.value) }
        return event
    }

    mutating func fields(depth: Int) -> [Field] {
        (0..<Int.random(in: 0...8, using: &self)).map { _ in Field(name(), value(depth: depth)) }
    }

    private mutating func name() -> String {
        pick([
            "order_id", "asset", "note", "api_key", "password", "x", "", "timestamp", "level",
            "source", "claimed_event", "sealed", "text", "message", "sender", "a\"b", "größe",
            "token_id", "AKIAIOSFODNN7EXAMPLE", "secret", "digest",
        ])
    }

    private mutating func text() -> String {
        pick([
            "", "AAPL", "order-10000001", "a \"quote\" \\ and\n\ttabs\u{1}", "über größe 📈",
            "password=FAKEpw0002", "Bearer FAKEtoken0123456789abcdefghij", "é",
            "https://user:FAKEpw@example.com/x", String(repeating: "long ", count: 60),
            String(repeating: "z", count: Int.random(in: 0...300, using: &self)),
        ])
    }

    private mutating func value(depth: Int) -> FieldValue {
        switch Int.random(in: 0...(depth < 2 ? 9 : 6), using: &self) {
        case 0, 1: return .string(text())
        case 2:
            return .decimal(
                Decimal(
                    coefficient: Int128(Int64(truncatingIfNeeded: next())), scale: pick([0, 2, 9]))
                    ?? .zero)
        case 3: return .integer(Int64(truncatingIfNeeded: next()))
        case 4: return .bool(Bool.random(using: &self))
        case 5: return .timestamp(Timestamp(microseconds: Int64(next() >> 12)))
        case 6: return .null
        case 7: return .strings((0..<Int.random(in: 0...3, using: &self)).map { _ in text() })
        case 8:
            return .array(
                (0..<Int.random(in: 0...3, using: &self)).map { _ in value(depth: depth + 1) })
        default: return .object(fields(depth: depth + 1))
        }
    }
}
