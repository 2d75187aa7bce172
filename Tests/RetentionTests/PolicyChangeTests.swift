// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct PolicyChangeTests {
    static func policy(_ name: String, _ keep: String?, rule: String? = nil) -> ClearPolicy {
        ClearPolicy(
            name: name, select: Scope(book: "chat"), keep: keep.flatMap { KeepPeriod($0) },
            rule: rule)
    }

    static func isShorter(_ old: ClearPolicy, _ change: (inout ClearPolicy) -> Void) -> Bool {
        var new = old
        change(&new)
        return PolicyChange(from: [old], to: [new]).isShorter
    }

    @Test func `nothing changed is nothing, and longer is not shorter`() {
        let old = Self.policy("p", "1y", rule: "us.sec.17a-4.b")
        #expect(PolicyChange(from: [old], to: [old]).isEmpty)
        #expect(!Self.isShorter(old) { $0.keep = KeepPeriod("2y") })
        #expect(!Self.isShorter(old) { $0.keep = .forever })
        #expect(!Self.isShorter(old) { $0.isExtended = true })
        #expect(!Self.isShorter(Self.policy("p", "1y")) { $0.rule = "us.sec.17a-4.b" })
        #expect(!PolicyChange(from: [], to: [Self.policy("p", "forever")]).isShorter)
        #expect(!PolicyChange(from: [Self.policy("p", "1y")], to: []).isShorter)
    }

    @Test func `whatever may let a record go earlier is shorter`() {
        let old = Self.policy("p", "1y", rule: "us.sec.17a-4.b")
        #expect(Self.isShorter(old) { $0.keep = KeepPeriod("11mo") })
        #expect(Self.isShorter(old) { $0.keep = nil })
        #expect(Self.isShorter(old) { $0.rule = nil })
        #expect(Self.isShorter(old) { $0.rule = "us.sec.17a-4.a" })
        #expect(Self.isShorter(old) { $0.started = day("2020-01-01") })
        #expect(Self.isShorter(old) { $0.select.platforms = ["irc"] })
        #expect(Self.isShorter(Self.policy("p", "forever")) { $0.keep = KeepPeriod("9y") })
        let other = Self.policy("q", "30d")
        #expect(PolicyChange(from: [], to: [other]).isShorter)
        #expect(PolicyChange(from: [old], to: [old, other]).isShorter)
        #expect(PolicyChange(from: [old, other], to: [other, old]).isShorter)
        // Removed, it no longer speaks before the one after it, and its rule protects no more.
        #expect(PolicyChange(from: [Self.policy("p", "1y"), other], to: [other]).isShorter)
        #expect(PolicyChange(from: [other, old], to: [other]).isShorter)
    }

    @Test func `to ask less before a clear is shorter, too, so that no one goes around it`() {
        var old = Self.policy("p", "1y")
        old.needsApproval = true
        #expect(Self.isShorter(old) { $0.needsApproval = false })
        #expect(Self.isShorter(old) { $0.graceDays = 0 })
        #expect(Self.isShorter(old) { $0.noticeDays = 1 })
        #expect(Self.isShorter(old) { $0.trigger = ClearPolicy.Trigger(matching: "*") })
        var quick = Self.policy("quick", "1d")
        quick.graceDays = 0
        let change = PolicyChange(from: [old], to: [quick, old])
        #expect(change.graceDays == 7 && change.needsApproval)
    }

    @Test func `a change is told in words`() {
        let change = PolicyChange(from: [Self.policy("p", "1y")], to: [Self.policy("p", "30d")])
        #expect(change.items.map(\.words) == [["keep: 1y becomes 30d"]])
        #expect(change.items.map(\.kind) == [.changed])
    }
}
