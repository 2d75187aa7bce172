// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Retention

/// A day of 2026 and later, as an instant.
func day(_ text: String) -> Timestamp {
    Timestamp("\(text)T00:00:00.000000Z") ?? .min
}

@Suite struct DeciderTests {
    static let rules = RuleCatalog([
        Rule(
            id: "short", citation: "", records: "", period: .days(30), basis: "",
            isConfirmed: true, checkedOn: ""),
        Rule(
            id: "long", citation: "", records: "", period: .days(300), extended: .days(600),
            basis: "", isConfirmed: true, checkedOn: ""),
        Rule(
            id: "closing", citation: "", records: "", period: .days(30), start: .accountClosed,
            basis: "", isConfirmed: true, checkedOn: ""),
        Rule(
            id: "medium", citation: "", records: "", period: nil, basis: "", isConfirmed: true,
            checkedOn: ""),
    ])

    static func record(_ made: String = "2026-01-01", person: UInt64 = 7) -> RecordFacts {
        var record = RecordFacts(book: "chat", index: 1)
        record.timestamp = day(made)
        record.recorded = day(made)
        record.person = person
        record.kind = "chat_message"
        return record
    }

    static func policy(_ name: String, _ keep: String?, rule: String? = nil) -> ClearPolicy {
        ClearPolicy(
            name: name, select: Scope(book: "chat"), keep: keep.flatMap { KeepPeriod($0) },
            rule: rule)
    }

    static func decide(
        _ policies: [ClearPolicy], _ intent: Intent = .expiry, of record: RecordFacts = record(),
        holds: [Hold] = [], requests: [Request] = [], upcoming: [[ClearPolicy]] = [],
        at now: String = "2026-03-01"
    ) -> Decision {
        Decider(
            policies: policies, upcoming: upcoming, rules: rules, holds: holds, requests: requests,
            now: day(now), people: { $0 == "alice" ? [7] : [] }
        ).decide(record, intent)
    }

    static func hold(_ scope: Scope = Scope()) -> Hold {
        Hold(id: "h1", matter: "m", issuer: "i", scope: scope, opened: day("2026-01-01"))
    }

    @Test func `a record goes when its policy's period is over, and no earlier`() {
        let policies = [Self.policy("p", "59d")]
        #expect(Self.decide(policies) == .erase(by: .policy("p")))
        #expect(
            Self.decide(policies, at: "2026-02-28")
                == .keep(until: day("2026-03-01"), .notDue(policy: "p")))
        #expect(Self.decide([]) == .keep(until: nil, .noPolicy))
        #expect(
            Self.decide([Self.policy("p", "forever")])
                == .keep(until: nil, .notDue(policy: "p")))
    }

    @Test func `age counts from the later of both instants`() {
        var record = Self.record("2020-01-01")
        record.recorded = day("2026-02-28")
        #expect(
            Self.decide([Self.policy("p", "30d")], of: record)
                == .keep(until: day("2026-03-30"), .notDue(policy: "p")))
        record.timestamp = nil
        record.recorded = nil
        #expect(
            Self.decide([Self.policy("p", "30d")], of: record) == .keep(until: nil, .unknownAge))
    }

    @Test func `a floor outlasts the policy, and a policy without a period ends with its floor`() {
        let floor = Self.policy("p", "30d", rule: "long")
        #expect(Self.decide([floor]) == .keep(until: day("2026-10-28"), .floor(rule: "long")))
        #expect(Self.decide([floor], at: "2026-10-28") == .erase(by: .policy("p")))
        #expect(Self.decide([Self.policy("p", nil, rule: "short")]) == .erase(by: .policy("p")))
        var extended = floor
        extended.isExtended = true
        #expect(
            Self.decide([extended]) == .keep(until: day("2027-08-24"), .floor(rule: "long")))
    }

    @Test func `of several policies the longest floor and the first period count`() {
        let both = [Self.policy("first", "30d"), Self.policy("second", "1y", rule: "long")]
        #expect(Self.decide(both) == .keep(until: day("2026-10-28"), .floor(rule: "long")))
        #expect(Self.decide(both, at: "2026-10-28") == .erase(by: .policy("first")))
        #expect(
            Self.decide(both.reversed(), at: "2026-10-28")
                == .keep(until: day("2027-01-01"), .notDue(policy: "second")))
    }

    @Test func `a rule whose start is not known keeps`() {
        let policy = Self.policy("p", "30d", rule: "closing")
        #expect(Self.decide([policy]) == .keep(until: nil, .unknownStart(rule: "closing")))
        #expect(
            Self.decide([policy], .erasure(request: "r"))
                == .restricted(until: nil, rule: "closing"))
        var record = Self.record()
        record.starts[.accountClosed] = day("2026-02-01")
        #expect(
            Self.decide([policy], of: record)
                == .keep(until: day("2026-03-03"), .floor(rule: "closing")))
        var started = policy
        started.started = day("2025-01-01")
        #expect(Self.decide([started]) == .erase(by: .policy("p")))
    }

    @Test func `a rule that the catalog lost keeps for ever, one without a period does not`() {
        #expect(
            Self.decide([Self.policy("p", "30d", rule: "gone")])
                == .keep(until: nil, .floor(rule: "gone")))
        #expect(Self.decide([Self.policy("p", "30d", rule: "medium")]).isErase)
    }

    @Test func `a hold beats expiry, clearing and erasure, until it is released`() {
        var hold = Self.hold()
        for intent in [Intent.expiry, .clear, .erasure(request: "r")] {
            #expect(
                Self.decide([Self.policy("p", "30d")], intent, holds: [hold]) == .held(by: ["h1"]))
        }
        hold.released = Hold.Release(at: day("2026-02-01"), by: "x", reason: nil)
        #expect(Self.decide([Self.policy("p", "30d")], holds: [hold]).isErase)
    }

    @Test func `a hold covers what cannot be told not to be under it`() {
        var scope = Scope(book: "chat")
        scope.conversations = ["#desk"]
        scope.matching = "merger"
        var record = Self.record()
        #expect(
            Self.decide([Self.policy("p", "30d")], of: record, holds: [Self.hold(scope)]).isErase)
        record.unknown = .sealed
        #expect(
            Self.decide([Self.policy("p", "30d")], of: record, holds: [Self.hold(scope)])
                == .held(by: ["h1"]))
        var policy = Self.policy("p", "30d")
        policy.select = scope
        #expect(
            Self.decide([policy], of: record) == .keep(until: nil, .unknownFacts(policy: "p")))
    }

    @Test func `an erasure before the floor becomes a restriction with its date`() {
        let policies = [Self.policy("p", "30d", rule: "long")]
        let intent = Intent.erasure(request: "r")
        #expect(
            Self.decide(policies, intent)
                == .restricted(until: day("2026-10-28"), rule: "long"))
        #expect(Self.decide(policies, intent, at: "2026-10-28") == .erase(by: .request("r")))
        #expect(Self.decide([], intent) == .erase(by: .request("r")))
    }

    @Test func `a chosen clear stops at a floor, not at a period`() {
        #expect(Self.decide([Self.policy("p", "1y")], .clear) == .erase(by: .choice))
        #expect(
            Self.decide([Self.policy("p", "1y", rule: "long")], .clear)
                == .keep(until: day("2026-10-28"), .floor(rule: "long")))
    }

    @Test func `a restriction that a person asked for keeps, but not against their own erasure`() {
        let request = Request(
            id: "q", kind: .restriction, person: "alice", personID: 7, received: day("2026-01-02"))
        let policies = [Self.policy("p", "30d")]
        let restricted = Decision.restricted(until: nil, rule: "request q")
        #expect(Self.decide(policies, requests: [request]) == restricted)
        #expect(Self.decide(policies, .clear, requests: [request]) == restricted)
        #expect(Self.decide(policies, .erasure(request: "r"), requests: [request]).isErase)
        #expect(Self.decide(policies, of: Self.record(person: 8), requests: [request]).isErase)
        var withdrawn = request
        withdrawn.answer = Request.Answer(at: day("2026-01-03"), outcome: .withdrawn)
        #expect(Self.decide(policies, requests: [withdrawn]).isErase)
    }

    @Test func `what was accepted and waits keeps longer at once, and shortens nothing`() {
        let now = [Self.policy("p", "1y")]
        let shorter = [Self.policy("p", "30d")]
        #expect(Self.decide(now, upcoming: [shorter]).word == "keep")
        #expect(
            Self.decide(shorter, upcoming: [now])
                == .keep(until: day("2027-01-01"), .notDue(policy: "p")))
        #expect(Self.decide(shorter, upcoming: [[]]).isErase)
        #expect(
            Self.decide(shorter, .clear, upcoming: [[Self.policy("p", nil, rule: "long")]])
                == .keep(until: day("2026-10-28"), .floor(rule: "long")))
    }

    @Test func `an explanation says what the decision says, and which policy rules`() throws {
        let decider = Decider(
            policies: [Self.policy("first", "30d"), Self.policy("second", "1y", rule: "long")],
            rules: Self.rules, holds: [Self.hold()], now: day("2026-03-01"), people: { _ in [] })
        let explanation = decider.explain(Self.record())
        #expect(explanation.decision == .held(by: ["h1"]) && explanation.holds == ["h1"])
        #expect(explanation.policies.map(\.isRuling) == [true, false])
        #expect(explanation.policies.map(\.floorEnd) == [nil, day("2026-10-28")])
        #expect(explanation.policies.first?.keepEnd == day("2026-01-31"))
    }
}
