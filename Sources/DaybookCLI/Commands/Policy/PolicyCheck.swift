// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Daybook
import Desk
import Query
import Records
import Retention

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look at the policies in daybook.yaml; exit 1 when something is wrong.")

    @OptionGroup var place: PlaceOptions

    mutating func run() throws {
        let ground = try Ground(place)
        let policies = ground.settings.policies
        guard !policies.isEmpty else {
            return Terminal.say("\(ground.settings.path) has no `policies`")
        }
        try PolicyProposal.checkFilters(policies)
        let remarks = PolicyRemarks(policies, books: ground.bookNames)
        for remark in remarks.wrong { Terminal.say("wrong    \(remark)") }
        for remark in remarks.notes { Terminal.say("look at  \(remark)") }
        let count = Words.count(policies.count, "policy").replacing("policys", with: "policies")
        Terminal.say(remarks.wrong.isEmpty ? "\(count): fine" : "\(count)")
        if !remarks.wrong.isEmpty { throw verdictIsNo() }
    }
}

/// What is to be said of policies beyond what the settings refuse.
struct PolicyRemarks {
    private(set) var wrong: [String] = []
    private(set) var notes: [String] = []

    init(_ policies: [ClearPolicy], books: [String]) {
        for (place, policy) in policies.enumerated() {
            let name = policy.name
            if let book = policy.select.book, !books.contains(book) {
                wrong.append("\(name) is about a book \(book), which there is not")
            }
            for kind in policy.select.kinds
            where EventKind(rawValue: kind).group == .custom {
                notes.append("\(name) is about \(kind), which is in no vocabulary")
            }
            if !policy.hasUpperBound {
                notes.append(
                    "\(name) has no upper bound: personal data may not be kept for ever (GDPR 5(1)(e))"
                )
            }
            if let rule = policy.rule.flatMap({ RuleCatalog.standard[id: $0] }) {
                if !rule.isConfirmed {
                    notes.append(
                        "\(name) relies on \(rule.id), which was not confirmed: have it checked")
                }
                let period = policy.isExtended ? rule.extended : rule.period
                if let keep = policy.keep, let period, keep.isShorter(than: period) {
                    notes.append(
                        "\(name) keeps \(keep), less than \(rule.id) asks for (\(period)): the rule "
                            + "counts")
                }
                if rule.start != .created, policy.started == nil {
                    notes.append(
                        "\(name): \(rule.id) counts from \(rule.start.words); records for which that "
                            + "is not known are kept. `started` says it where it is one date")
                }
            }
            let earlier = policies[..<place].first { other in
                other.select == policy.select || other.select == Scope()
            }
            if let earlier {
                notes.append(
                    "\(name) comes after \(earlier.name), which selects all the same records and "
                        + "says when they go; only its rule counts")
            }
        }
    }
}
