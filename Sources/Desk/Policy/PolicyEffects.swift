// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
package import Records
import Retention

/// What a proposal would clear, when it binds, that what binds now keeps.
package struct PolicyEffects {
    package struct Row {
        let policy: String
        var records = 0
        var bytes = 0
        var oldest: Timestamp?
        var newest: Timestamp?

        mutating func add(_ facts: Retention.RecordFacts) {
            records += 1
            bytes += facts.bytes
            guard let age = facts.age else { return }
            oldest = min(oldest ?? age, age)
            newest = max(newest ?? age, age)
        }

        package var json: JSONObject {
            [
                "policy": .string(policy), "records": .number(String(records)),
                "bytes": .number(String(bytes)),
                "oldest": oldest.map { .string($0.description) } ?? .null,
                "newest": newest.map { .string($0.description) } ?? .null,
            ]
        }
    }

    /// By policy, in the order of the proposal.
    package private(set) var rows: [Row] = []
    private let effective: Timestamp

    /// Looks at every sealed record of the book `chat`; opens those only on whose content a policy
    /// or hold depends, and shows nothing of them.
    package init(_ ground: Ground, _ proposal: PolicyProposal) throws {
        effective = proposal.effective
        guard proposal.change.isShorter, ground.existingBooks.contains("chat") else { return }
        let ledger = proposal.ledger
        func decider(_ policies: [ClearPolicy]) throws -> Decider {
            try Decider(
                policies: policies, holds: ledger.holds, requests: ledger.requests,
                now: proposal.effective, people: ground.personNumbers,
                current: ground.currentNumber)
        }
        let (before, after) = (
            try decider(ledger.policies(at: proposal.now)), try decider(proposal.proposed)
        )
        let needs = before.needs.union(after.needs)
        let opener = needs.isDisjoint(with: .sealed) ? nil : try ground.factOpener()
        var found: [String: Row] = [:]
        try PersonRecords.walk(
            ground.snapshot("chat"), of: nil,
            filters: (before.filters + after.filters).map(\.filter), opener: opener,
            owners: ground.owners(of:)
        ) { record in
            // What was erased is nobody's any more.
            guard record.facts.person != nil,
                case .erase(.policy(let name)) = after.decide(record.facts, .expiry),
                !before.decide(record.facts, .expiry).isErase
            else { return }
            found[name, default: Row(policy: name)].add(record.facts)
        }
        rows = proposal.proposed.compactMap { found[$0.name] }
    }

    package var lines: [String] {
        guard !rows.isEmpty else { return [] }
        return ["by \(effective.description.prefix(10)) it would clear, besides what goes anyway:"]
            + rows.map { row in
                "  \(row.policy): \(Words.count(row.records, "record")), "
                    + "\(Words.bytes(row.bytes))"
                    + (row.oldest.map { ", from \($0.description.prefix(10))" } ?? "")
                    + (row.newest.map { " to \($0.description.prefix(10))" } ?? "")
            }
    }
}
