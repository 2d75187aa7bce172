// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
package import Retention

/// The policies in force, those that wait, and those that daybook.yaml proposes.
package struct PolicyState: Sendable {
    package let now: Timestamp
    package let inForce: PolicySet?
    package let waiting: [PolicySet]
    package let proposed: [ClearPolicy]

    /// Whether daybook.yaml proposes something that was not accepted yet.
    package var isProposalNew: Bool {
        (waiting.last?.policies ?? inForce?.policies ?? []) != proposed
    }

    package var json: JSONObject {
        [
            "in_force": inForce.map { .object($0.json) } ?? .null,
            "waiting": .array(waiting.map { .object($0.json) }),
            "proposed": .array(proposed.map { .object($0.json) }),
        ]
    }
}

/// Policies that were accepted.
package struct PolicyAccepted: Sendable {
    package let set: PolicySet
    package let record: UInt64
}

/// What came of an approval of policies.
package enum PolicyApproval: Sendable {
    case approved(record: UInt64)
    /// It needed none; true when somebody approved it before.
    case needless(again: Bool)
}

// Policies over single records.
extension Ground {
    package func policyState() throws -> PolicyState {
        let ledger = try ledger()
        let now = now
        return PolicyState(
            now: now, inForce: ledger.policySet(at: now), waiting: ledger.waiting(at: now),
            proposed: settings.policies)
    }

    /// Accepts what daybook.yaml proposes, as a record.
    ///
    /// - Parameter needsApproval: whether a second person has to approve every change by which a
    ///   record could go earlier; otherwise only where a policy says so.
    /// - Throws: `badInput` when masking took something out of the policies.
    package func acceptPolicies(_ proposal: PolicyProposal, needsApproval: Bool = false) throws
        -> PolicyAccepted
    {
        let isShorter = proposal.change.isShorter && !proposal.isFirstWord
        let set = PolicySet(
            id: ShortCode.make("p"), record: 0, policies: proposal.proposed,
            effective: proposal.effective, isShorter: isShorter, acceptedBy: userName,
            needsApproval: isShorter && (needsApproval || proposal.change.needsApproval))
        let record = try keepHouse(.policyAccepted, set.members, sealing: PolicySet.sealed)
        let ledger = try ledger()
        guard let kept = ledger.policySets.last, kept.policies == proposal.proposed else {
            throw DeskFailure(
                .badInput,
                "record \(record) does not say what daybook.yaml does: masking took something out "
                    + "of it. Put no secrets into names and filters, and accept again.")
        }
        try storePins(ledger)
        return PolicyAccepted(set: kept, record: record)
    }

    /// Approves accepted policies as the second person.
    ///
    /// - Throws: `permission` for whoever accepted them.
    package func approvePolicies(_ id: String) throws -> PolicyApproval {
        try deciding { try approvePoliciesAlone(id) }
    }

    private func approvePoliciesAlone(_ id: String) throws -> PolicyApproval {
        let ledger = try ledger()
        guard let found = ledger.policySets.first(where: { $0.id == id }) else {
            let known = ledger.waiting(at: now).map(\.id).joined(separator: ", ")
            throw DeskFailure(
                .usage,
                "no policies \(id) were accepted; "
                    + (known.isEmpty ? "none wait" : "these wait: \(known)"))
        }
        guard found.needsApproval, found.approvedBy == nil else {
            return .needless(again: found.needsApproval)
        }
        guard found.acceptedBy != userName else {
            throw DeskFailure(
                .permission,
                "\(userName) accepted \(id), so somebody else has to approve it, as a user "
                    + "of their own.")
        }
        return .approved(
            record: try keepHouse(
                .policyApproved,
                ["policy_set": .string(id), "approved_by": .string(userName)],
                sealing: ["approved_by"]))
    }
}

extension PolicySet {
    /// What it waits for: `until 2026-…` or `for approval`.
    package func waitingWords(at now: Timestamp) -> String {
        var words: [String] = []
        if effective > now { words.append("until \(effective)") }
        if needsApproval, approvedBy == nil {
            words.append("for a second person: `daybook policy approve \(id)`")
        }
        return words.joined(separator: " and ")
    }

    package var json: JSONObject {
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
