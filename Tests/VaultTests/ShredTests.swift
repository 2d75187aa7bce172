// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import GRDB
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

extension Vault {
    /// Shreds, and stops before a step as a crash would.
    func shred(_ order: ShredOrder, stoppingBefore stop: ShredStep) throws {
        #expect(throws: VaultError.self) {
            _ = try self.shred(
                order,
                before: { step throws(VaultError) in
                    if step == stop { throw VaultError(.disk, "stopped") }
                })
        }
    }
}

@Suite("Shredding")
struct ShredTests {
    /// Three people on two days, ten messages each.
    private func filled(_ vault: Vault) throws -> [String: [Commitment]] {
        var all: [String: [Commitment]] = [:]
        for name in ["alice", "bob", "carol"] {
            all[name] = try vault.seal(
                (0..<10).map {
                    (
                        .chat(name), $0 < 5 ? "2026-11-19T10:00:00Z" : "2026-11-20T10:00:00Z",
                        "\(name) says \($0)"
                    )
                })
        }
        return all
    }

    @Test("A person, a day, one record: what is named goes, the rest stays")
    func selectors() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try filled(vault)
        let (alice, bob, carol) = (all["alice"]!, all["bob"]!, all["carol"]!)
        let person = try vault.people.find("alice")[0].id
        let erased = alice + Array(bob[..<5]) + [carol[7]]
        let outcome = try vault.shred(
            ShredOrder(name: "e1", commitments: erased + erased, forget: [person]))
        #expect(outcome.erased == 16)
        #expect(outcome.groupsDestroyed == 3)
        #expect(outcome.groupsPunctured == 1)
        #expect(outcome.peopleForgotten == 1)
        #expect((outcome.epochFrom, outcome.epochTo) == (1, 2))
        #expect(outcome.rosterBefore != outcome.rosterAfter)
        #expect(try vault.states(erased).allSatisfy { $0 == .erased(by: "e1") })
        #expect(try vault.texts(Array(bob[5...])) == (5..<10).map { "bob says \($0)" })
        let rest = Array(carol[..<7]) + Array(carol[8...])
        #expect(try vault.states(rest).allSatisfy { $0 == .open })
        #expect(try vault.people.find("alice").isEmpty)
        #expect(try vault.people.list().count == 2)
        // The receipt's words can be checked from the rows.
        let marked = try #require(try vault.marked(by: "e1"))
        #expect(marked.count == 16 && marked.digest == outcome.digest)
        let sorted = erased.sorted().flatMap(\.bytes)
        #expect(Array(SHA256.hash(data: sorted)) == outcome.digest)
        // Twice is once.
        let again = try vault.shred(ShredOrder(name: "e2", commitments: erased))
        #expect((again.erased, again.alreadyErased) == (0, 16))
        #expect(try vault.states(erased).allSatisfy { $0 == .erased(by: "e1") })
        // New messages of that day are under a new key, and open.
        let late = try vault.seal(["later"], of: .chat("carol"))
        #expect(try vault.texts(late) == ["later"])
        #expect(
            try vault.facts(of: late)[0].generation != vault.facts(of: [carol[8]])[0].generation)
        // A second puncture of the same group.
        _ = try vault.shred(ShredOrder(name: "e3", commitments: [carol[8]]))
        #expect(try vault.texts([carol[9]] + late) == ["carol says 9", "later"])
        let other = try place.open()
        #expect(try other.texts([carol[9]] + late) == ["carol says 9", "later"])
        #expect(try other.states([carol[8], carol[7]]) == [.erased(by: "e3"), .erased(by: "e1")])
    }

    @Test("A crash before any step: whoever opens the vault next finishes it")
    func crashes() throws {
        for stop in ShredStep.allCases {
            let place = try TestVault()
            let vault = try place.open()
            let all = try filled(vault)
            let erased = all["alice"]! + [all["bob"]![3]]
            try vault.shred(ShredOrder(name: "e", commitments: erased), stoppingBefore: stop)
            let began = stop != .intent
            if began {
                // Already now nothing of it is shown.
                #expect(try vault.states(erased).allSatisfy { $0 == .erased(by: "e") })
                #expect(try vault.unfinished == "e")
            }
            let other = try place.open()
            #expect(try other.unfinished == nil)
            #expect(
                try other.states(erased).allSatisfy { $0 == (began ? .erased(by: "e") : .open) })
            let rest = all["carol"]! + all["bob"]![..<3] + all["bob"]![4...]
            #expect(try other.states(rest).allSatisfy { $0 == .open })
            let names = try FileManager.default.contentsOfDirectory(atPath: other.keyDirectory)
            #expect(names.filter { $0.hasPrefix("kek.") } == [began ? "kek.2" : "kek.1"])
            #expect(names.filter { $0.hasPrefix("keys.") } == [began ? "keys.2" : "keys.1"])
            if began {
                let erasure = try #require(try other.erasure("e"))
                #expect(erasure.isFinished && erasure.outcome.erased == 11)
                #expect(erasure.outcome.groupsPunctured == 1)
            }
            // Both go on: the process that lived, too.
            #expect(try vault.texts(vault.seal(["x"], of: .chat("bob"))) == ["x"])
            #expect(try other.texts(other.seal(["y"], of: .chat("alice"))) == ["y"])
        }
    }

    @Test("Who seals after a crash finishes the shred first")
    func sealingResumes() throws {
        let place = try TestVault()
        let vault = try place.open()
        let other = try place.open()
        let all = try filled(vault)
        try vault.shred(
            ShredOrder(name: "e", commitments: all["alice"]!), stoppingBefore: .switchKeys)
        let late = try other.seal(["later"], of: .chat("alice"))
        #expect(try other.unfinished == nil)
        #expect(try other.texts(late) == ["later"])
    }

    @Test("Yesterday's logs with today's keys: the erased stays closed, the rest opens")
    func oldLogs() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try filled(vault)
        let erased = all["alice"]! + [all["bob"]![3]]
        let rest = all["carol"]! + all["bob"]![..<3] + all["bob"]![4...]
        let copy = place.root + "/copy"
        try FileManager.default.copyItem(atPath: place.logs, toPath: copy)
        _ = try vault.shred(ShredOrder(name: "e", commitments: erased))
        let old = try #require(try Vault.open(logs: copy, keys: place.keys, create: false))
        #expect(try old.states(erased).allSatisfy { $0 == .locked })
        #expect(try old.states(rest).allSatisfy { $0 == .open })
    }

    @Test("Yesterday's keys with today's key-encryption key: nothing opens")
    func oldKeys() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try filled(vault)
        let directory = vault.keyDirectory
        let copy = place.root + "/keys.1"
        try FileManager.default.copyItem(atPath: directory + "/keys.1", toPath: copy)
        let logs = place.root + "/copy"
        try FileManager.default.copyItem(atPath: place.logs, toPath: logs)
        _ = try vault.shred(ShredOrder(name: "e", commitments: all["alice"]!))
        for name in ["keys.1", "keys.2"] {
            // Under its own number, and as if it were of the epoch in force.
            let keys = place.root + "/keys-\(name)"
            try FileManager.default.copyItem(atPath: place.keys, toPath: keys)
            let there = keys + "/" + directory.namePart
            try FileManager.default.removeItem(atPath: there + "/keys.2")
            try FileManager.default.copyItem(atPath: copy, toPath: there + "/" + name)
            if name == "keys.1" {
                try FileManager.default.moveItem(
                    atPath: there + "/kek.2", toPath: there + "/kek.1")
            }
            #expect(throws: VaultError.self) {
                _ = try Vault.open(logs: logs, keys: keys, create: false)
            }
        }
    }

    @Test("A redacted envelope takes the place of one that is erased")
    func derivatives() throws {
        let place = try TestVault()
        let vault = try place.open()
        let bob = try vault.seal(["alice owes me", "hello"], of: .chat("bob"))
        let person = try vault.facts(of: bob)[0].person
        let outcome = try vault.shred(
            ShredOrder(
                name: "e", commitments: [bob[0]],
                derivatives: [
                    .init(
                        original: bob[0], plaintext: Array(#"{"text":"[redacted] owes me"}"#.utf8))
                ]))
        #expect((outcome.erased, outcome.redacted) == (1, 1))
        let opened = try vault.opened(bob)
        #expect(opened.map(\.0) == [.redacted, .open])
        #expect(opened.map(\.1) == ["[redacted] owes me", "hello"])
        let facts = try vault.facts(of: bob)
        #expect(facts.map(\.isRedacted) == [true, false])
        #expect(facts.allSatisfy { $0.person == person && $0.erasedBy == nil })
        // Redacted once more, then erased.
        _ = try vault.shred(
            ShredOrder(
                name: "e2", commitments: [bob[0]],
                derivatives: [.init(original: bob[0], plaintext: Array(#"{"text":"-"}"#.utf8))]))
        #expect(try vault.opened(bob).map(\.1) == ["-", "hello"])
        let last = try vault.shred(ShredOrder(name: "e3", commitments: bob))
        #expect(last.erased == 2)
        #expect(try vault.states(bob) == [.erased(by: "e3"), .erased(by: "e3")])
        #expect(throws: VaultError.self) {
            try vault.shred(ShredOrder(name: "e3", commitments: []))
        }
    }

    @Test("What was erased does not come back by an import")
    func tombstones() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try filled(vault)
        let day = try #require(Timestamp("2026-11-20T09:00:00Z"))
        let dayBefore = try #require(Timestamp("2026-11-19T09:00:00Z"))
        let item = SeenItem(account: .chat("bob"), instant: day, identity: [1])
        _ = try vault.markSeen([item])
        let alice = try vault.people.find("alice")[0].id
        _ = try vault.shred(
            ShredOrder(
                name: "e", commitments: all["alice"]! + [all["bob"]![7]], forget: [alice]))
        for vault in [vault, try place.open()] {
            #expect(try vault.wasErased(.chat("bob"), at: day))
            #expect(try !vault.wasErased(.chat("bob"), at: dayBefore))
            #expect(try vault.wasErased(.chat("alice"), at: day))
            #expect(try !vault.wasErased(.chat("carol"), at: day))
            // Whoever comes back after the erasure is a new person.
            let later = try #require(Timestamp("2026-12-01T00:00:00Z"))
            #expect(try !vault.wasErased(.chat("alice"), at: later))
            #expect(try vault.haveSeen([item]) == [false])
        }
    }

    @Test("Deleting or adding marked rows by hand changes what receipts are compared with")
    func forgedRows() throws {
        let place = try TestVault()
        let vault = try place.open()
        defer { _ = place }
        let all = try filled(vault)
        let outcome = try vault.shred(ShredOrder(name: "e", commitments: all["alice"]!))
        try vault.database.execute("DELETE FROM envelopes WHERE id = 1")
        let marked = try #require(try vault.marked(by: "e"))
        #expect(marked.count == 9 && marked.digest != outcome.digest)
        #expect(try vault.states([all["alice"]![0]]) == [.missing])
    }

    @Test("A new epoch changes no key that opens")
    func rotation() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try filled(vault)
        _ = try vault.shred(ShredOrder(name: "e", commitments: [all["bob"]![0]]))
        let done = try vault.rotateKeys()
        #expect((done.from, done.to) == (2, 3))
        for vault in [vault, try place.open()] {
            #expect(try vault.states(Array(all["bob"]![1...])).allSatisfy { $0 == .open })
            #expect(try vault.states(all["carol"]!).allSatisfy { $0 == .open })
        }
        for stop in [ShredStep.checkKeys, .switchKeys, .destroyKeys] {
            #expect(throws: VaultError.self) {
                _ = try vault.rotateKeys { step throws(VaultError) in
                    if step == stop { throw VaultError(.disk, "stopped") }
                }
            }
            let other = try place.open()
            #expect(try other.states(all["carol"]!).allSatisfy { $0 == .open })
            #expect(try vault.states(all["carol"]!).allSatisfy { $0 == .open })
        }
    }

    @Test(
        "An erasure that a version before marked and did not finish is finished when the vault is opened"
    )
    func markedBefore() throws {
        let place = try TestVault()
        let old = try place.open()
        let all = try old.seal(["one", "two", "three"], of: .chat("alice"))
        try old.shred(
            ShredOrder(name: "e", commitments: [all[0], all[1]]), stoppingBefore: .writeKeys)
        // As that version left it: rows with all they hold, and no note of their groups. What a row has is
        // that of the one which stays: only its own contents would open it.
        try old.database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM shredding;
                    UPDATE envelopes SET (grp, r, ciphertext) =
                    (SELECT grp, r, ciphertext FROM envelopes WHERE erasure IS NULL)
                    WHERE erasure IS NOT NULL;
                    INSERT INTO members (grp, id)
                    SELECT grp, id FROM envelopes WHERE erasure IS NOT NULL;
                    """)
        }
        let vault = try place.open()
        #expect(try vault.states(Array(all[..<2])).allSatisfy { $0 == .erased(by: "e") })
        #expect(try vault.texts([all[2]]) == ["three"])
        let outcome = try #require(try vault.erasure("e")?.outcome)
        #expect((outcome.epochTo, outcome.groupsPunctured) == (2, 1))
        let left = try vault.database.read { database in
            try Statement(
                database, "SELECT 1 FROM envelopes WHERE erasure IS NOT NULL AND grp IS NOT NULL"
            ).step()
        }
        #expect(!left)
    }

    @Test("A vault of a version without the later tables gets them when it is opened")
    func laterTables() throws {
        let place = try TestVault()
        let old = try place.open()
        let sealed = try old.seal(["one", "two"], of: .chat("alice"))
        try old.database.execute("DROP TABLE shredding")
        let vault = try place.open()
        #expect(try vault.shred(ShredOrder(name: "e", commitments: [sealed[0]])).erased == 1)
        #expect(try vault.texts([sealed[1]]) == ["two"])
    }

    @Test("Whose envelopes are asked for is found by keys: theirs, and what was replaced")
    func candidates() throws {
        let place = try TestVault()
        let vault = try place.open()
        let early = try vault.seal(["one"], of: .chat("alice"), at: "2026-11-01T10:00:00Z")
        let late = try vault.seal(["two", "three"], of: .chat("alice"))
        let bob = try vault.seal(["about carol", "bob's"], of: .chat("bob"))
        let alice = try #require(try vault.people.find("alice").first).id
        let asked = try vault.facts(of: early + late)
        let byKeys = try #require(try vault.candidates { $0 == alice })
        #expect(byKeys == Dictionary(uniqueKeysWithValues: zip(early + late, asked)))
        #expect(try vault.candidates { $0 == nil } == [:])
        // The line has the commitment of what was replaced, whose key is gone.
        _ = try vault.shred(
            ShredOrder(
                name: "e", commitments: [bob[0], late[1]],
                derivatives: [
                    .init(original: bob[0], plaintext: Array(#"{"text":"about"}"#.utf8))
                ]))
        let halves = [0...Int64.max / 2, Int64.max / 2 + 1...Int64.max]
        let found = try halves.reduce(into: try vault.originals()) {
            $0.formUnion(try #require(try vault.candidates(groups: $1) { $0 == alice }).keys)
        }
        #expect(found.isSuperset(of: early + [late[0], bob[0]]) && !found.contains(bob[1]))
        let facts = try vault.facts(of: Array(found)).filter { $0.person == alice }
        #expect(facts.count == 2)
    }

    @Test("Envelopes that no line names go with the person, unless they may be about to get one")
    func strays() throws {
        let place = try TestVault()
        let vault = try place.open()
        let old = try vault.seal(
            ["named", "stray"], of: .chat("alice"), at: "2026-11-01T10:00:00Z")
        let young = try vault.seal(["just now"], of: .chat("alice"))
        let other = try vault.seal(["bob's"], of: .chat("bob"), at: "2026-11-01T10:00:00Z")
        let alice = try #require(try vault.people.find("alice").first)
        let outcome = try vault.shred(
            ShredOrder(name: "e", commitments: [old[0]], forget: [alice.id]))
        #expect(outcome.erased == 2)
        #expect(
            try vault.states(old + young + other)
                == [.erased(by: "e"), .erased(by: "e"), .open, .open])
        #expect(try vault.marked(by: "e")?.count == 2)
    }
}
