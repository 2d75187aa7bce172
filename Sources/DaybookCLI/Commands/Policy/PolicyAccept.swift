// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Daybook
import Desk
import Query
import Records
import Retention

struct PolicyDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What daybook.yaml would change, and what would go by it.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let proposal = try PolicyProposal(ground)
        let effects = try PolicyEffects(ground, proposal)
        if json {
            var object = proposal.json
            object["would_clear"] = .array(effects.rows.map { .object($0.json) })
            return Terminal.say(json: object)
        }
        for line in proposal.lines + effects.lines { Terminal.say(line) }
    }
}

struct PolicyAccept: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Accept what daybook.yaml proposes, as a record.",
        discussion: """
            A change by which no record goes earlier binds at once. Any other waits: for the longest \
            `grace` of all the policies it touches, and for a second person where one of them has \
            `approval: true`. Until then what was in force stays in force.

            The list `approvers` is accepted with the policies. Where one is in force, changing it \
            needs a signature of one of them.
            """)

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Say what would change and what would go; change nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let proposal = try PolicyProposal(ground)
        if !json {
            for line in proposal.lines { Terminal.say(line) }
        }
        guard !proposal.isEmpty else {
            if json { Terminal.say(json: proposal.json) }
            return
        }
        let effects = try PolicyEffects(ground, proposal)
        if !json {
            for line in effects.lines { Terminal.say(line) }
        }
        if dryRun {
            if json { Terminal.say(json: proposal.json) }
            return
        }
        try say(ground.acceptPolicies(proposal), proposal)
    }

    private func say(_ accepted: PolicyAccepted, _ proposal: PolicyProposal) throws {
        let set = accepted.set
        if json {
            var object = proposal.json
            object["policy_set"] = .string(set.id)
            object["record"] = .number(String(accepted.record))
            return Terminal.say(json: object)
        }
        if set.isWaiting(at: proposal.now) {
            Terminal.say(
                "\(set.id) is accepted, by record \(Words.grouped(accepted.record)), and waits "
                    + set.waitingWords(at: proposal.now))
        } else {
            Terminal.say("\(set.id) is in force, by record \(Words.grouped(accepted.record))")
        }
    }
}

struct PolicyApprove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve accepted policies as the second person.",
        discussion: """
            Whoever accepted them cannot; `daybook policy` shows what waits. Where approvers are in \
            force (`approvers` of daybook.yaml), one of them signs, with an Ed25519 key as for \
            `daybook approve`; without --key the key comes from ssh-agent. Where none are, the \
            second person is another user of this machine.

            Examples:
              daybook policy approve p-7k2m9q4x
              daybook policy approve p-7k2m9q4x --key ~/.ssh/id_ed25519
              daybook policy --json | jq -r '.waiting[-1].digest' \
                | ssh-keygen -Y sign -n daybook-policy -f key > policy.sig
              daybook policy approve p-7k2m9q4x --signature policy.sig
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var signing: SigningOptions

    @Argument(help: ArgumentHelp("The policies' code.", valueName: "code"))
    var set: String

    mutating func run() throws {
        let ground = try Ground(place)
        let hasApprovers = try !ground.ledger().approvers(at: ground.now).isEmpty
        var sign: ((PolicySet) throws -> SSHSignature)?
        if hasApprovers || signing.isGiven {
            let signing = signing
            sign = { try signing.sign($0.message, PolicySet.namespace) }
        }
        switch try ground.approvePolicies(set, signedBy: sign) {
        case .approved(let record):
            Terminal.say("\(set) is approved, by record \(Words.grouped(record))")
        case .needless(let again):
            Terminal.say("\(set) needs no approval" + (again ? " more" : ""))
        }
    }
}
