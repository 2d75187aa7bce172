// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Masking
import Records
import Vault

/// `daybook people`: who is who.
struct PeopleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Say which accounts are one person: erasing and clearing go by person.",
        discussion: """
            Whoever writes in a recorded chat gets a person of their own. Where one person has \
            several accounts, link or merge them. The table is encrypted, and written anew at each \
            erasure.

            Examples:
              daybook people
              daybook people add "Alice Smith" --account telegram:u123 --account irc:alice
              daybook people link slack:U0421 "Alice Smith"
              daybook people merge alice_s "Alice Smith"
            """,
        subcommands: [PeopleList.self, PeopleAdd.self, PeopleLink.self, PeopleMerge.self],
        defaultSubcommand: PeopleList.self)
}

extension Ground {
    /// The one person whom a text names.
    func personNamed(_ text: String) throws -> Person {
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

    /// Records a change of who is who.
    fileprivate func keep(_ change: String, _ person: Person, account: String? = nil) throws {
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
    fileprivate init(argument: String) throws {
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

    fileprivate var text: String { "\(platform):\(name)" }
}

extension Person {
    fileprivate var line: String {
        "\(id)  \(names.joined(separator: ", "))  \(accounts.map(\.text).joined(separator: " "))"
    }

    fileprivate var json: JSONObject {
        [
            "person": .string(id.description), "names": .array(names.map { .string($0) }),
            "accounts": .array(accounts.map { .string($0.text) }),
        ]
    }
}

struct PeopleList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Everybody, or those whom a name may mean. The default.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "A name, an account or a number.")
    var name: String?

    @Flag(name: .long, help: "Print one JSON object a person.")
    var json = false

    mutating func run() throws {
        let people = try Ground(place).vaultThere().people
        let found = try name.map { try people.find($0) } ?? people.list()
        if json {
            for person in found { Terminal.say(json: person.json) }
            return
        }
        guard !found.isEmpty else {
            return Terminal.say(name == nil ? "nobody yet" : "nobody is called that")
        }
        var table = TextTable([.left("PERSON"), .left("NAMES"), .left("ACCOUNTS")])
        for person in found {
            table.add([
                person.id.description, person.names.joined(separator: ", "),
                person.accounts.map(\.text).joined(separator: " "),
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

struct PeopleAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a person with names and accounts.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The names, the one to show first.")
    var names: [String]

    @Option(
        name: .long, help: "An account, platform:name; more than once for more of them.")
    var account: [String] = []

    mutating func run() throws {
        let ground = try Ground(place)
        guard let vault = try ground.houseVault(create: true) else { return }
        let person = try vault.people.add(
            names: names, accounts: try account.map { try Account(argument: $0) })
        try ground.keep("added", person)
        Terminal.say(person.line)
    }
}

struct PeopleLink: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Say that an account is a person's.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The account, platform:name.")
    var account: String

    @Argument(help: "The person: a name, an account or a number.")
    var person: String

    mutating func run() throws {
        let ground = try Ground(place)
        let linked = try ground.vaultThere().people.link(
            Account(argument: account), to: ground.personNamed(person).id)
        try ground.keep("linked", linked, account: account)
        Terminal.say(linked.line)
    }
}

struct PeopleMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Say that two persons are one. It cannot be undone.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The person who goes: a name, an account or a number.")
    var person: String

    @Argument(help: "The person who stays.")
    var into: String

    mutating func run() throws {
        let ground = try Ground(place)
        let (from, to) = (try ground.personNamed(person), try ground.personNamed(into))
        let merged = try ground.vaultThere().people.merge(from.id, into: to.id)
        try ground.keep("merged", merged)
        Terminal.say(merged.line)
    }
}
