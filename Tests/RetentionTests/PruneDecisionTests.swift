// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct PruneDecisionTests {
    /// Ten days, 1 to 10 November 2026, a hundred records and a thousand bytes each.
    static func days(sealed: Int = 10) -> [KeptDay] {
        (1...10).map { day in
            let date = day < 10 ? "2026-11-0\(day)" : "2026-11-10"
            return KeptDay(
                file: "audit/\(date)-0001.parquet", date: date, first: UInt64(day - 1) * 100,
                records: 100, bytes: 1000,
                newest: Timestamp("\(date)T23:59:59.000000Z"),
                isSealed: day <= sealed)
        }
    }

    static func decide(
        _ keep: String, floor: String? = nil, max: Int? = nil,
        at now: String = "2026-11-11T00:00:00.000000Z", sealed: Int = 10
    ) throws -> PruneDecision {
        PruneDecision(
            DayPolicy(
                keep: try #require(KeepPeriod(keep)), keepAtLeast: floor.flatMap { KeepPeriod($0) },
                maxBytes: max), days(sealed: sealed), now: try #require(Timestamp(now)))
    }

    @Test func `the default prunes nothing, ever`() throws {
        let decision = PruneDecision(
            DayPolicy(), Self.days(), now: Timestamp(microseconds: 9_000_000_000_000_000))
        #expect(decision.days.isEmpty && decision.next == nil && decision.blocker == nil)
    }

    @Test func `days past their period go, the next is announced`() throws {
        let decision = try Self.decide("7d")
        #expect(decision.days.map(\.day.date) == ["2026-11-01", "2026-11-02", "2026-11-03"])
        #expect(decision.end == 300 && decision.records == 300 && decision.bytes == 3000)
        #expect(decision.ruleText == "keep 7d")
        #expect(decision.next?.description == "2026-11-11T23:59:59.000000Z")
    }

    @Test func `a day stays until its newest record is past the period`() throws {
        #expect(try Self.decide("10d", at: "2026-11-11T23:59:58.999999Z").end == nil)
        #expect(try Self.decide("10d", at: "2026-11-11T23:59:59.000000Z").end == 100)
    }

    @Test func `a book above its size loses its oldest days until it fits`() throws {
        let decision = try Self.decide("forever", max: 7999)
        #expect(decision.end == 300 && decision.ruleText == "max_size 7999")
        #expect(try Self.decide("forever", max: 10_000).end == nil)
    }

    @Test func `time and size work together`() throws {
        let decision = try Self.decide("9d", max: 7000)
        #expect(decision.end == 300 && decision.ruleText == "keep 9d, max_size 7000")
    }

    @Test func `a size never reaches inside the floor, and the record is named`() throws {
        let decision = try Self.decide("forever", floor: "5d", max: 1000)
        #expect(decision.end == 500)
        let blocker = try #require(decision.blocker)
        #expect(blocker.record == 599 && blocker.date == "2026-11-06")
        #expect(
            blocker.description
                == "record 599 of 2026-11-06 is kept until 2026-11-11T23:59:59.000000Z "
                + "(keep_at_least 5d)")
        #expect(decision.next?.description == "2026-11-11T23:59:59.000000Z")
    }

    @Test func `a day that is not sealed blocks the days behind it`() throws {
        let decision = try Self.decide("5d", sealed: 2)
        #expect(decision.end == 200)
        #expect(decision.blocker?.record == 299 && decision.blocker?.reason == .notSealed)
    }

    @Test func `a day of unknown age stays and is named`() throws {
        var days = Self.days()
        days[0].newest = nil
        let decision = PruneDecision(
            DayPolicy(keep: .days(1)), days, now: try #require(Timestamp("2027-01-01T00:00:00Z")))
        #expect(decision.end == nil && decision.blocker?.reason == .ageUnknown)
        #expect(PruneDecision(DayPolicy(), days, now: .max).blocker == nil)
    }

    @Test func `nothing goes while the clock is behind the records`() throws {
        let decision = try Self.decide("forever", max: 0, at: "2026-11-01T12:00:00.000000Z")
        #expect(decision.end == nil)
        #expect(decision.blocker?.record == 99)
    }
}
