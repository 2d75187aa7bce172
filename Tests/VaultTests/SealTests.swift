// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

@Suite("Sealing and opening")
struct SealTests {
    @Test("What was sealed opens, in any order, also in another process's vault")
    func opens() throws {
        let place = try TestVault()
        let vault = try place.open()
        let texts = (0..<500).map { "message \($0)" }
        let commitments = try vault.seal(
            texts.enumerated().map { number, text in
                (.chat("person \(number % 7)"), "2026-11-\(10 + number % 9)T10:00:00Z", text)
            })
        #expect(Set(commitments).count == 500)
        #expect(try vault.texts(commitments) == texts)
        let other = try place.open(create: false)
        #expect(try other.texts(commitments.reversed()) == texts.reversed())
        let shuffled = (0..<500).shuffled()
        #expect(try other.texts(shuffled.map { commitments[$0] }) == shuffled.map { texts[$0] })
        // Keys that were made later are read when they are needed.
        let late = try vault.seal(["late"], of: .chat("newcomer"))
        #expect(try other.texts(late) == ["late"])
        let facts = try other.facts(of: commitments + late)
        #expect(facts.allSatisfy { $0.isPresent && $0.storedBytes == 80 && $0.erasedBy == nil })
        #expect(Set(facts.map(\.person)).count == 8)
        let everybody = try other.people.list()
        #expect(everybody.count == 8)
        #expect(everybody.contains { $0.accounts == [.chat("newcomer")] })
    }

    @Test("No vault: nil, or made")
    func absent() throws {
        let place = try TestVault()
        #expect(
            try Vault.open(logs: place.logs, keys: place.keys, create: false) == nil)
        _ = try place.open()
        try FileManager.default.removeItem(atPath: place.keys)
        #expect(throws: VaultError.self) { try place.open() }
    }

    @Test("Rows deleted by hand are missing; changed ones altered")
    func tampering() throws {
        let place = try TestVault()
        let vault = try place.open()
        let commitments = try vault.seal(["one", "two", "three", "four"], of: .chat("a"))
        try vault.database.execute("DELETE FROM envelopes WHERE id = 2")
        try vault.database.execute("UPDATE envelopes SET ciphertext = zeroblob(80) WHERE id = 3")
        #expect(try vault.states(commitments) == [.open, .missing, .altered, .open])
    }

    @Test("What importers have seen they know again")
    func seen() throws {
        let place = try TestVault()
        let vault = try place.open()
        defer { _ = place }
        let instant = try #require(Timestamp("2026-11-20T10:00:00Z"))
        let items = (0..<5).map {
            SeenItem(account: .chat("a"), instant: instant, identity: [UInt8($0 % 4)])
        }
        #expect(try vault.haveSeen(items) == [false, false, false, false, false])
        #expect(try vault.markSeen(items) == [false, false, false, false, true])
        #expect(try vault.haveSeen(items) == [true, true, true, true, true])
        #expect(try vault.wasErased(.chat("a"), at: instant) == false)
    }

    @Test("Restricted envelopes open for those only who may see them")
    func restricted() throws {
        let place = try TestVault()
        let vault = try place.open()
        defer { _ = place }
        let commitments = try vault.seal(["one", "two"], of: .chat("a"))
        let until = Timestamp("2031-01-01T00:00:00Z")
        #expect(try vault.restrict([commitments[0]], until: until, rule: "mifid-7y") == 1)
        #expect(
            try vault.states(commitments) == [.restricted(until: until, rule: "mifid-7y"), .open])
        #expect(try vault.opened(commitments, restricted: true).map(\.1) == ["one", "two"])
        #expect(
            try vault.facts(of: commitments)[0].restriction
                == Restriction(until: until, rule: "mifid-7y"))
        #expect(try vault.unrestrict(commitments) == 1)
        #expect(try vault.states(commitments) == [.open, .open])
    }

    @Test("A restricted person's later envelopes are restricted as well, until it ends")
    func restrictedPerson() throws {
        let place = try TestVault()
        let vault = try place.open()
        let early = try vault.seal(["one"], of: .chat("a"), at: "2026-11-01T10:00:00Z")
        let ruled = try vault.seal(["by a rule"], of: .chat("a"))
        let until = Timestamp("2031-01-01T00:00:00Z")
        try vault.restrict(ruled, until: until, rule: "mifid-7y")
        let person = try #require(try vault.people.find("a").first)
        #expect(try vault.restrict(person.id, rule: "request q-1") == 1)
        #expect(try vault.restrict(person.id, rule: "request q-1") == 0)
        // In another process, of another day, and of another account of the same person.
        let other = try place.open()
        let late = try other.seal(["two"], of: .chat("a"), at: "2026-11-19T10:00:00Z")
        let bob = try other.seal(["bob's"], of: .chat("b"))
        let mine = EnvelopeState.restricted(until: nil, rule: "request q-1")
        #expect(
            try vault.states(early + late + bob + ruled)
                == [mine, mine, .open, .restricted(until: until, rule: "mifid-7y")])
        #expect(try vault.endRestriction(rule: "request q-1") == 2)
        let after = try vault.seal(["three"], of: .chat("a"))
        #expect(
            try vault.states(early + late + after + ruled)
                == [.open, .open, .open, .restricted(until: until, rule: "mifid-7y")])
    }

    @Test("What takes the place of a restricted envelope is restricted")
    func restrictedDerivative() throws {
        let place = try TestVault()
        let vault = try place.open()
        let commitments = try vault.seal(["about alice"], of: .chat("b"))
        try vault.restrict(commitments, until: nil, rule: "mifid-7y")
        _ = try vault.shred(
            ShredOrder(
                name: "e", commitments: commitments,
                derivatives: [
                    .init(original: commitments[0], plaintext: Array(#"{"text":"about"}"#.utf8))
                ]))
        #expect(try vault.states(commitments) == [.restricted(until: nil, rule: "mifid-7y")])
    }
}
