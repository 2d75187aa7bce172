// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import Retention

/// `daybook token`: with what programs and people are known to the daemon.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens with which the daemon knows who asks.",
        discussion: """
            A token says who somebody is and what they may, until it ends. Its text is printed once; \
            only a digest of it is kept. Clients send it as `Authorization: Bearer TOKEN`, as the \
            password of Basic, or as an ApiKey. docs/guides/access.md says more.

            Examples:
              daybook token create --role writer --name bot-1 --expires 90d
              daybook token create --role trader --name alice --account slack:U024BE7LH --strategy momentum --expires 30d
              daybook token list
              daybook token revoke 4f1d2a90c3b7
            """,
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self],
        defaultSubcommand: TokenList.self)
}

extension Role: ExpressibleByArgument {}

struct TokenCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token, and print its text: once.")

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "What its holder may; more than once for more of them.")
    var role: [Role]

    @Option(name: .long, help: "Who has it, as records say it.")
    var name: String

    @Option(name: .long, help: "How long it is good, such as 90d or 1y.")
    var expires: KeepPeriod

    @Option(
        name: .long,
        help: "The chat account whose messages are theirs, as platform:name.")
    var account: String?

    @Option(
        name: .long,
        help: "A strategy whose audit records they may read; more than once for more of them.")
    var strategy: [String] = []

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard !role.isEmpty else { throw ValidationError("give a --role") }
        guard expires != .forever else {
            throw ValidationError("a token that never ends cannot be lost safely: give a time")
        }
    }

    mutating func run() throws {
        let ground = try Ground(place)
        guard let until = expires.end(of: ground.now) else { return }
        let made = try ground.makeToken(
            name: name, roles: Set(role), expires: until, account: account,
            strategies: Set(strategy))
        if json {
            var object = made.token.facts
            object["token"] = .string(made.text)
            return Terminal.say(json: object)
        }
        Terminal.say(made.text)
        Terminal.note(
            "this is the only time that it is shown. It is good until \(until) and has the id "
                + "\(made.token.id); `daybook token revoke \(made.token.id)` takes it away")
    }
}

struct TokenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Who has which token. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object a token.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let tokens = try TokenStore(ground).all
        if json {
            for token in tokens { Terminal.say(json: token.facts) }
            return
        }
        guard !tokens.isEmpty else {
            return Terminal.say("no tokens; `daybook token create` makes one")
        }
        var table = TextTable([.left("ID"), .left("NAME"), .left("ROLES"), .left("GOOD UNTIL")])
        let now = ground.now
        for token in tokens {
            table.add([
                token.id, token.name, token.roles.map(\.rawValue).sorted().joined(separator: ", "),
                token.expires.description + (token.expires > now ? "" : " (over)"),
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

struct TokenRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a token away.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "Its id, as `daybook token list` shows it.")
    var id: String

    mutating func run() throws {
        try Ground(place).revokeToken(id)
        Terminal.say("\(id) is of no use any more; a daemon that runs knows within a second")
    }
}

extension TokenStore.Token {
    /// What is told of it: never its digest.
    fileprivate var facts: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "name": .string(name),
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
            "expires": .string(expires.description),
        ]
        object["account"] = account.map { .string($0) }
        if !strategies.isEmpty {
            object["strategies"] = .array(strategies.sorted().map { .string($0) })
        }
        return object
    }
}
