// SPDX-License-Identifier: Apache-2.0

package import Records
package import Retention
package import TransparencyLog

/// All policies as they were accepted at one time.
package struct PolicySet: Sendable, Hashable {
    /// A random code.
    package let id: String
    /// The record that says so.
    package let record: UInt64
    package let policies: [ClearPolicy]
    /// From when on they bind; a change by which a record could go earlier waits.
    package let effective: Timestamp
    package let isShorter: Bool
    package let acceptedBy: String?
    /// Whether it binds only once a second person has approved it.
    package let needsApproval: Bool
    package internal(set) var approvedBy: String?
    /// Whose signatures approve, once it is in force.
    package let approvers: [Approver]

    package init(
        id: String, record: UInt64, policies: [ClearPolicy], effective: Timestamp, isShorter: Bool,
        acceptedBy: String?, needsApproval: Bool, approvedBy: String? = nil,
        approvers: [Approver] = []
    ) {
        self.id = id
        self.record = record
        self.policies = policies
        self.effective = effective
        self.isShorter = isShorter
        self.acceptedBy = acceptedBy
        self.needsApproval = needsApproval
        self.approvedBy = approvedBy
        self.approvers = approvers
    }

    /// What signatures over it are good for; `ssh-keygen -Y … -n daybook-policy`.
    package static let namespace = "daybook-policy"

    /// Of everything that an approver agrees to.
    package var digest: Digest {
        let agreed: JSONObject = [
            "policy_set": .string(id), "effective": .string(effective.description),
            "policies": .array(policies.map { .object($0.json) }),
            "approvers": .array(approvers.map { .object($0.json) }),
        ]
        var bytes = ByteBuffer(capacity: 1024)
        CanonicalJSON.encode(agreed, into: &bytes)
        return TreeHash.plain(bytes.array)
    }

    /// The bytes that are signed: the digest in hexadecimal and a line feed, as `jq -r` gives them.
    package var message: [UInt8] { Array("\(digest.hex)\n".utf8) }

    /// The members of its record, `policy_accepted`.
    package var members: JSONObject {
        var members: JSONObject = [
            "policy_set": .string(id), "policy_count": .number(String(policies.count)),
            "effective": .string(effective.description), "is_shorter": .bool(isShorter),
            "needs_approval": .bool(needsApproval),
            "policies": ["list": .array(policies.map { .object($0.json) })],
        ]
        if !approvers.isEmpty {
            members["approvers"] = ["list": .array(approvers.map { .object($0.json) })]
        }
        members["accepted_by"] = acceptedBy.map { .string($0) }
        members["approved_by"] = approvedBy.map { .string($0) }
        return members
    }

    /// Those of them that could identify somebody.
    package static let sealed = ["policies", "approvers", "accepted_by", "approved_by"]

    /// Whether it does not bind yet.
    package func isWaiting(at now: Timestamp) -> Bool {
        effective > now || needsApproval && approvedBy == nil
    }
}

extension Ledger {
    /// The set of policies in force; nil when none was ever accepted.
    package func policySet(at now: Timestamp) -> PolicySet? {
        policySets.last { !$0.isWaiting(at: now) }
    }

    /// The sets that bind or may: the one in force, then those that wait.
    package func bindingSets(at now: Timestamp) -> [PolicySet] {
        (policySet(at: now).map { [$0] } ?? []) + waiting(at: now)
    }

    /// Whose signatures approve; none where nobody was accepted as an approver.
    package func approvers(at now: Timestamp) -> [Approver] {
        policySet(at: now)?.approvers ?? []
    }

    /// The policies in force, in the order of the settings.
    package func policies(at now: Timestamp) -> [ClearPolicy] {
        policySet(at: now)?.policies ?? []
    }

    /// Sets that were accepted after the one in force, and wait for their day or for approval.
    package func waiting(at now: Timestamp) -> [PolicySet] {
        let inForce = policySet(at: now)?.record
        return policySets.filter { set in inForce.map { set.record > $0 } ?? true }
    }

    /// Decides over records with what binds at an instant.
    ///
    /// What waits shortens nothing before its time, and keeps longer at once.
    ///
    /// - Parameters:
    ///   - people: the vault's numbers of a name or account.
    ///   - current: the number that a person has now, after merges.
    package func decider(
        at now: Timestamp, rules: RuleCatalog = .standard,
        people look: (String) throws -> [UInt64],
        current: (UInt64) throws -> UInt64
    ) rethrows -> Decider {
        try Decider(
            policies: policies(at: now), upcoming: waiting(at: now).map(\.policies), rules: rules,
            holds: holds, requests: requests, now: now, people: look, current: current)
    }

    /// The same for people of whom none was merged.
    package func decider(
        at now: Timestamp, rules: RuleCatalog = .standard, people look: (String) -> [UInt64]
    ) -> Decider {
        decider(at: now, rules: rules, people: look, current: { $0 })
    }
}
