// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Masking
import Records
import Retention
import Testing
import Vault

@Suite struct RedactionTests {
    private func world() throws -> (ClearWorld, PersonID, Redaction) {
        let world = try ClearWorld()
        try world.chat([
            .init(sender: "alice", text: "I hold 500 NVDA", at: "2026-11-18T10:00:00Z"),
            .init(sender: "bob", text: "Alice holds 500 NVDA", at: "2026-11-18T10:01:00Z"),
            .init(sender: "bob", text: "ask ALICE, not malice", at: "2026-11-18T10:02:00Z"),
            .init(sender: "bob", text: "lunch?", at: "2026-11-18T10:03:00Z"),
        ])
        let person = try #require(try world.vault.people.find("telegram:alice").first)
        return (world, person.id, Redaction(of: person.id, called: ["alice"], world.vault))
    }

    private func texts(_ world: ClearWorld) throws -> [String] {
        var commitments: [Commitment] = []
        let snapshot = try BookSnapshot(world.place("chat"))
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            if case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self)),
                let sealed = object.text("sealed").flatMap({ Commitment(sealed: $0) })
            {
                commitments.append(sealed)
            }
            return true
        }
        var texts: [String] = []
        try world.vault.opener.session().open(commitments) { _, _, plaintext in
            texts.append(String(decoding: plaintext, as: UTF8.self))
        }
        return texts
    }

    private func erase(_ world: ClearWorld, _ person: PersonID, _ redaction: Redaction) throws
        -> ClearRun.Outcome
    {
        let run = ClearRun(world)
        var selectors = Selectors()
        selectors.scope.personIDs = [person.rawValue]
        let plan = try run.plan(selectors, for: .erasure(request: nil), in: ["chat"]).plan
        return try run.apply(plan) {
            try Redaction.free(hits(world, redaction), in: "chat", by: run)
        }
    }

    private func hits(_ world: ClearWorld, _ redaction: Redaction) throws -> [Redaction.Hit] {
        try Redaction.hits(redaction.found(threads: 2), in: BookSnapshot(world.place("chat")))
    }

    @Test func aPersonNamedByAnotherIsTakenOutOfTheirMessage() throws {
        let (world, person, redaction) = try world()
        let outcome = try erase(world, person, redaction)
        let texts = try texts(world)
        #expect(texts[0].isEmpty)
        #expect(
            texts[1]
                == ##"{"platform":"telegram","conversation":"#desk","sender":"bob","##
                + ##""text":"[redacted] holds 500 NVDA","redacted":true}"##)
        #expect(texts[2].contains("ask [redacted], not malice"))
        #expect(texts[3].contains("lunch?") && !texts[3].contains("redacted"))
        #expect(try world.states()[1] == .redacted && world.states()[3] == .open)
        #expect(outcome.receipt != nil)
    }

    @Test func whatIsHeldIsNotRedacted() throws {
        let (world, person, redaction) = try world()
        try world.hold(Scope(book: "chat"))
        let hits = try hits(world, redaction)
        #expect(hits.map(\.index) == [1, 2])
        #expect(try Redaction.free(hits, in: "chat", by: ClearRun(world)).isEmpty)
        _ = try erase(world, person, redaction)
        #expect(try texts(world)[1].contains("Alice holds"))
    }

    @Test func aSecondPersonIsTakenOutOfWhatWasRedactedBefore() throws {
        let (world, person, redaction) = try world()
        try world.chat([
            .init(sender: "carol", text: "hi", at: "2026-11-18T11:00:00Z"),
            .init(sender: "bob", text: "alice told Carol", at: "2026-11-18T11:01:00Z"),
        ])
        _ = try erase(world, person, redaction)
        let carol = try #require(try world.vault.people.find("telegram:carol").first)
        _ = try erase(world, carol.id, Redaction(of: carol.id, called: ["carol"], world.vault))
        let last = try #require(try texts(world).last)
        #expect(last.contains(#""text":"[redacted] told [redacted]","redacted":true}"#))
    }

    @Test func numbersAreNoNames() throws {
        let (world, person, _) = try world()
        let redaction = Redaction(of: person, called: ["500", ""], world.vault)
        #expect(try hits(world, redaction).isEmpty)
    }
}
