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
        guard !proposal.change.isEmpty else {
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
        let id = ShortCode.make("p")
        let isShorter = proposal.change.isShorter && !proposal.isFirstWord
        let set = PolicySet(
            id: id, record: 0, policies: proposal.proposed, effective: proposal.effective,
            isShorter: isShorter, acceptedBy: ground.userName,
            needsApproval: isShorter && proposal.change.needsApproval)
        let record = try ground.keepHouse(.policyAccepted, set.members, sealing: PolicySet.sealed)
        let ledger = try ground.ledger()
        guard ledger.policySets.last?.policies == proposal.proposed else {
            throw DeskFailure(
                .badInput,
                "record \(record) does not say what daybook.yaml does: masking took something out "
                    + "of it. Put no secrets into names and filters, and accept again.")
        }
        try ground.storePins(ledger)
        try say(id, record, ledger, proposal)
    }

    private func say(
        _ id: String, _ record: UInt64, _ ledger: Ledger, _ proposal: PolicyProposal
    ) throws {
        if json {
            var object = proposal.json
            object["policy_set"] = .string(id)
            object["record"] = .number(String(record))
            return Terminal.say(json: object)
        }
        let set = ledger.policySets.last
        if let set, set.isWaiting(at: proposal.now) {
            Terminal.say(
                "\(id) is accepted, by record \(Words.grouped(record)), and waits "
                    + set.waitingWords(at: proposal.now))
        } else {
            Terminal.say("\(id) is in force, by record \(Words.grouped(record))")
        }
    }
}

struct PolicyApprove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve accepted policies as the second person.",
        discussion: "Whoever accepted them cannot; `daybook policy` shows what waits.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The policies' code.", valueName: "code"))
    var set: String

    mutating func run() throws {
        let ground = try Ground(place)
        let ledger = try ground.ledger()
        guard let found = ledger.policySets.first(where: { $0.id == set }) else {
            let known = ledger.waiting(at: ground.now).map(\.id).joined(separator: ", ")
            throw DeskFailure(
                .usage,
                "no policies \(set) were accepted; "
                    + (known.isEmpty ? "none wait" : "these wait: \(known)"))
        }
        guard found.needsApproval, found.approvedBy == nil else {
            return Terminal.say("\(set) needs no approval" + (found.needsApproval ? " more" : ""))
        }
        guard found.acceptedBy != ground.userName else {
            throw DeskFailure(
                .permission,
                "\(ground.userName) accepted \(set), so somebody else has to approve it, as a user "
                    + "of their own.")
        }
        let record = try ground.keepHouse(
            .policyApproved,
            ["policy_set": .string(set), "approved_by": .string(ground.userName)],
            sealing: ["approved_by"])
        Terminal.say("\(set) is approved, by record \(Words.grouped(record))")
    }
}
