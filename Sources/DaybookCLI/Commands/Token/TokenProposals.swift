// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Records

/// Roles that wait for a second administrator.
struct TokenProposals: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals", abstract: "Roles that wait for a second administrator.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object a proposal.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let now = ground.now
        let found =
            ground.existingBooks.contains("audit")
            ? try ground.proposals().filter { $0.act == .roleGrant } : []
        if json {
            for proposal in found { Terminal.say(json: proposal.json(at: now)) }
            return
        }
        guard !found.isEmpty else { return Terminal.say("nothing waits") }
        var table = TextTable([
            .left("ID"), .left("FOR"), .left("ROLES"), .left("PROPOSED BY"), .left("STATE"),
        ])
        for proposal in found {
            let roles = proposal.details?["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
            table.add([
                proposal.id, proposal.subject, roles.joined(separator: ", "), proposal.madeBy,
                proposal.state(at: now).word,
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

struct TokenApprove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Agree to roles that another administrator proposed.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The proposal's code, as `daybook token proposals` shows it.")
    var id: String

    mutating func run() throws {
        let approved = try Ground(place).approveGrant(id)
        Terminal.say(
            "approved: \(approved.madeBy) can print the token with `daybook token take \(id)`")
    }
}

struct TokenDecline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "Refuse such roles, or take one's own proposal back.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The proposal's code.")
    var id: String

    @Option(name: .long, help: "Why.")
    var reason: String?

    mutating func run() throws {
        let outcome = try Ground(place).declineGrant(id, reason: reason)
        Terminal.say("\(id) is \(outcome.rawValue)")
    }
}

struct TokenTake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Make the token that was agreed to, and print it: once.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The proposal's code.")
    var id: String

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let made = try Ground(place).takeToken(id)
        made.token.show(made.text, asJSON: json)
    }
}
