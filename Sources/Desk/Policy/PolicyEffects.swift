// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
package import Records
import Retention

/// What a proposal would clear, when it binds, that what binds now keeps.
package struct PolicyEffects {
    package struct Row: Sendable {
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

        mutating func add(_ other: Row) {
            records += other.records
            bytes += other.bytes
            oldest = [oldest, other.oldest].compactMap { $0 }.min()
            newest = [newest, other.newest].compactMap { $0 }.max()
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
        guard let vault = try ground.houseVault() else { return }
        let parts = try FactScan.run(
            ground.snapshot("chat"), of: vault, needs: before.needs.union(after.needs),
            filters: (before.filters + after.filters).map(\.filter), threads: machineThreads(),
            startingWith: [String: Row]()
        ) { facts, found in
            guard facts.person != nil,
                case .erase(.policy(let name)) = after.decide(facts, .expiry),
                !before.decide(facts, .expiry).isErase
            else { return }
            found[name, default: Row(policy: name)].add(facts)
        }
        var found: [String: Row] = [:]
        for (name, row) in parts.joined() { found[name, default: Row(policy: name)].add(row) }
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
