// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
import Retention
import TransparencyLog

// What a second person has to agree to, where a daemon knows who is who. The command line of one
// user has no second person: it acts at once, and receipts say "no separation of duties".
extension Ground {
    /// Keeps a proposal. Where the same is proposed already, that one is returned.
    ///
    /// - Parameter expires: until when it may be approved; nil is a week.
    package func propose(
        _ act: Proposal.Act, _ subject: String, reason: String? = nil,
        details: JSONObject? = nil, expires: Timestamp? = nil
    ) throws -> Proposal {
        try deciding {
            try proposeAlone(act, subject, reason: reason, details: details, expires: expires)
        }
    }

    private func proposeAlone(
        _ act: Proposal.Act, _ subject: String, reason: String?, details: JSONObject?,
        expires: Timestamp?
    ) throws -> Proposal {
        let now = now
        if let known = try ledger().openProposal(act, of: subject, at: now),
            known.details == details
        {
            return known
        }
        var proposal = Proposal(
            id: ShortCode.make("v"), act: act, subject: subject, madeBy: userName, made: now,
            expires: expires
                ?? Timestamp(microseconds: now.microseconds + DeskLimits.proposalMicroseconds))
        proposal.reason = reason
        proposal.details = details
        try keepHouse(.proposalMade, proposal.members, sealing: proposal.sealed)
        guard let kept = try ledger().proposal(proposal.id), kept.subject == subject,
            kept.details == details, kept.madeBy == userName
        else {
            throw DeskFailure(
                .badInput,
                "proposal \(proposal.id) does not say what was asked: masking took something out. "
                    + "Propose it again without secrets in its words.")
        }
        return kept
    }

    /// Approves a proposal as the second person.
    ///
    /// - Throws: `permission` for whoever made it; `usage` when it waits no more; `noInput` when
    ///   there is none of that code.
    package func approveProposal(_ id: String) throws -> Proposal {
        try deciding { try approveAlone(id) }
    }

    private func approveAlone(_ id: String) throws -> Proposal {
        let found = try knownProposal(id)
        switch found.state(at: now) {
        case .waiting: break
        case .approved: return found
        case .expired: throw DeskFailure(.usage, "proposal \(id) is over; propose it again")
        case .closed(let outcome):
            throw DeskFailure(.usage, "proposal \(id) is \(outcome.rawValue) already")
        }
        guard found.madeBy != userName else {
            throw DeskFailure(
                .permission,
                "\(userName) proposed \(id), so another person has to approve it.")
        }
        try keepHouse(
            .proposalApproved,
            ["proposal_id": .string(id), "approved_by": .string(userName)],
            sealing: ["approved_by"])
        let after = try knownProposal(id)
        guard after.approvedBy == userName else {
            throw DeskFailure(.usage, "proposal \(id) was decided meanwhile: look at it again")
        }
        return after
    }

    /// Closes a proposal: as done, declined by somebody else, or taken back by whoever made it.
    package func closeProposal(
        _ id: String, _ outcome: Proposal.Outcome, reason: String? = nil
    ) throws {
        try deciding { try closeAlone(id, outcome, reason: reason) }
    }

    /// Closes a proposal while nobody else decides: only in `deciding`.
    func closeAlone(_ id: String, _ outcome: Proposal.Outcome, reason: String? = nil) throws {
        let found = try knownProposal(id)
        if case .closed(let outcome) = found.state(at: now) {
            throw DeskFailure(.usage, "proposal \(id) is \(outcome.rawValue) already")
        }
        if outcome == .withdrawn, found.madeBy != userName {
            throw DeskFailure(
                .permission, "only \(found.madeBy) can take proposal \(id) back; others decline it")
        }
        var members: JSONObject = [
            "proposal_id": .string(id), "outcome": .string(outcome.rawValue),
        ]
        members["reason"] = reason.map { .string($0) }
        members["closed_by"] = .string(userName)
        try keepHouse(.proposalClosed, members, sealing: ["reason", "closed_by"])
    }

    /// A proposal by its code.
    package func knownProposal(_ id: String) throws -> Proposal {
        guard let found = try ledger().proposal(id) else {
            throw DeskFailure(.noInput, "there is no proposal \(id)")
        }
        return found
    }

    /// Proposals that wait or may be carried out, the newest first.
    ///
    /// - Parameter all: those that are over, too.
    package func proposals(all: Bool = false) throws -> [Proposal] {
        let ledger = try ledger()
        return (all ? ledger.proposals : ledger.openProposals(at: now)).reversed()
    }

    /// Approves a proposal as the second person, and carries out what needs no more than that: the
    /// release of a hold, and a shorter policy of whole days.
    ///
    /// - Returns: what was done; nil for an act that is carried out elsewhere.
    /// - Throws: as `approveProposal`.
    package func approveAndCarryOut(_ id: String) throws -> JSONObject? {
        try deciding { try carryOut(try approveAlone(id)) }
    }

    private func carryOut(_ proposal: Proposal) throws -> JSONObject? {
        guard case .approved = proposal.state(at: now), let approver = proposal.approvedBy else {
            throw DeskFailure(.permission, "proposal \(proposal.id) is not approved")
        }
        let done: JSONObject
        switch proposal.act {
        case .holdRelease:
            let released = try releaseHold(
                proposal.subject, reason: proposal.reason, approver: approver)
            done = [
                "hold_id": .string(released.hold),
                "record": released.record.map { .number(String($0)) } ?? .null,
                "erasures_waiting": .number(String(released.waiting)),
            ]
        case .retentionAccept:
            let report = try retention(of: proposal.subject)
            guard proposal.details == ["policy": .object(report.proposed.json)] else {
                throw DeskFailure(
                    .badInput,
                    "daybook.yaml proposes something else for \(proposal.subject) now than what was "
                        + "approved: propose it again")
            }
            let accepted = try acceptRetention(report)
            done = [
                "book": .string(report.name),
                "record": accepted.record.map { .number(String($0)) } ?? .null,
            ]
        case .clearApply, .roleGrant: return nil
        }
        try closeAlone(proposal.id, .done)
        return done
    }
}
