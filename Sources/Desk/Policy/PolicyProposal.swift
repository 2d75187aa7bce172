// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
import Query
package import Records
package import Retention

/// What daybook.yaml proposes, compared with what binds.
package struct PolicyProposal {
    package let ledger: Ledger
    package let now: Timestamp
    /// What was accepted last, in force or waiting.
    package let latest: [ClearPolicy]
    package let proposed: [ClearPolicy]
    package let change: PolicyChange
    /// Who approves with what was accepted last, and with the proposal.
    package let latestApprovers: [Approver]
    package let approvers: [Approver]
    /// Whether it changes who approves, and somebody does: one of them has to agree.
    package let changesApprovers: Bool
    /// Nothing is stored yet that could go earlier.
    package let isFirstWord: Bool

    package init(_ ground: Ground) throws {
        ledger = try ground.ledger()
        now = ground.now
        let sets = ledger.policySet(at: now).map { [$0] } ?? []
        let last = ledger.waiting(at: now).last ?? sets.last
        latest = last?.policies ?? []
        latestApprovers = last?.approvers ?? []
        approvers = try Self.approvers(ground.settings)
        let binding = ledger.approvers(at: now)
        changesApprovers = !binding.isEmpty && Set(binding) != Set(approvers)
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

    /// Whether it says what was accepted already.
    package var isEmpty: Bool { change.isEmpty && latestApprovers == approvers }

    static func approvers(_ settings: DaybookSettings) throws -> [Approver] {
        try settings.approvers.map { choice in
            guard let key = SSHPublicKey(text: choice.key) else {
                throw DeskFailure(
                    .settings,
                    "\(settings.path): approvers: the key of \(choice.name) is no Ed25519 key as in "
                        + "its .pub file.")
            }
            return Approver(name: choice.name, fingerprint: key.fingerprint)
        }
    }

    /// From when on the proposal binds.
    package var effective: Timestamp {
        guard change.isShorter, !isFirstWord, change.graceDays > 0 else { return now }
        return KeepPeriod.days(change.graceDays).end(of: now) ?? .max
    }

    /// Refuses filters that are none.
    package static func checkFilters(_ policies: [ClearPolicy]) throws {
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
            throw DeskFailure(.settings, problems.joined(separator: "\n"))
        }
    }

    /// The change in lines of text.
    package var lines: [String] {
        guard !isEmpty else { return ["daybook.yaml proposes what was accepted already"] }
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
        for (sign, list, others) in [
            ("+", approvers, latestApprovers), ("-", latestApprovers, approvers),
        ] {
            for approver in list where !others.contains(approver) {
                lines.append("\(sign) approver \(approver.name), \(approver.fingerprint)")
            }
        }
        return lines
    }

    package var json: JSONObject {
        [
            "shorter": .bool(change.isShorter), "effective": .string(effective.description),
            "needs_approval": .bool(change.needsApproval || changesApprovers),
            "approvers": .array(approvers.map { .object($0.json) }),
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
package enum FilterCheck {
    /// Why it is none; nil when it is one.
    package static func problem(_ filter: String) -> String? {
        do throws(QueryError) {
            let query = try Query(parsing: filter)
            return query.pipes.isEmpty ? nil : "a filter has no pipes"
        } catch {
            return "\(error)"
        }
    }
}
