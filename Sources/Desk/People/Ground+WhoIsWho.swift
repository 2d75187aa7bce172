// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
package import Masking
package import Records
import Retention
package import Vault

// Who is who: which names and accounts are one person.
extension Ground {
    /// The vault; without one there is nothing to look after.
    package func vaultThere() throws -> Vault {
        guard let vault = try houseVault() else {
            throw DeskFailure(
                .noInput,
                "there is no vault in \(logs) yet; the first record with personal fields makes it")
        }
        return vault
    }

    /// Everybody, or those whom a name, an account or a number may mean.
    package func everybody(called name: String? = nil) throws -> [Person] {
        let people = try vaultThere().people
        return try name.map { try people.find($0) } ?? people.list()
    }

    /// The one person whom a text names.
    package func personNamed(_ text: String) throws -> Person {
        let found = try vaultThere().people.find(text)
        guard found.count <= 1 else {
            throw DeskFailure(
                .usage,
                "'\(text)' may be \(found.count) people; name one by number or account:\n"
                    + found.map { "  \($0.line)" }.joined(separator: "\n"))
        }
        guard let person = found.first else {
            throw DeskFailure(
                .usage, "nobody is called '\(text)'; `daybook people list` shows everybody")
        }
        return person
    }

    /// The one person whom a text names, for what clears.
    package func onePerson(_ text: String) throws -> Person {
        let found = try houseVault()?.people.find(text) ?? []
        if found.count == 1 { return found[0] }
        guard !found.isEmpty else {
            throw DeskFailure(
                .noInput, "nobody here is called '\(text)'. `daybook people list` shows who is.")
        }
        let choices = found.map { person in
            "  \(person.id)  \(person.names.joined(separator: ", "))"
                + (person.accounts.isEmpty
                    ? ""
                    : " (\(person.accounts.map(\.text).joined(separator: ", ")))")
        }
        throw DeskFailure(
            .usage,
            "'\(text)' names \(found.count) people. Say which, by account or number:\n"
                + choices.joined(separator: "\n"))
    }

    /// Adds a person with names, the first one for display, and accounts as `platform:name`.
    package func addPerson(names: [String], accounts: [String]) throws -> Person {
        let accounts = try accounts.map { try Account(argument: $0) }
        guard let vault = try houseVault(create: true) else {
            throw DeskFailure(.noInput, "there is no vault in \(logs), and none can be made")
        }
        let person = try vault.people.add(names: names, accounts: accounts)
        try keep("added", person)
        return person
    }

    /// Says that an account is a person's.
    package func linkPerson(account: String, to text: String) throws -> Person {
        let linked = try vaultThere().people.link(
            Account(argument: account), to: personNamed(text).id)
        try coverByRestrictions(linked)
        try keep("linked", linked, account: account)
        return linked
    }

    /// Says that two persons are one. It cannot be undone.
    ///
    /// - Returns: the person who stays.
    package func mergePeople(_ text: String, into other: String) throws -> Person {
        let (from, to) = (try personNamed(text), try personNamed(other))
        let merged = try vaultThere().people.merge(from.id, into: to.id)
        try coverByRestrictions(merged)
        try keep("merged", merged)
        return merged
    }

    /// Lets the restrictions of a person cover what somebody who became that person said before. What
    /// a crash leaves undone here, the next run of the policies does.
    private func coverByRestrictions(_ person: Person) throws {
        for request in try ledger().requests
        where !request.isOpen && request.isRestricting(at: now) {
            guard try currentNumber(request.personID) == person.id.rawValue else { continue }
            _ = try restrict(request, until: request.answer?.until)
        }
    }

    /// Records a change of who is who.
    private func keep(_ change: String, _ person: Person, account: String? = nil) throws {
        var members: JSONObject = [
            "change": .string(change), "person": .string(person.id.description),
        ]
        if let account { members["account"] = .string(account) }
        members["changed_by"] = .string(userName)
        try keepHouse(.peopleChanged, members, sealing: ["person", "account", "changed_by"])
    }
}

extension Account {
    /// Reads `platform:name`.
    package init(argument: String) throws(DeskFailure) {
        guard let colon = argument.firstIndex(of: ":"), colon != argument.startIndex,
            argument.index(after: colon) != argument.endIndex
        else {
            throw DeskFailure(
                .usage, "'\(argument)' is no account: expected platform:name, such as irc:alice")
        }
        self.init(
            platform: argument[..<colon].lowercased(),
            name: String(argument[argument.index(after: colon)...]))
    }

    /// `platform:name`.
    package var text: String { "\(platform):\(name)" }
}

extension Person {
    /// Number, names, accounts.
    package var line: String {
        "\(id)  \(names.joined(separator: ", "))  \(accounts.map(\.text).joined(separator: " "))"
    }

    package var json: JSONObject {
        [
            "person": .string(id.description), "names": .array(names.map { .string($0) }),
            "accounts": .array(accounts.map { .string($0.text) }),
        ]
    }
}
