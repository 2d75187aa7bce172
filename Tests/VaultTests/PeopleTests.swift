// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

@Suite("People")
struct PeopleTests {
    @Test("Names, accounts and numbers find; several answers are all returned")
    func find() throws {
        let place = try TestVault()
        let vault = try place.open()
        let ann = try vault.people.add(names: ["Ann Lee"], accounts: [.chat("ann")])
        let other = try vault.people.add(
            names: ["Ann Lee", "Annie"], accounts: [Account(platform: "irc", name: "ann")])
        #expect(try vault.people.find("ann lee").count == 2)
        #expect(try vault.people.find("ann").count == 2)
        #expect(try vault.people.find("irc:ANN") == [other])
        #expect(try vault.people.find("\(ann.id)") == [ann])
        #expect(try vault.people.find("nobody").isEmpty)
        #expect(throws: VaultError.self) {
            try vault.people.add(names: ["Bob"], accounts: [.chat("ann")])
        }
        let joined = try vault.people.merge(other.id, into: ann.id)
        #expect(joined.names == ["Ann Lee", "Annie"])
        #expect(joined.accounts.count == 2)
        #expect(try place.open().people.list() == [joined])
        #expect(try vault.people.person(other.id) == joined)
    }

    @Test("An account with a name that is too long is the same one for the next process")
    func longNames() throws {
        let place = try TestVault()
        // Two bytes each, the 1024th in the middle of one.
        let name = "x" + String(repeating: "ä", count: 600)
        let sealed = try place.open().seal(["one"], of: .chat(name))
        let again = try place.open().seal(["two"], of: .chat(name))
        let vault = try place.open()
        let people = try vault.facts(of: sealed + again).compactMap(\.person)
        #expect(people.count == 2 && Set(people).count == 1)
        #expect(try vault.people.list().filter { $0.accounts.contains(.chat(name)) }.count == 1)
        #expect(Account.chat(name).name.utf8.count == 1023)
    }

    @Test("Linking an account takes what was recorded under it along")
    func link() throws {
        let place = try TestVault()
        let vault = try place.open()
        let sealed = try vault.seal(["hello"], of: .chat("u123"))
        let ann = try vault.people.add(names: ["Ann Lee"])
        _ = try vault.people.link(.chat("u123"), to: ann.id)
        #expect(try vault.facts(of: sealed)[0].person == ann.id)
        #expect(try vault.texts(sealed) == ["hello"])
        _ = try vault.people.link(Account(platform: "irc", name: "ann"), to: ann.id)
        let bob = try vault.people.add(names: ["Bob"])
        #expect(throws: VaultError.self) { try vault.people.link(.chat("u123"), to: bob.id) }
    }

    @Test("Any order of adding, linking, merging, sealing, rotating: a model agrees")
    func model() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<6 {
            let place = try TestVault()
            var vault = try place.open()
            // Who each account belongs to, by a number of the model.
            var owner: [Account: Int] = [:]
            var number: [Int: PersonID] = [:]
            var sealed: [(Commitment, Account)] = []
            let accounts = (0..<12).map { Account.chat("a\($0)") }
            for step in 0..<40 {
                let account = accounts.randomElement(using: &generator)!
                switch Int.random(in: 0..<6, using: &generator) {
                case 0, 1:
                    sealed.append((try vault.seal(["m\(step)"], of: account)[0], account))
                    if owner[account] == nil { owner[account] = step }
                case 2:
                    guard owner[account] == nil else { continue }
                    _ = try vault.people.add(names: ["n\(step)"], accounts: [account])
                    owner[account] = step
                case 3:
                    guard let to = owner.values.randomElement(using: &generator),
                        let id = number[to]
                    else { continue }
                    let from = owner[account]
                    let alone = owner.values.filter { $0 == from }.count == 1
                    if from == nil || from == to || alone {
                        _ = try vault.people.link(account, to: id)
                        owner[account] = to
                    } else {
                        #expect(throws: VaultError.self) {
                            try vault.people.link(account, to: id)
                        }
                    }
                case 4:
                    guard let from = owner.values.randomElement(using: &generator),
                        let into = owner.values.randomElement(using: &generator),
                        let a = number[from], let b = number[into]
                    else { continue }
                    _ = try vault.people.merge(a, into: b)
                    for (account, person) in owner where person == from { owner[account] = into }
                default:
                    if Bool.random(using: &generator) { _ = try vault.rotateKeys() }
                    vault = try place.open()
                }
                for (account, person) in owner {
                    number[person] = try vault.people.persons(of: [account])[0]
                }
                // Accounts are of one person exactly where the model says so.
                #expect(
                    Set(number.filter { owner.values.contains($0.key) }.values).count
                        == Set(owner.values).count)
            }
            for (commitment, account) in sealed {
                #expect(try vault.facts(of: [commitment])[0].person == number[owner[account]!])
                #expect(try vault.states([commitment]) == [.open])
            }
            #expect(try vault.people.list().count >= Set(owner.values).count)
        }
    }
}
