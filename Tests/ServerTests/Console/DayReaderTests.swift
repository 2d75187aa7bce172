// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Server

@Suite struct DayReaderTests {
    private static func read(_ lines: [String]) -> DayReader {
        let reader = DayReader()
        for (index, line) in lines.enumerated() {
            Array(line.utf8).withUnsafeBufferPointer { reader.take(UInt64(index), $0) }
        }
        return reader
    }

    private static func at(_ microseconds: Int, _ kind: String, _ rest: String) -> String {
        let fraction = String(1_000_000 + microseconds).dropFirst()
        return "{\"event\":\"\(kind)\",\"event_type\":\"\(kind)\",\"level\":\"info\",\(rest),"
            + "\"timestamp\":\"2026-11-20T14:30:00.\(fraction)Z\"}"
    }

    private static let day = [
        at(100, "trading_decision", #""signal_type":"buy","asset":"AAPL","strategy":"alpha""#),
        at(
            350, "order_submitted",
            #""order_id":"o1","asset":"AAPL","amount":"100","side":"buy","strategy":"alpha""#),
        at(900, "order_accepted", #""order_id":"o1","asset":"AAPL""#),
        at(
            2350, "order_partially_filled",
            #""order_id":"o1","asset":"AAPL","fill_price":"150.25","filled_amount":"50","commission":"0.1""#
        ),
        at(
            3350, "order_filled",
            #""order_id":"o1","asset":"AAPL","fill_price":"150.25","filled_amount":"50","commission":"0.2","strategy":"alpha""#
        ),
        at(
            5000, "order_submitted",
            #""order_id":"o2","asset":"MSFT","amount":"1","strategy":"beta""#),
        at(
            5100, "order_rejected",
            #""order_id":"o2","asset":"MSFT","rejection_reason":"no","rejection_code":"market_closed""#
        ),
        "no JSON at all",
    ]

    @Test("a day's figures: orders, fills, rejects, exact commission, latencies")
    func figures() {
        let figures = Self.read(Self.day).figures(of: nil)
        #expect(figures.submitted == 2)
        #expect(figures.fills == 2)
        #expect(figures.ordersFilled == 1)
        #expect(figures.rejections == ["market_closed": 1])
        #expect(figures.commission[""] == Decimal("0.3"))
        #expect(figures.decisionToSubmit.percentile(500) == 250)
        #expect(figures.submitToFill.percentile(500) == 2000)
        #expect(figures.minutes.values.map(\.submitted) == [2])
    }

    @Test("a strategy's view has nothing of another's, also where a record names none")
    func strategies() {
        let reader = Self.read(Self.day)
        let alpha = reader.figures(of: ["alpha"])
        #expect(alpha.submitted == 1)
        #expect(alpha.rejected == 0)
        #expect(reader.rows(of: ["alpha"], limit: 10).allSatisfy { $0.order == "o1" })
        #expect(reader.rows(of: ["alpha"], limit: 10).map(\.event).last == "order_submitted")
        #expect(reader.rows(of: [], limit: 10).isEmpty)
        #expect(reader.figures(of: []).submitted == 0)
    }

    @Test("percentiles are at most a sixteenth too long, and never below the truth")
    func histogram() {
        var histogram = LatencyHistogram()
        for value in 1...10_000 as ClosedRange<Int64> { histogram.add(value) }
        for (thousandths, truth) in [(500, 5_000), (900, 9_000), (990, 9_900), (1000, 10_000)] {
            let found = histogram.percentile(UInt64(thousandths)) ?? 0
            #expect(found >= Int64(truth))
            #expect(found <= Int64(truth) * 17 / 16 + 1)
        }
        histogram.add(-5)
        #expect(histogram.count == 10_000)
        #expect(LatencyHistogram().percentile(500) == nil)
    }
}
