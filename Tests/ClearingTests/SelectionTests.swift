// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Records
import Retention
import Testing
import Vault

/// Each selector alone and with others, over messages of two people in two conversations.
@Suite("Selections")
struct SelectionTests {
    private let world: ClearWorld

    init() throws {
        world = try ClearWorld()
        var messages: [ClearWorld.Message] = []
        for day in 1...10 {
            let at = "2026-11-\(day < 10 ? "0" : "")\(day)T10:00:00Z"
            messages.append(
                .init(sender: "bob", conversation: "#desk", text: "order \(day)", at: at))
            messages.append(
                .init(
                    sender: "carol", platform: "irc", conversation: "#lunch", text: "soup \(day)",
                    at: at))
        }
        try world.chat(messages)
    }

    private func plan(
        _ change: (inout Selectors) throws -> Void, for purpose: Plan.Purpose = .clear
    ) throws -> Plan {
        var selectors = Selectors()
        try change(&selectors)
        return try ClearRun(world).plan(selectors, for: purpose, in: ["chat"]).plan
    }

    private func indexes(_ change: (inout Selectors) throws -> Void) throws -> [UInt64] {
        try plan(change).books[0].erase.ranges.flatMap { Array($0) }
    }

    @Test("age counts from the message, not from the import")
    func age() throws {
        #expect(try indexes { $0.olderThan = .days(15) } == Array(0..<10))
        #expect(try indexes { $0.olderThan = .days(30) } == [])
        world.clock.advance(days: 30)
        #expect(try indexes { $0.olderThan = .days(30) } == Array(0..<20))
    }

    @Test("person, platform, conversation, kind, content, number")
    func each() throws {
        let odd = Array(stride(from: 1 as UInt64, to: 20, by: 2))
        let carol = try #require(world.people("carol").first)
        #expect(try indexes { $0.scope.personIDs = [carol] } == odd)
        #expect(try indexes { $0.scope.people = ["irc:carol"] } == odd)
        #expect(try indexes { $0.scope.platforms = ["irc"] } == odd)
        #expect(try indexes { $0.scope.conversations = ["#lunch"] } == odd)
        #expect(try indexes { $0.scope.kinds = ["chat_message"] }.count == 20)
        #expect(try indexes { $0.scope.kinds = ["chat_edited"] } == [])
        #expect(try indexes { $0.scope.matching = #"text:"soup 7""# } == [13])
        #expect(try indexes { $0.indexes = [3, 17, 3] } == [3, 17])
        #expect(throws: ClearingError.self) { try plan { $0.scope.matching = "text:(" } }
        #expect(throws: ClearingError.self) { try plan { $0.scope.matching = "* | limit 1" } }
        #expect(throws: BookError.self) { try plan { $0.indexes = [20] } }
        #expect(throws: ClearingError.self) { try plan { $0.policy = "none" } }
    }

    @Test("a platform is the same in any case of letters, as in settings and accounts")
    func platformCase() throws {
        try world.chat([
            .init(
                sender: "dave", platform: "Slack", conversation: "#desk", text: "hello",
                at: "2026-11-10T10:00:00Z")
        ])
        #expect(try indexes { $0.scope.platforms = ["slack"] } == [20])
    }

    @Test("all that is given has to fit; the newest and the size come last")
    func combined() throws {
        #expect(
            try indexes {
                $0.scope.conversations = ["#lunch"]
                $0.olderThan = .days(15)
            } == [1, 3, 5, 7, 9])
        #expect(
            try indexes {
                $0.scope.conversations = ["#lunch"]
                $0.keepLast = 3
            } == [1, 3, 5, 7, 9, 11, 13])
        let all = try plan { $0.keepLast = 0 }
        #expect(all.records("erase") == 20)
        let bytes = all.bytes("erase")
        #expect(bytes > 0 && bytes % 20 == 0)
        let half = try indexes { $0.downTo = bytes / 2 }
        #expect(half == Array(0..<10))
        #expect(try indexes { $0.downTo = bytes } == [])
        #expect(try indexes { $0.downTo = 0 }.count == 20)
        #expect(
            try indexes {
                $0.downTo = bytes / 2
                $0.keepLast = 15
            } == Array(0..<5))
    }

    @Test("a hold keeps what it covers from every selector, and the plan names it")
    func held() throws {
        var scope = Scope(book: "chat")
        scope.conversations = ["#lunch"]
        try world.hold(scope)
        let bytes = try plan { $0.keepLast = 0 }.bytes("erase")
        for change: (inout Selectors) -> Void in [
            { $0.keepLast = 0 }, { $0.downTo = 0 }, { $0.olderThan = .days(1) },
            { $0.scope.people = ["carol"] }, { $0.scope.matching = "soup" },
            { $0.indexes = [1, 3, 5] }, { $0.scope.platforms = ["irc"] },
            { $0.scope.kinds = ["chat_message"] },
        ] {
            for purpose in [.clear, .expiry, .erasure(request: nil)] as [Plan.Purpose] {
                let plan = try plan(change, for: purpose)
                #expect(plan.books[0].erase.ranges.joined().allSatisfy { $0 % 2 == 0 })
                #expect(plan.books[0].restrict.count == 0)
                #expect(plan.classes.contains { $0.decision == "held" && $0.ground == "hold h-1" })
            }
        }
        // The ceiling goes on with what may go.
        #expect(try indexes { $0.downTo = bytes / 2 }.count > 0)
        try world.release()
        #expect(try plan { $0.keepLast = 0 }.records("erase") == 20)
    }

    @Test("a floor leaves what somebody chose alone, and restricts what a person asked for")
    func floor() throws {
        var scope = Scope(book: "chat")
        scope.platforms = ["telegram"]
        try world.accept([ClearPolicy(name: "desk", select: scope, rule: "us.sec.17a-4.b")])
        let chosen = try plan { $0.keepLast = 0 }
        #expect(chosen.records("erase") == 10 && chosen.records("keep") == 10)
        #expect(chosen.classes.contains { $0.ground == "rule us.sec.17a-4.b" && $0.until != nil })
        let asked = try plan({ $0.keepLast = 0 }, for: .erasure(request: "r-1"))
        #expect(asked.records("erase") == 10 && asked.records("restricted") == 10)
        #expect(asked.books[0].restrict.count == 10)
        world.clock.advance(days: 3 * 366)
        #expect(try plan { $0.keepLast = 0 }.records("erase") == 20)
    }

    @Test("a policy's own records, when they are due; who has to approve")
    func policy() throws {
        var scope = Scope(book: "chat")
        scope.conversations = ["#desk"]
        var policy = ClearPolicy(name: "desk-30d", select: scope, keep: .days(30))
        policy.needsApproval = true
        try world.accept([policy])
        let early = try plan({ $0.policy = "desk-30d" }, for: .expiry)
        #expect(early.records("erase") == 0 && early.records("keep") == 10)
        // By the later of both instants: a policy that runs alone trusts no clock of a source.
        world.clock.advance(days: 31)
        let due = try plan({ $0.policy = "desk-30d" }, for: .expiry)
        #expect(due.records("erase") == 10 && due.approvals == ["desk-30d"])
        #expect(try plan { $0.scope.platforms = ["irc"] }.approvals == [])
        #expect(try plan { $0.scope.platforms = ["telegram"] }.approvals == ["desk-30d"])
    }
}
