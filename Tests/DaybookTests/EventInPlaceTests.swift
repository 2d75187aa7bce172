// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Records
import Testing

@testable import Daybook

@Suite("Events written straight into the queue")
struct EventInPlaceTests {
    private static let instant = Timestamp(microseconds: 1_800_000_000_123_456)

    /// Texts of the lengths at which something changes, ASCII and not, literal and made.
    private static let texts: [String] =
        [
            "", "a", "AAPL", "momentum", "fifteen bytes..", "sixteen bytes...", "ä", "日本語の文",
            "say \"no\"\n",
        ]
        + [7, 8, 9, 14, 15, 16, 17, 23, 24, 25, 255].map { String(repeating: "é", count: $0) }
        + [300, 2000, 5000].map { String(repeating: "long ", count: $0 / 5) }

    /// Records by `body` and returns the lines, without what differs from run to run.
    private func lines(_ body: (Daybook) -> Void) throws -> [String] {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        body(daybook)
        try daybook.close()
        return book.lines
    }

    @Test("every event of the vocabulary gives the line of the factory of its name")
    func sameLines() throws {
        let at = Self.instant
        let pairs: [(Event, (Daybook) -> Void)] = [
            (
                .orderSubmitted(
                    orderID: "o", asset: "A", amount: 1, orderType: .limit, side: .sell,
                    limitPrice: "1.50", stopPrice: "-2", timeInForce: .day, brokerOrderID: "b",
                    venue: "XNAS", account: "acc", strategy: "s", at: at),
                {
                    $0.record(
                        .orderSubmitted(
                            orderID: "o", asset: "A", amount: 1, orderType: .limit, side: .sell,
                            limitPrice: "1.50", stopPrice: "-2", timeInForce: .day,
                            brokerOrderID: "b", venue: "XNAS", account: "acc", strategy: "s", at: at
                        ))
                }
            ),
            (
                .orderAccepted(orderID: "o", asset: "A", brokerOrderID: "b", venue: "v", at: at),
                {
                    $0.record(
                        .orderAccepted(
                            orderID: "o", asset: "A", brokerOrderID: "b", venue: "v", at: at))
                }
            ),
            (
                .orderRejected(orderID: "o", asset: "A", rejectionReason: "no", at: at),
                {
                    $0.record(
                        .orderRejected(orderID: "o", asset: "A", rejectionReason: "no", at: at))
                }
            ),
            (
                .orderCanceled(orderID: "o", asset: "A", reason: "why", remainingAmount: 3, at: at),
                {
                    $0.record(
                        .orderCanceled(
                            orderID: "o", asset: "A", reason: "why", remainingAmount: 3, at: at))
                }
            ),
            (
                .orderPartiallyFilled(
                    orderID: "o", asset: "A", fillPrice: "0.1", filledAmount: 2, side: .buy, at: at),
                {
                    $0.record(
                        .orderPartiallyFilled(
                            orderID: "o", asset: "A", fillPrice: "0.1", filledAmount: 2, side: .buy,
                            at: at))
                }
            ),
            (
                .signalGenerated(signalType: "buy", asset: "A", strength: "0.7", at: at),
                {
                    $0.record(
                        .signalGenerated(signalType: "buy", asset: "A", strength: "0.7", at: at))
                }
            ),
            (
                .tradingDecision(signalType: "hold", asset: "A", amount: 3, reason: "", at: at),
                {
                    $0.record(
                        .tradingDecision(
                            signalType: "hold", asset: "A", amount: 3, reason: "", at: at))
                }
            ),
            (
                .riskCheckPassed(check: "size", orderID: "o", value: 1, limit: 2, at: at),
                {
                    $0.record(
                        .riskCheckPassed(check: "size", orderID: "o", value: 1, limit: 2, at: at))
                }
            ),
        ]
        for (event, record) in pairs {
            let expected = try lines { $0.record(event) }
            let found = try lines(record)
            #expect(found == expected)
            #expect(found.count == 1)
        }
    }

    @Test("texts of every length, and events longer than an entry, give the factory's line")
    func texts() throws {
        let price: Event.Decimal = "-99999999999999999999999999999999999.125"
        let pairs = Self.texts.flatMap { id in Self.texts.map { (id, $0) } }
        let expected = try lines { daybook in
            for (id, text) in pairs {
                daybook.record(
                    Event.orderFilled(
                        orderID: id, asset: "A", fillPrice: price, filledAmount: 1, strategy: text,
                        at: Self.instant))
            }
        }
        let found = try lines { daybook in
            for (id, text) in pairs {
                daybook.record(
                    .orderFilled(
                        orderID: id, asset: "A", fillPrice: price, filledAmount: 1, strategy: text,
                        at: Self.instant))
            }
        }
        #expect(found.count == pairs.count)
        #expect(found == expected)
    }

    @Test("a queue that is full makes the caller wait, and nothing is lost or out of order")
    func full() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.isStalled = true }
        let count = DaybookLimits.queueBytes / 256
        let worker = Worker("filler") {
            for number in 0..<count {
                daybook.record(.riskCheckPassed(check: "c", orderID: "\(number)"))
            }
        }
        pause(nanoseconds: 200_000_000)
        book.set { $0.isStalled = false }
        worker.join()
        try daybook.close()
        let lines = book.lines
        #expect(lines.count == count)
        let isInOrder = zip(lines, 0...).allSatisfy { $0.contains("\"order_id\":\"\($1)\"") }
        #expect(isInOrder)
    }

    @Test("short texts lie in their words as expected; places of an entry are the same in C")
    func layout() {
        #expect(ShortText.isAsExpected())
        #expect(EventRing.Entry.event.rawValue == DAYBOOK_EVENT_TYPE)
        #expect(EventLayout.fields + 8 == Int(DAYBOOK_EVENT_FIELDS))
    }
}
