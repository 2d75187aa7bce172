// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
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

            Where there are two administrators, roles that read, decide or administer take both: \
            `create` proposes, another administrator approves, then `take` prints the token.

              daybook token create --role compliance --name carol --expires 90d
              daybook token proposals
              daybook token approve v-7k2m9q4x
              daybook token take v-7k2m9q4x
            """,
        subcommands: [
            TokenCreate.self, TokenList.self, TokenRevoke.self, TokenProposals.self,
            TokenApprove.self, TokenDecline.self, TokenTake.self,
        ],
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

    @Option(name: .long, help: "Why, for whoever has to agree.")
    var reason: String?

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
        let grant = try RoleGrant(
            name: name, roles: Set(role), period: expires, account: account,
            strategies: Set(strategy))
        switch try ground.grant(grant, reason: reason) {
        case .made(let token, let text): token.show(text, asJSON: json)
        case .proposed(let proposal):
            if json {
                return Terminal.say(json: ["proposal": .object(proposal.json(at: ground.now))])
            }
            // Nothing on the output: whoever keeps that as a token must not keep words.
            Terminal.note(
                "no token yet: these roles take two administrators. Another one approves with "
                    + "`daybook token approve \(proposal.id)` or in the console; then "
                    + "`daybook token take \(proposal.id)` prints it")
        }
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
        table(of: tokens, at: ground.now)
    }

    private func table(of tokens: [TokenStore.Token], at now: Timestamp) {
        var table = TextTable([.left("ID"), .left("NAME"), .left("ROLES"), .left("GOOD UNTIL")])
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
    /// Prints a new token: this once.
    func show(_ text: String, asJSON: Bool) {
        if asJSON {
            var object = facts
            object["token"] = .string(text)
            return Terminal.say(json: object)
        }
        Terminal.say(text)
        Terminal.note(
            "this is the only time that it is shown. It is good until \(expires) and has the id "
                + "\(id); `daybook token revoke \(id)` takes it away")
    }
}
