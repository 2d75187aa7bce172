// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
package import Retention
import TransparencyLog

/// The policies in force, those that wait, and those that daybook.yaml proposes.
package struct PolicyState: Sendable {
    package let now: Timestamp
    package let inForce: PolicySet?
    package let waiting: [PolicySet]
    package let proposed: [ClearPolicy]
    /// Whether daybook.yaml proposes something that was not accepted yet.
    package let isProposalNew: Bool

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
        let last = ledger.waiting(at: now).last ?? ledger.policySet(at: now)
        let approvers = (try? PolicyProposal.approvers(settings)) ?? []
        return PolicyState(
            now: now, inForce: ledger.policySet(at: now), waiting: ledger.waiting(at: now),
            proposed: settings.policies,
            isProposalNew: (last?.policies ?? []) != settings.policies
                || (last?.approvers ?? []) != approvers)
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
            needsApproval: isShorter && (needsApproval || proposal.change.needsApproval)
                || proposal.changesApprovers,
            approvers: proposal.approvers)
        let record = try keepHouse(.policyAccepted, set.members, sealing: PolicySet.sealed)
        let ledger = try ledger()
        guard let kept = ledger.policySets.last, kept.policies == proposal.proposed,
            kept.approvers == proposal.approvers
        else {
            throw DeskFailure(
                .badInput,
                "record \(record) does not say what daybook.yaml does: masking took something out "
                    + "of it. Put no secrets into names and filters, and accept again.")
        }
        try storePins(ledger)
        return PolicyAccepted(set: kept, record: record)
    }

    /// Approves accepted policies as the second person: whoever asks, or who signed them.
    ///
    /// - Parameter sign: signs what is given to it; nil where whoever asks is the second person.
    /// - Throws: `permission` for whoever accepted them, and for a key that is none of an approver in
    ///   force; `badInput` for a signature over something else.
    package func approvePolicies(
        _ id: String, signedBy sign: ((PolicySet) throws -> SSHSignature)? = nil
    ) throws -> PolicyApproval {
        try deciding { try approvePoliciesAlone(id, signedBy: sign) }
    }

    private func approvePoliciesAlone(
        _ id: String, signedBy sign: ((PolicySet) throws -> SSHSignature)?
    ) throws -> PolicyApproval {
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
        if let sign {
            return .approved(
                record: try keep(sign(found), over: found, among: ledger.approvers(at: now)))
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

    /// Records a signature over policies.
    private func keep(
        _ signature: SSHSignature, over set: PolicySet, among approvers: [Approver]
    ) throws -> UInt64 {
        let approver = try approver(of: signature.key, among: approvers)
        guard signature.verifies(set.message, PolicySet.namespace) else {
            throw DeskFailure(
                .badInput,
                "the signature is not one over \(set.id). `daybook policy --json | jq -r "
                    + "'.waiting[] | select(.policy_set == \"\(set.id)\") | .digest' | ssh-keygen -Y "
                    + "sign -n \(PolicySet.namespace) -f KEY` makes one.")
        }
        guard approver.name != set.acceptedBy else {
            throw DeskFailure(
                .permission,
                "\(approver.name) accepted \(set.id), so somebody else has to approve it.")
        }
        return try keepHouse(
            .policyApproved,
            [
                "policy_set": .string(set.id), "approved_by": .string(approver.name),
                "policy_digest": .string(set.digest.hex), "sshsig": .string(signature.hex),
                "key_fingerprint": .string(signature.key.fingerprint),
            ], sealing: ["approved_by"])
    }

    /// Whose key it is.
    ///
    /// - Throws: `permission` when it is nobody's who may approve.
    func approver(of key: SSHPublicKey, among approvers: [Approver]) throws -> Approver {
        if let found = approvers.first(where: { $0.fingerprint == key.fingerprint }) {
            return found
        }
        let names = approvers.map(\.name).joined(separator: ", ")
        throw DeskFailure(
            .permission,
            approvers.isEmpty
                ? "no approvers are in force: put them into daybook.yaml under `approvers` and "
                    + "accept that with `daybook policy accept`."
                : "the key \(key.fingerprint) is not one of the approvers in force: \(names).")
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
            "approvers": .array(approvers.map { .object($0.json) }),
            "digest": .string(digest.hex),
        ]
    }
}
