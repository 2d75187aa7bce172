// SPDX-License-Identifier: Apache-2.0

// MARK: - What a second person has to agree to

extension Event {
    /// Somebody wants something done that a second person has to agree to.
    ///
    /// - Parameters:
    ///   - proposalID: `proposal_id`: its code.
    ///   - act: `act`: `clear_apply`, `hold_release`, `retention_accept` or `role_grant`.
    ///   - subject: `subject`: what it is about: a plan's digest, a hold's code, a book, a token's name.
    ///   - expires: `expires`: until when it may be approved.
    ///   - details: `details`: what else has to be known to carry it out.
    ///   - reason: `reason`: why.
    ///   - madeBy: `made_by`: who proposes it.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func proposalMade(
        proposalID: String, act: String, subject: String, expires: Timestamp,
        details: Fields? = nil, reason: String? = nil, madeBy: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.proposalMade, at: timestamp, room: 7)
        event.put("proposal_id", proposalID)
        event.put("act", act)
        event.put("subject", subject)
        event.put("expires", expires)
        if let details { event.put("details", details) }
        event.put("reason", reason)
        event.put("made_by", madeBy)
        return event
    }

    /// A second person agreed.
    ///
    /// - Parameters:
    ///   - proposalID: `proposal_id`: the proposal.
    ///   - approvedBy: `approved_by`: who agreed.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func proposalApproved(
        proposalID: String, approvedBy: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.proposalApproved, at: timestamp, room: 2)
        event.put("proposal_id", proposalID)
        event.put("approved_by", approvedBy)
        return event
    }

    /// A proposal was carried out, declined or taken back.
    ///
    /// - Parameters:
    ///   - proposalID: `proposal_id`: the proposal.
    ///   - outcome: `outcome`: `done`, `declined` or `withdrawn`.
    ///   - reason: `reason`: why.
    ///   - closedBy: `closed_by`: who did.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func proposalClosed(
        proposalID: String, outcome: String, reason: String? = nil, closedBy: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.proposalClosed, at: timestamp, room: 4)
        event.put("proposal_id", proposalID)
        event.put("outcome", outcome)
        event.put("reason", reason)
        event.put("closed_by", closedBy)
        return event
    }
}
