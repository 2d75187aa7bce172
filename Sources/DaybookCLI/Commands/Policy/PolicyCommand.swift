// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Records
import Retention

/// `daybook policy`: what is kept how long, record by record.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Say what is kept how long and why; accept what daybook.yaml proposes.",
        discussion: """
            The list `policies` of daybook.yaml proposes. What binds was accepted, and is a record. \
            A change by which any record may go earlier waits out its grace period.

            Examples:
              daybook policy
              daybook policy check
              daybook policy diff
              daybook policy accept
              daybook policy explain 4711
              daybook policy rules
            """,
        subcommands: [
            PolicyShow.self, PolicyCheck.self, PolicyDiff.self, PolicyAccept.self,
            PolicyApprove.self, PolicyExplain.self, PolicyRules.self,
        ], defaultSubcommand: PolicyShow.self)
}

struct PolicyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The policies in force, and those that wait. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let ledger = try ground.ledger()
        let now = ground.now
        let inForce = ledger.policySet(at: now)
        let waiting = ledger.waiting(at: now)
        if json {
            return Terminal.say(
                json: [
                    "in_force": inForce.map { .object($0.json) } ?? .null,
                    "waiting": .array(waiting.map { .object($0.json) }),
                    "proposed": .array(ground.settings.policies.map { .object($0.json) }),
                ])
        }
        if let inForce {
            Terminal.say("in force, by record \(Words.grouped(inForce.record)):")
            for line in PolicyTable(inForce.policies).lines { Terminal.say("  " + line) }
        } else {
            Terminal.say("no policy is in force: every record is kept until somebody clears it")
        }
        for set in waiting {
            Terminal.say("\(set.id) waits \(set.waitingWords(at: now)):")
            for line in PolicyTable(set.policies).lines { Terminal.say("  " + line) }
        }
        let latest = waiting.last?.policies ?? inForce?.policies ?? []
        if latest != ground.settings.policies {
            Terminal.say(
                "daybook.yaml proposes something else; `daybook policy diff` shows it, "
                    + "`daybook policy accept` accepts it")
        }
    }
}

struct PolicyRules: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "The rules that policies can name, with their sources.",
        discussion: """
            An engineering summary and no legal advice. A rule marked "no" under CONFIRMED was not \
            read in a source: have it checked before you rely on it.
            """)

    @Flag(name: .long, help: "Print one JSON object a rule.")
    var json = false

    mutating func run() {
        let rules = RuleCatalog.standard.rules
        if json {
            for rule in rules { Terminal.say(json: rule.json) }
            return
        }
        var table = TextTable([
            .left("RULE"), .left("AT LEAST"), .left("FROM"), .left("CONFIRMED"), .left("CHECKED"),
            .left("CITATION"), .left("RECORDS"),
        ])
        for rule in rules {
            let period =
                (rule.period?.description ?? "-")
                + (rule.extended.map { ", on request \($0)" } ?? "")
            table.add([
                rule.id, period, rule.start.words, rule.isConfirmed ? "yes" : "no",
                rule.checkedOn, rule.citation, rule.records,
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

extension Rule.Start {
    var words: String {
        switch self {
        case .created: "record"
        case .orderSubmitted: "order submitted"
        case .accountClosed: "account closed"
        case .contractEnded: "contract ended"
        }
    }
}

/// Policies as a table.
struct PolicyTable {
    let lines: [String]

    init(_ policies: [ClearPolicy]) {
        var table = TextTable([
            .left("POLICY"), .left("KEEP"), .left("RULE"), .left("NOTICE"), .left("APPROVAL"),
            .left("SELECTS"),
        ])
        for policy in policies {
            table.add([
                policy.name, policy.keep?.description ?? "as the rule", policy.ruleWords,
                "\(policy.noticeDays)d", policy.needsApproval ? "yes" : "no", policy.select.words,
            ])
        }
        lines = policies.isEmpty ? ["(none)"] : table.lines
    }
}

extension PolicySet {
    /// What it waits for: `until 2026-…` or `for approval`.
    func waitingWords(at now: Timestamp) -> String {
        var words: [String] = []
        if effective > now { words.append("until \(effective)") }
        if needsApproval, approvedBy == nil {
            words.append("for a second person: `daybook policy approve \(id)`")
        }
        return words.joined(separator: " and ")
    }

    var json: JSONObject {
        [
            "policy_set": .string(id), "record": .number(String(record)),
            "effective": .string(effective.description), "shorter": .bool(isShorter),
            "accepted_by": acceptedBy.map { .string($0) } ?? .null,
            "needs_approval": .bool(needsApproval),
            "approved_by": approvedBy.map { .string($0) } ?? .null,
            "policies": .array(policies.map { .object($0.json) }),
        ]
    }
}
