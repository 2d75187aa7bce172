// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct PinsTests {
    static func decide(_ pins: Pins, book: String = "audit", max: Int? = nil) throws
        -> PruneDecision
    {
        PruneDecision(
            DayPolicy(
                keep: max == nil ? try #require(KeepPeriod("5d")) : .forever, maxBytes: max),
            PruneDecisionTests.days(), pins: pins, book: book, now: day("2026-11-11"))
    }

    @Test func `a hold stops age and size alike, and is named`() throws {
        let pins = Pins(holds: [Pins.Pin(hold: "h-1", book: nil, from: day("2026-11-03"))])
        for decision in [try Self.decide(pins), try Self.decide(pins, max: 0)] {
            #expect(decision.days.map(\.day.date) == ["2026-11-01", "2026-11-02"])
            #expect(decision.blocker?.reason == .held("h-1"))
            #expect(decision.blocker?.description.contains("hold h-1") == true)
        }
    }

    @Test func `a hold on one book leaves the others alone`() throws {
        let pins = Pins(holds: [Pins.Pin(hold: "h-1", book: "chat", from: nil)])
        #expect(try Self.decide(pins).days.count == 5)
        #expect(try Self.decide(pins, book: "chat").days.isEmpty)
    }

    @Test func `what binds now stays in the book that says so`() throws {
        let pins = Pins(firstNeeded: 250)
        let decision = try Self.decide(pins)
        #expect(decision.days.map(\.day.date) == ["2026-11-01", "2026-11-02"])
        #expect(decision.blocker?.reason == .needed(250))
        #expect(try Self.decide(pins, book: "chat").days.count == 5)
    }

    @Test func `pins are read as they were written`() {
        let pins = Pins(
            holds: [
                Pins.Pin(hold: "h-1", book: nil, from: nil),
                Pins.Pin(hold: "h-2", book: "chat", from: day("2026-01-01")),
            ], firstNeeded: 7)
        #expect(Pins(pins.json) == pins)
        #expect(Pins([:]) == nil && Pins(["holds": [["hold": "h", "from": "x"]]]) == nil)
    }
}
