// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Retention
import Testing
import Vault

@testable import Clearing

/// Policies, holds and people against a book whose messages the vault has sealed.
@Suite struct HeldRecordTests {
    struct Desk {
        let books: TemporaryBooks
        let vault: Vault
        let snapshot: BookSnapshot

        func person(_ name: String) throws -> UInt64 {
            try #require(try vault.people.find(name).first).id.rawValue
        }

        func records(of name: String) throws -> [PersonRecord] {
            try PersonRecords.read(
                snapshot, of: [try person(name)], filters: ["merger"], opener: vault.opener,
                owners: owners)
        }

        func owners(_ commitments: [Commitment]) throws(ClearingError) -> [UInt64?] {
            do throws(VaultError) {
                return try vault.facts(of: commitments).map { $0.person?.rawValue }
            } catch {
                throw ClearingError(.damaged, error.message)
            }
        }

        func decider(_ policies: [ClearPolicy], holds: [Hold] = []) throws -> Decider {
            try Decider(
                policies: policies, holds: holds, now: LedgerTests.day("2030-01-01"),
                people: { try vault.people.find($0).map(\.id.rawValue) },
                current: { number in
                    try vault.people.person(PersonID(rawValue: number))?.id.rawValue ?? number
                })
        }
    }

    /// Ten messages of alice and ten of bob, one each about a merger.
    static func desk() throws -> Desk {
        let books = try TemporaryBooks()
        let opened = try Vault.open(logs: books.logs, keys: books.keys, create: true)
        let vault = try #require(opened)
        var session = MaskingSession(.standard)
        var records = MaskedRecords()
        for number in 0..<20 {
            let sender = number.isMultiple(of: 2) ? "alice" : "bob"
            session.append(
                object: [
                    "event": "chat_message", "event_type": "chat_message", "level": "info",
                    "platform": "irc", "conversation": "#desk", "sender": .string(sender),
                    "text": .string(number < 2 ? "the merger" : "lunch \(number)"),
                    "timestamp": "2026-01-02T10:00:00.000000Z",
                ], from: Provenance(source: "irc"),
                sealing: .all(elseUnder: Account(platform: "os", name: "desk")), to: &records)
        }
        var settings = BookSettings(liveName: "chat.log")
        settings.sealer = vault.sealer
        let book = try Book(books.place("chat"), settings)
        _ = try book.append(records, .synced)
        try book.close()
        return Desk(
            books: books, vault: vault, snapshot: try BookSnapshot(books.place("chat")))
    }

    static func policy() -> ClearPolicy {
        ClearPolicy(name: "p", select: Scope(book: "chat"), keep: KeepPeriod("30d"))
    }

    static func hold(_ change: (inout Scope) -> Void) -> Hold {
        var scope = Scope(book: "chat")
        change(&scope)
        return Hold(
            id: "h-1", matter: "m", issuer: "i", scope: scope, opened: LedgerTests.day("2026-02-01")
        )
    }

    @Test func `a person's records are found and opened through the vault`() throws {
        let desk = try Self.desk()
        defer { desk.books.remove() }
        let records = try desk.records(of: "alice")
        #expect(records.count == 10 && records.allSatisfy { $0.object["sender"] == "alice" })
        #expect(records.filter { $0.facts.matched == ["merger"] }.count == 1)
        #expect(records.allSatisfy { $0.facts.conversation == "#desk" && $0.facts.unknown == [] })
    }

    @Test func `a hold keeps by person, by content and by conversation, and nothing else`() throws {
        let desk = try Self.desk()
        defer { desk.books.remove() }
        let everybody = try desk.records(of: "alice") + desk.records(of: "bob")
        func held(_ change: (inout Scope) -> Void) throws -> Int {
            let decider = try desk.decider([Self.policy()], holds: [Self.hold(change)])
            return everybody.count { record in
                let decisions = [Intent.expiry, .clear, .erasure(request: "q")].map {
                    decider.decide(record.facts, $0)
                }
                let isHeld = decisions.allSatisfy { $0 == .held(by: ["h-1"]) }
                #expect(isHeld || decisions.allSatisfy(\.isErase))
                return isHeld
            }
        }
        #expect(try held { $0.people = ["alice"] } == 10)
        #expect(try held { $0.people = ["irc:bob"] } == 10)
        #expect(try held { $0.matching = "merger" } == 2)
        #expect(try held { $0.conversations = ["#other"] } == 0)
        #expect(try held { $0.to = LedgerTests.day("2026-01-01") } == 0)
        #expect(try held { _ in } == 20)
    }

    @Test func `merging people frees nobody from a hold`() throws {
        let desk = try Self.desk()
        defer { desk.books.remove() }
        let alice = try desk.person("alice")
        let bob = try desk.person("bob")
        let hold = Self.hold { $0.personIDs = [alice] }
        _ = try desk.vault.people.merge(PersonID(rawValue: alice), into: PersonID(rawValue: bob))
        let records = try desk.records(of: "bob")
        #expect(records.count == 20)
        let decider = try desk.decider([Self.policy()], holds: [hold])
        #expect(records.allSatisfy { decider.decide($0.facts, .expiry) == .held(by: ["h-1"]) })
    }

    @Test func `new keys keep what is held, whatever else is erased`() throws {
        let desk = try Self.desk()
        defer { desk.books.remove() }
        let decider = try desk.decider(
            [Self.policy()], holds: [Self.hold { $0.people = ["alice"] }])
        for round in 0..<3 {
            // All that no hold keeps goes, and with it the epoch of the keys.
            let due = try (desk.records(of: "alice") + desk.records(of: "bob")).filter {
                $0.state == .open && decider.decide($0.facts, .expiry).isErase
            }
            let outcome = try desk.vault.shred(
                ShredOrder(
                    name: "e\(round)",
                    commitments: due.prefix(4).compactMap(\.facts.commitment)))
            #expect(outcome.epochTo > outcome.epochFrom)
            let held = try desk.records(of: "alice")
            #expect(held.count == 10 && held.allSatisfy { $0.state == .open })
        }
        #expect(try desk.vault.people.find("bob").isEmpty || desk.records(of: "bob").isEmpty)
    }

    @Test func `a restricted record opens for nobody but the person`() throws {
        let desk = try Self.desk()
        defer { desk.books.remove() }
        let commitments = try desk.records(of: "alice").compactMap(\.facts.commitment)
        try desk.vault.restrict(commitments, until: nil, rule: "request q-1")
        #expect(try desk.records(of: "alice").allSatisfy { $0.object["text"] == nil })
        let theirs = try PersonRecords.read(
            desk.snapshot, of: [try desk.person("alice")], filters: [],
            opener: desk.vault.openerOfRestricted, owners: desk.owners)
        #expect(theirs.count == 10 && theirs.allSatisfy { $0.object["text"] != nil })
    }
}

@Suite struct NameRedactorTests {
    @Test func `names of others go, whole words and in any case, and the own stays`() {
        let redact = NameRedactor(
            ["Bob", "Bob Miller", "alice", "é", "al", "O'Neil"], sparing: ["Alice"])
        #expect(
            redact("BOB, bobby and @bob: hi Alice") == "[someone], bobby and @[someone]: hi Alice")
        #expect(redact("Bob Miller's desk") == "[someone]'s desk")
        #expect(redact("ask o'neil é al, also") == "ask [someone] é [someone], also")
        #expect(redact("") == "" && NameRedactor([], sparing: [])("bob") == "bob")
    }

    @Test func `text in which no name can stand is told by its bytes, and never wrongly`() {
        let redactors = [["Bob Miller", "kim"], ["alice-7"], ["Zoë", "bob"], ["'; x"]].map {
            NameRedactor($0, sparing: [])
        }
        let pieces = [
            "BOB miller", "kim", "\u{212A}im", "Zoë", "\u{37E}", " x", "'", "alice-7", "– “", "bo",
            "b",
            "e\u{301}", "\u{1FEF}", "\n", "日本", " ",
        ]
        var absent = 0
        for first in pieces {
            for second in pieces {
                let text = first + second
                let json = Array(JSONValue.string(text).description.utf8)
                for redactor in redactors {
                    guard json.withUnsafeBufferPointer({ redactor.isAbsent(from: $0) }) else {
                        continue
                    }
                    absent += 1
                    #expect(redactor(text) == text, "\(text.debugDescription)")
                }
            }
        }
        #expect(absent > 100)
    }
}
