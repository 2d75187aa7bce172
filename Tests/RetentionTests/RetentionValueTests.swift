// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct RetentionValueTests {
    static func parsed(_ object: JSONObject) throws -> JSONObject {
        let value = try JSONValue(parsing: JSONValue.object(object).description)
        return try #require(value.objectValue)
    }

    static var scope: Scope {
        var scope = Scope(book: "chat")
        scope.platforms = ["irc"]
        scope.conversations = ["#desk", "#risk"]
        scope.people = ["alice", "telegram:7"]
        scope.personIDs = [UInt64.max, 3]
        scope.kinds = ["chat_message"]
        scope.matching = #"text:"merger""#
        scope.from = day("2026-01-01")
        scope.to = day("2026-02-01")
        return scope
    }

    @Test func `a scope is read as it was written`() throws {
        #expect(Scope(try Self.parsed(Self.scope.json)) == Self.scope)
        #expect(Scope(try Self.parsed(Scope().json)) == Scope())
        #expect(Scope().words == "everything")
        #expect(Self.scope.needs == [.person, .platform, .conversation, .kind, .matching])
    }

    @Test(arguments: [
        #"{"from":"yesterday"}"#, #"{"kinds":"chat_message"}"#, #"{"person_ids":["x"]}"#,
        #"{"book":7}"#, #"{"colour":"red"}"#,
    ])
    func `what is no scope is none`(text: String) throws {
        let object = try #require(try JSONValue(parsing: text).objectValue)
        #expect(Scope(object) == nil)
    }

    @Test func `a policy is read as it was written`() throws {
        var policy = ClearPolicy(
            name: "desk", select: Self.scope, keep: KeepPeriod("90d"), rule: "us.sec.17a-4.b")
        policy.isExtended = true
        policy.started = day("2026-01-05")
        policy.noticeDays = 0
        policy.needsApproval = true
        policy.graceDays = 14
        policy.trigger = ClearPolicy.Trigger(matching: "event:system_shutdown")
        policy.trigger?.sources = ["bot"]
        #expect(ClearPolicy(try Self.parsed(policy.json)) == policy)
        let plain = ClearPolicy(name: "all", select: Scope(), keep: .forever)
        #expect(ClearPolicy(try Self.parsed(plain.json)) == plain)
        #expect(!plain.hasUpperBound && policy.hasUpperBound)
        var other = policy.json
        other["then"] = "anonymize"
        #expect(ClearPolicy(other) == nil)
    }

    @Test func `a hold is read as it was written`() throws {
        var hold = Hold(
            id: "h", matter: "A v. B", issuer: "counsel", scope: Self.scope,
            opened: day("2026-03-01"))
        hold.custodians = ["alice"]
        hold.reason = "complaint"
        hold.notices = [Hold.Notice(custodian: "alice", sent: day("2026-03-02"))]
        #expect(Hold(try Self.parsed(hold.json)) == hold)
        hold.released = Hold.Release(at: day("2026-04-01"), by: "counsel", reason: "settled")
        #expect(Hold(try Self.parsed(hold.json)) == hold)
        #expect(!hold.isActive)
    }

    @Test func `a request is due after a month and read as it was written`() throws {
        var request = Request(
            id: "q", kind: .erasure, person: "alice", personID: 7, received: day("2026-01-31"))
        #expect(request.due == day("2026-03-01") && request.isOpen && request.isErasurePending)
        request.verifiedBy = "passport"
        request.answer = Request.Answer(
            at: day("2026-02-03"), outcome: .restricted, until: day("2029-01-01"),
            rule: "us.sec.17a-4.b")
        #expect(Request(try Self.parsed(request.json)) == request)
        #expect(!request.isOpen && request.isErasurePending)
    }

    @Test func `every rule that comes along is whole, and says whether it was confirmed`() {
        let rules = RuleCatalog.standard.rules
        #expect(rules.count == 16)
        #expect(Set(rules.map(\.id)).count == rules.count)
        for rule in rules {
            #expect(!rule.citation.isEmpty && !rule.records.isEmpty && !rule.basis.isEmpty)
            #expect(rule.checkedOn.count == 10)
            #expect(Rule(rule.json) == rule)
        }
        #expect(
            rules.filter { !$0.isConfirmed }.map(\.id) == [
                "us.cftc.1.31.swaps", "us.cftc.1.31.oral", "eu.rts24", "eu.emir.9.2", "eu.mar",
            ])
        #expect(RuleCatalog.standard[id: "us.sec.17a-4.b"]?.period == KeepPeriod("3y"))
        #expect(RuleCatalog.standard[id: "eu.mifid2.16.7"]?.extended == KeepPeriod("7y"))
        #expect(RuleCatalog.standard[id: "us.sec.17a-4.f"]?.period == nil)
    }
}
