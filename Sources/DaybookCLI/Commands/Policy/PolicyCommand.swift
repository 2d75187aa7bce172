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
        let state = try Ground(place).policyState()
        if json { return Terminal.say(json: state.json) }
        if let inForce = state.inForce {
            Terminal.say("in force, by record \(Words.grouped(inForce.record)):")
            for line in PolicyTable(inForce.policies).lines { Terminal.say("  " + line) }
            if !inForce.approvers.isEmpty {
                let names = inForce.approvers.map(\.name).joined(separator: ", ")
                Terminal.say("  approvers: \(names)")
            }
        } else {
            Terminal.say("no policy is in force: every record is kept until somebody clears it")
        }
        for set in state.waiting {
            Terminal.say("\(set.id) waits \(set.waitingWords(at: state.now)):")
            for line in PolicyTable(set.policies).lines { Terminal.say("  " + line) }
        }
        if state.isProposalNew {
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
