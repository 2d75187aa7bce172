// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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

struct PeopleList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Everybody, or those whom a name may mean. The default.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "A name, an account or a number.")
    var name: String?

    @Flag(name: .long, help: "Print one JSON object a person.")
    var json = false

    mutating func run() throws {
        let found = try Ground(place).everybody(called: name)
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
        Terminal.say(try Ground(place).addPerson(names: names, accounts: account).line)
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
        Terminal.say(try Ground(place).linkPerson(account: account, to: person).line)
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
        Terminal.say(try Ground(place).mergePeople(person, into: into).line)
    }
}
