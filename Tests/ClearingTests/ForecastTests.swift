// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Records
import Retention
import Testing
import Vault

/// What goes on which day, and that a pass on that day clears just that.
@Suite("Forecasts") struct ForecastTests {
    private let world: ClearWorld

    init() throws {
        world = try ClearWorld()
        var messages: [ClearWorld.Message] = []
        for day in 1...10 {
            let at = "2026-11-\(day < 10 ? "0" : "")\(day)T10:00:00Z"
            messages.append(.init(sender: "bob", text: "order \(day)", at: at))
            messages.append(
                .init(sender: "carol", conversation: "#lunch", text: "soup \(day)", at: at))
        }
        try world.chat(messages)
    }

    private func forecast() throws -> ClearForecast {
        let source = Selection.Source(
            name: "chat", snapshot: try BookSnapshot(world.place("chat")))
        return try Selection(
            Selectors(), for: .expiry, in: [source], vault: world.vault, ledger: world.ledger(),
            now: world.now
        ).forecast()
    }

    private func policy(_ name: String, _ keep: KeepPeriod, _ conversation: String? = nil)
        -> ClearPolicy
    {
        var scope = Scope(book: "chat")
        if let conversation { scope.conversations = [conversation] }
        var policy = ClearPolicy(name: name, select: scope)
        policy.keep = keep
        return policy
    }

    @Test("without a policy every record stays")
    func none() throws {
        let found = try forecast()
        #expect(found.going.isEmpty)
        #expect(found.staying["no policy selects it"]?.records == 20)
    }

    @Test("records go by the day on which they were recorded, policy by policy; holds keep theirs")
    func days() throws {
        // Recorded on 20 November, which is later than the messages' own instants.
        try world.accept([
            policy("lunch", .days(10), "#lunch"), policy("all", .days(30)),
        ])
        let today = Vault.day(of: world.now)
        let found = try forecast()
        #expect(found.going[.init(day: today + 10, ground: "policy lunch")]?.records == 10)
        #expect(found.going[.init(day: today + 30, ground: "policy all")]?.records == 10)
        #expect(found.going.count == 2 && found.staying.isEmpty)
        #expect(found.going.values.allSatisfy { $0.bytes > 0 })

        var scope = Scope(book: "chat")
        scope.people = ["carol"]
        try world.hold(scope)
        let held = try forecast()
        #expect(held.staying["hold h-1"]?.records == 10)
        #expect(held.going.count == 1)
        try world.release()

        // On the day itself they may go now, and a plan then says the same.
        world.clock.advance(days: 10)
        let due = try forecast()
        #expect(
            due.going[.init(day: ClearForecast.Going.now, ground: "policy lunch")]?.records == 10)
        var selectors = Selectors()
        selectors.policy = "lunch"
        let plan = try ClearRun(world).plan(selectors, for: .expiry, in: ["chat"]).plan
        #expect(plan.records("erase") == 10)
    }
}
