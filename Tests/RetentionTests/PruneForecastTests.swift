// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct PruneForecastTests {
    private static func forecast(
        _ keep: String, floor: String? = nil, max: Int? = nil, pins: Pins = Pins(),
        at now: String = "2026-11-11T00:00:00.000000Z"
    ) throws -> PruneForecast {
        PruneForecast(
            DayPolicy(
                keep: try #require(KeepPeriod(keep)), keepAtLeast: floor.flatMap { KeepPeriod($0) },
                maxBytes: max), PruneDecisionTests.days(), pins: pins, book: "chat",
            now: try #require(Timestamp(now)))
    }

    @Test func `each day goes when its newest record is past the period, those past it now`() throws
    {
        let forecast = try Self.forecast("7d")
        #expect(forecast.entries.map(\.day.date.description).count == 10)
        #expect(
            forecast.entries.map { $0.when.description.prefix(10) } == [
                "2026-11-11", "2026-11-11", "2026-11-11", "2026-11-11", "2026-11-12", "2026-11-13",
                "2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17",
            ])
        #expect(forecast.blocker == nil)
    }

    @Test func `what goes now is what the decision says`() throws {
        let now = try #require(Timestamp("2026-11-11T00:00:00.000000Z"))
        let decision = try PruneDecisionTests.decide("7d")
        let forecast = try Self.forecast("7d")
        #expect(forecast.entries.filter { $0.when == now }.map(\.day) == decision.days.map(\.day))
        #expect(forecast.entries[3].when == decision.next)
    }

    @Test func `a floor puts off, a hold stops, and nothing has no end`() throws {
        let floored = try Self.forecast("1d", floor: "30d")
        #expect(floored.entries.first?.when.description == "2026-12-01T23:59:59.000000Z")
        #expect(try Self.forecast("1d", floor: "forever").entries.isEmpty)
        let from = try #require(Timestamp("2026-11-06T00:00:00Z"))
        let held = try Self.forecast(
            "30d", pins: Pins(holds: [.init(hold: "h-1", book: nil, from: from)]))
        #expect(held.entries.count == 5 && held.blocker?.reason == .held("h-1"))
        #expect(held.blocker?.date == "2026-11-06")
        let forever = try Self.forecast("forever")
        #expect(forever.entries.isEmpty && forever.blocker == nil)
    }

    @Test func `a size prunes now, and says nothing of later`() throws {
        let forecast = try Self.forecast("forever", max: 7_999)
        #expect(forecast.entries.count == 3)
        #expect(forecast.entries.allSatisfy { $0.when.description.hasPrefix("2026-11-11") })
    }
}
