// SPDX-License-Identifier: Apache-2.0

import Book
package import Records

/// What somebody wants done that a second person has to agree to. The book `audit` is its only state.
package struct Proposal: Sendable, Hashable {
    package enum Act: String, Sendable, Hashable, CaseIterable {
        /// To carry out a plan; the subject is its digest.
        case clearApply = "clear_apply"
        /// To release a hold; the subject is its code.
        case holdRelease = "hold_release"
        /// To keep whole days of a book for less long; the subject is the book.
        case retentionAccept = "retention_accept"
        /// To give somebody roles; the subject is their name.
        case roleGrant = "role_grant"

        /// As people say it.
        package var words: String {
            switch self {
            case .clearApply: "carry out a plan"
            case .holdRelease: "release a hold"
            case .retentionAccept: "keep whole days for less long"
            case .roleGrant: "grant roles"
            }
        }
    }

    package enum Outcome: String, Sendable, Hashable {
        case done, declined, withdrawn
    }

    /// Where it stands.
    package enum State: Sendable, Hashable {
        case waiting
        case approved
        case expired
        case closed(Outcome)

        package var word: String {
            switch self {
            case .waiting: "waiting"
            case .approved: "approved"
            case .expired: "expired"
            case .closed(let outcome): outcome.rawValue
            }
        }
    }

    package let id: String
    package let act: Act
    package let subject: String
    package let madeBy: String
    package let made: Timestamp
    package let expires: Timestamp
    /// The record that says so.
    package let record: UInt64
    package var reason: String?
    /// What else has to be known to carry it out.
    package var details: JSONObject?
    /// Another person than who made it.
    package internal(set) var approvedBy: String?
    package internal(set) var approved: Timestamp?
    package internal(set) var outcome: Outcome?

    package init(
        id: String, act: Act, subject: String, madeBy: String, made: Timestamp,
        expires: Timestamp, record: UInt64 = 0
    ) {
        self.id = id
        self.act = act
        self.subject = subject
        self.madeBy = madeBy
        self.made = made
        self.expires = expires
        self.record = record
    }

    package func state(at now: Timestamp) -> State {
        if let outcome { return .closed(outcome) }
        if now >= expires { return .expired }
        return approvedBy == nil ? .waiting : .approved
    }

    /// The members of its record, `proposal_made`.
    package var members: JSONObject {
        var members: JSONObject = [
            "proposal_id": .string(id), "act": .string(act.rawValue), "subject": .string(subject),
            "expires": .string(expires.description),
        ]
        members["details"] = details.map { .object($0) }
        members["reason"] = reason.map { .string($0) }
        members["made_by"] = .string(madeBy)
        return members
    }

    /// Those of them that could identify somebody. Whom a role is for is a name, so the subject of
    /// such a proposal is, too.
    package var sealed: [String] {
        ["details", "reason", "made_by"] + (act == .roleGrant ? ["subject"] : [])
    }

    package func json(at now: Timestamp) -> JSONObject {
        var object: JSONObject = [
            "id": .string(id), "act": .string(act.rawValue), "subject": .string(subject),
            "state": .string(state(at: now).word), "made_by": .string(madeBy),
            "made": .string(made.description), "expires": .string(expires.description),
        ]
        object["reason"] = reason.map { .string($0) }
        object["details"] = details.map { .object($0) }
        object["approved_by"] = approvedBy.map { .string($0) }
        object["approved"] = approved.map { .string($0.description) }
        return object
    }

    /// Reads the record of a proposal; nil when it cannot be read: then there is none.
    init?(_ entry: LedgerEntry) {
        guard let id = entry.object.text("proposal_id"),
            let act = Act(rawValue: entry.object.text("act") ?? ""),
            let subject = entry.object.text("subject"),
            let madeBy = entry.object.text("made_by"), let expires = entry.instant("expires"),
            let recorded = entry.recorded
        else { return nil }
        self.init(
            id: id, act: act, subject: subject, madeBy: madeBy, made: recorded,
            expires: expires, record: entry.index)
        reason = entry.object.text("reason")
        details = entry.object["details"]?.objectValue
    }

    /// Takes an approval: of another person, in time, while it is open.
    mutating func approve(_ entry: LedgerEntry) {
        guard let by = entry.object.text("approved_by"), by != madeBy, approvedBy == nil,
            outcome == nil, let at = entry.recorded, at < expires
        else { return }
        approvedBy = by
        approved = at
    }

    mutating func close(_ entry: LedgerEntry) {
        guard outcome == nil else { return }
        outcome = Outcome(rawValue: entry.object.text("outcome") ?? "") ?? .declined
    }
}

extension Ledger {
    package func proposal(_ id: String) -> Proposal? { proposals.first { $0.id == id } }

    /// Those that wait for a second person, or were approved and not carried out yet, oldest first.
    package func openProposals(at now: Timestamp) -> [Proposal] {
        proposals.filter {
            switch $0.state(at: now) {
            case .waiting, .approved: true
            case .expired, .closed: false
            }
        }
    }

    /// The proposal of an act about a subject that is still open, the newest.
    package func openProposal(_ act: Proposal.Act, of subject: String, at now: Timestamp)
        -> Proposal?
    {
        openProposals(at: now).last { $0.act == act && $0.subject == subject }
    }
}
