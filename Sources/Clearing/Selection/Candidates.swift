// SPDX-License-Identifier: Apache-2.0

import Masking
import Retention
import Vault

/// The envelopes that may be of the people who are selected, found by their keys before any line is read.
struct Candidates: Sendable {
    /// What the vault knows of those that are under the keys of these people.
    let facts: [Commitment: EnvelopeFacts]
    /// Tells lines of these and of what was replaced by another envelope, which may be anybody's.
    let sieve: CommitmentSieve

    /// What is known of envelopes, in the order asked.
    func facts(
        of commitments: [Commitment], orFrom look: EnvelopeFactsLook
    ) throws(VaultError) -> [EnvelopeFacts] {
        let others = try look.facts(of: commitments.filter { facts[$0] == nil })
        var rest = others[...]
        return commitments.compactMap { facts[$0] ?? rest.popFirst() }
    }
}

extension Selection {
    /// nil when records are not selected by people, or theirs are too many.
    func candidates() throws(ClearingError) -> Candidates? {
        guard bound.isAboutPeople, books.contains(where: { $0.allowed == nil }) else { return nil }
        // Numbers of keys are random: equal stretches of them are equal work.
        let step = Int64.max / Int64(threads)
        let pieces = (0..<Int64(threads)).map { part in
            part * step...(part + 1 < threads ? (part + 1) * step - 1 : Int64.max)
        }
        let (vault, bound) = (vault, bound)
        let parts = try PieceRun(pieces, threads: threads) { _ in 1 }.run(progress: { _, _ in }) {
            { (groups: ClosedRange<Int64>) throws(ClearingError) in
                try ClearingError.damaged { () throws(VaultError) in
                    try vault.candidates(groups: groups) { bound.mayBe(of: $0?.rawValue) }
                }
            }
        }
        var facts: [Commitment: EnvelopeFacts] = [:]
        for part in parts {
            guard let part else { return nil }
            facts.merge(part) { first, _ in first }
        }
        let replaced = try ClearingError.damaged { () throws(VaultError) in try vault.originals() }
        return Candidates(facts: facts, sieve: CommitmentSieve(replaced.union(facts.keys)))
    }
}
