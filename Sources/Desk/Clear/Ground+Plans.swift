// SPDX-License-Identifier: Apache-2.0

package import Clearing
package import Records
import Retention
import TransparencyLog
import Vault

// From what somebody chose to a receipt.
extension ClearGround {
    /// What a clear of what somebody chose would do.
    package func plan(_ choice: ClearChoice) throws -> Plan {
        let book = try ground.known(choice.book)
        return try plan(
            choice.selectors(in: ground), for: choice.policy == nil ? .clear : .expiry, in: [book])
    }

    /// What erasing a person would do.
    ///
    /// - Parameter request: the request that it answers, by its code.
    package func erasurePlan(of person: String, request: String?) throws -> Plan {
        let person = try ground.onePerson(person)
        if let request {
            let known = try ground.ledger().request(request)
            guard let known, known.personID == person.id.rawValue else {
                throw DeskFailure(.noInput, "no request \(request) of this person is on record.")
            }
        }
        var selectors = Selectors()
        selectors.scope.personIDs = [person.id.rawValue]
        var plan = try plan(
            selectors, for: .erasure(request: request), in: ground.existingBooks)
        plan.forget = [person.id.rawValue]
        return plan
    }

    /// Carries out a plan that was made before, whatever it is: clear, expiry or erasure.
    ///
    /// What is due by age is so by the clock, so the clock is asked first. Of a person who is
    /// forgotten, the name goes out of other people's messages too.
    package func carryOut(_ plan: Plan) throws -> ClearReport {
        if plan.isByAge { try ground.requireRightClock() }
        var redact: (() throws -> [Derivative])?
        if let number = plan.forget.first,
            let person = try vault.people.person(PersonID(rawValue: number))
        {
            redact = { try redactions(of: person) }
        }
        return ClearReport(plan, try apply(plan, redact: redact))
    }
}

extension Ground {
    /// Records that somebody signed a plan.
    ///
    /// - Returns: the record.
    /// - Throws: `permission` where approvers were accepted and the key is none of theirs.
    package func keepApproval(_ approval: Approval) throws -> UInt64 {
        let approvers = try ledger().approvers(at: now)
        if !approvers.isEmpty { _ = try approver(of: approval.key, among: approvers) }
        var members = approval.json
        members["approved_by"] = .string(userName)
        members["key_comment"] = .string(approval.key.comment)
        return try keepHouse(.clearApproved, members, sealing: ["approved_by", "key_comment"])
    }
}

extension Plan {
    /// Whether what it names is due by the clock.
    package var isByAge: Bool { selectors.olderThan != nil || selectors.policy != nil }

    /// Whether some of what was chosen has to stay.
    package var keepsSome: Bool { classes.contains(where: \.hasToStay) }
}

extension Plan.Class {
    /// Whether it was chosen and cannot go: a hold, a rule or a restriction stands in the way.
    package var hasToStay: Bool {
        decision == "held" || decision == "restricted"
            || decision == "keep" && ground.hasPrefix("rule ")
    }
}

/// What a clear did, as measured.
package struct ClearReport: Sendable {
    package let plan: Plan
    package let outcome: ClearRun.Outcome

    package init(_ plan: Plan, _ outcome: ClearRun.Outcome) {
        self.plan = plan
        self.outcome = outcome
    }

    /// What became of all that was chosen.
    package var classes: [Plan.Class] { plan.classes(decidedAgain: outcome.selection.plan) }

    /// Whether some of what was chosen had to stay.
    package var keepsSome: Bool { classes.contains(where: \.hasToStay) }

    package var json: JSONObject {
        var object: JSONObject = [
            "plan_digest": .string(plan.digest.hex),
            "restricted": .number(String(outcome.restricted)),
            "classes": .array(classes.map { .object($0.json) }),
        ]
        object["receipt"] = outcome.receipt.map { .object($0.record) }
        object["receipt_file"] = outcome.receiptPath.map { .string($0) }
        return object
    }
}
