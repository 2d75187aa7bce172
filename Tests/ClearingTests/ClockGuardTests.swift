// SPDX-License-Identifier: Apache-2.0

import Daybook
import Records
import Testing

@testable import Clearing

@Suite struct ClockGuardTests {
    static let hour: Int64 = 3600
    static let day: Int64 = 86_400

    static func facts(
        _ seconds: Int64, uptime: Int64? = nil, boot: String? = "a", synchronised: Bool? = false
    ) -> ClockFacts {
        ClockFacts(
            now: Timestamp(microseconds: (1_795_000_000 + seconds) * 1_000_000), boot: boot,
            uptimeSeconds: 1000 + (uptime ?? seconds), isSynchronised: synchronised)
    }

    static func mark(synchronised: Bool? = false, confirmed: Bool = false) -> ClockMark {
        ClockMark(facts: facts(0, synchronised: synchronised), isConfirmation: confirmed)
    }

    static func isRight(
        _ facts: ClockFacts, _ mark: ClockMark?, newest: Int64? = nil,
        _ choice: ClockChoice = .automatic
    ) -> Bool {
        ClockGuard(choice).verdict(
            facts, mark: mark, newest: newest.map { Self.facts($0).now }
        ).isRight
    }

    @Test func `a steady clock is right`() {
        #expect(Self.isRight(Self.facts(0), nil))
        #expect(Self.isRight(Self.facts(Self.hour), Self.mark(), newest: 60))
        #expect(Self.isRight(Self.facts(90 * Self.day), Self.mark(), newest: 0))
        // A service that corrects it slowly.
        #expect(Self.isRight(Self.facts(Self.day + 100, uptime: Self.day), Self.mark()))
    }

    @Test func `a step in either direction is seen, whatever was recorded since`() {
        for step in [-Self.hour, Self.hour, 10 * 365 * Self.day, -10 * 365 * Self.day] {
            let facts = Self.facts(Self.hour + step, uptime: Self.hour)
            #expect(!Self.isRight(facts, Self.mark()), "\(step)")
            #expect(!Self.isRight(facts, Self.mark(synchronised: true), newest: Self.hour + step))
            #expect(!Self.isRight(facts, Self.mark(confirmed: true), .never))
        }
    }

    @Test func `after a restart, back is seen, and forward unless somebody vouches`() {
        #expect(!Self.isRight(Self.facts(-Self.hour, uptime: -900, boot: "b"), Self.mark()))
        #expect(Self.isRight(Self.facts(20 * Self.day, uptime: -900, boot: "b"), Self.mark()))
        #expect(!Self.isRight(Self.facts(31 * Self.day, uptime: -900, boot: "b"), Self.mark()))
        #expect(
            Self.isRight(
                Self.facts(31 * Self.day, uptime: -900, boot: "b", synchronised: true),
                Self.mark()))
        #expect(
            !Self.isRight(
                Self.facts(3650 * Self.day, uptime: -900, boot: "b", synchronised: true),
                Self.mark()))
    }

    @Test func `without an earlier look the newest record tells`() {
        #expect(!Self.isRight(Self.facts(0), nil, newest: Self.hour))
        #expect(Self.isRight(Self.facts(0), nil, newest: -20 * Self.day))
        #expect(!Self.isRight(Self.facts(0), nil, newest: -31 * Self.day))
        #expect(!Self.isRight(Self.facts(Self.hour), Self.mark(), newest: 2 * Self.hour))
    }

    @Test func `a confirmation stands over records from a time that never was`() {
        let mark = Self.mark(confirmed: true)
        #expect(Self.isRight(Self.facts(Self.hour), mark, newest: 3650 * Self.day))
        #expect(!Self.isRight(Self.facts(Self.day, uptime: 0), mark, newest: 0))
    }

    @Test func `synchronisation counts as the settings say`() {
        let lost = Self.mark(synchronised: true)
        #expect(!Self.isRight(Self.facts(Self.hour), lost))
        #expect(Self.isRight(Self.facts(Self.hour, synchronised: true), lost))
        #expect(Self.isRight(Self.facts(Self.hour, synchronised: nil), lost))
        #expect(Self.isRight(Self.facts(Self.hour), lost, .never))
        #expect(Self.isRight(Self.facts(Self.hour), Self.mark()))
        #expect(!Self.isRight(Self.facts(Self.hour), Self.mark(), .always))
        #expect(!Self.isRight(Self.facts(Self.hour, synchronised: nil), nil, .always))
        #expect(Self.isRight(Self.facts(Self.hour, synchronised: true), nil, .always))
    }

    @Test func `what the machine says is read back from its record`() throws {
        let facts = ClockFacts.current(at: Timestamp(microseconds: 1_795_000_000_123_456))
        #expect(facts.uptimeSeconds > 0)
        #expect(try #require(ClockFacts(members: facts.members)) == facts)
    }
}
