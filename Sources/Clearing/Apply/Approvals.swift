// SPDX-License-Identifier: Apache-2.0

import Book
import Records
package import TransparencyLog

/// Who agreed to a plan, from the records that say so.
package struct Approvals {
    /// One for each key.
    package private(set) var given: [(approval: Approval, by: String?)] = []

    /// People whom the daemon knew, other than who made the plan.
    package private(set) var people: [String] = []

    package init(for plan: Digest, in ledger: Ledger) {
        // Whoever agreed to the proposal of the plan did so in time, and did not make it.
        people = ledger.proposals.filter {
            $0.act == .clearApply && $0.subject == plan.hex
                && ($0.outcome == nil || $0.outcome == .done)
        }.compactMap(\.approvedBy)
        for entry in ledger.entries(of: .clearApproved) {
            guard let approval = Approval(entry.object), approval.plan == plan,
                !given.contains(where: { $0.approval.key == approval.key })
            else { continue }
            given.append((approval, entry.object.text("approved_by")))
        }
    }

    package var fingerprints: [String] { given.map(\.approval.key.fingerprint) }

    /// Whether somebody other than the user who runs it agreed, as far as the operating system can
    /// tell.
    package func isSeparated(runBy user: String) -> Bool {
        isSeparatedByPeople || given.contains { $0.by.map { $0 != user } ?? false }
    }

    /// Whether somebody agreed whom the daemon knew, and who is not the one who made the plan.
    package var isSeparatedByPeople: Bool { !people.isEmpty }

    /// What is missing for the plan to be applied; nil when nothing is.
    package func missing(for plan: Plan, runBy user: String) -> String? {
        guard plan.needsApproval, given.isEmpty, people.isEmpty else { return nil }
        let policies = plan.approvals.map { "'\($0)'" }.joined(separator: ", ")
        return "the polic\(plan.approvals.count == 1 ? "y" : "ies") \(policies) "
            + "ask\(plan.approvals.count == 1 ? "s" : "") for a second person. Write the plan with "
            + "--plan FILE; they sign it with `daybook approve FILE`; then apply that file."
    }
}
