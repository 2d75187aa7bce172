// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Daybook
import Query
import Records
import Retention

/// What daybook.yaml proposes, compared with what binds.
struct PolicyProposal {
    let ledger: Ledger
    let now: Timestamp
    /// What was accepted last, in force or waiting.
    let latest: [ClearPolicy]
    let proposed: [ClearPolicy]
    let change: PolicyChange
    /// Nothing is stored yet that could go earlier.
    let isFirstWord: Bool

    init(_ ground: Ground) throws {
        ledger = try ground.ledger()
        now = ground.now
        let sets = ledger.policySet(at: now).map { [$0] } ?? []
        latest = (ledger.waiting(at: now).last ?? sets.last)?.policies ?? []
        proposed = ground.settings.policies
        // Each set that still binds or may is compared: going back to the one in force is longer
        // than the one that waits, and not shorter than either.
        change = PolicyChange(from: latest, to: proposed)
        isFirstWord =
            sets.isEmpty
            && ground.existingBooks.allSatisfy { name in
                name == "audit" || (try? ground.snapshot(name).size) == 0
            }
        try Self.checkFilters(proposed)
    }

    /// From when on the proposal binds.
    var effective: Timestamp {
        guard change.isShorter, !isFirstWord, change.graceDays > 0 else { return now }
        return KeepPeriod.days(change.graceDays).end(of: now) ?? .max
    }

    /// Refuses filters that are none.
    static func checkFilters(_ policies: [ClearPolicy]) throws {
        var problems: [String] = []
        for policy in policies {
            let filters = [policy.select.matching, policy.trigger?.matching].compactMap { $0 }
            for filter in filters {
                if let problem = FilterCheck.problem(filter) {
                    problems.append("policy \(policy.name): \(filter): \(problem)")
                }
            }
        }
        guard problems.isEmpty else {
            throw CommandFailure(.settings, problems.joined(separator: "\n"))
        }
    }

    /// The change in lines of text.
    var lines: [String] {
        guard !change.isEmpty else { return ["daybook.yaml proposes what was accepted already"] }
        var lines: [String] = []
        for item in change.items {
            let mark = item.isShorter ? "  (shorter)" : ""
            switch item.kind {
            case .added: lines.append("+ \(item.name)\(mark)")
            case .removed: lines.append("- \(item.name)\(mark)")
            case .changed, .moved: lines.append("~ \(item.name)\(mark)")
            }
            lines += item.words.map { "    \($0)" }
        }
        return lines
    }

    var json: JSONObject {
        [
            "shorter": .bool(change.isShorter), "effective": .string(effective.description),
            "needs_approval": .bool(change.needsApproval),
            "changes": .array(
                change.items.map { item in
                    .object([
                        "policy": .string(item.name), "kind": .string(item.kind.rawValue),
                        "shorter": .bool(item.isShorter),
                        "words": .array(item.words.map { .string($0) }),
                    ])
                }),
        ]
    }
}

/// Whether text is a filter of the query language.
enum FilterCheck {
    /// Why it is none; nil when it is one.
    static func problem(_ filter: String) -> String? {
        do throws(QueryError) {
            let query = try Query(parsing: filter)
            return query.pipes.isEmpty ? nil : "a filter has no pipes"
        } catch {
            return "\(error)"
        }
    }
}

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
            isShorter: isShorter, acceptedBy: Ground.userName,
            needsApproval: isShorter && proposal.change.needsApproval)
        let record = try ground.keepHouse(.policyAccepted, set.members, sealing: PolicySet.sealed)
        let ledger = try ground.ledger()
        guard ledger.policySets.last?.policies == proposal.proposed else {
            throw CommandFailure(
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
                "\(id) is accepted, by record \(Terminal.grouped(record)), and waits "
                    + set.waitingWords(at: proposal.now))
        } else {
            Terminal.say("\(id) is in force, by record \(Terminal.grouped(record))")
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
            throw CommandFailure(
                .usage,
                "no policies \(set) were accepted; "
                    + (known.isEmpty ? "none wait" : "these wait: \(known)"))
        }
        guard found.needsApproval, found.approvedBy == nil else {
            return Terminal.say("\(set) needs no approval" + (found.needsApproval ? " more" : ""))
        }
        guard found.acceptedBy != Ground.userName else {
            throw CommandFailure(
                .permission,
                "\(Ground.userName) accepted \(set), so somebody else has to approve it, as a user "
                    + "of their own.")
        }
        let record = try ground.keepHouse(
            .policyApproved,
            ["policy_set": .string(set), "approved_by": .string(Ground.userName)],
            sealing: ["approved_by"])
        Terminal.say("\(set) is approved, by record \(Terminal.grouped(record))")
    }
}
