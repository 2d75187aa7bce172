// SPDX-License-Identifier: Apache-2.0

// MARK: - Plans, approvals and refusals

extension Event {
    /// Somebody chose what shall be cleared; nothing was cleared yet.
    ///
    /// - Parameters:
    ///   - planDigest: `plan_digest`: the plan, SHA-256 in hexadecimal.
    ///   - recordCount: `record_count`: records it would clear.
    ///   - expiresAt: `expires_at`: when it is of no use any more.
    ///   - plannedBy: `planned_by`: a reference to who made it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clearPlanned(
        planDigest: String, recordCount: Int64, expiresAt: Timestamp? = nil,
        plannedBy: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clearPlanned, at: timestamp, room: 4)
        event.put("plan_digest", planDigest)
        event.put("record_count", recordCount)
        event.put("expires_at", expiresAt)
        event.put("planned_by", plannedBy)
        event.add(fields)
        return event
    }

    /// A second person signed a plan.
    ///
    /// - Parameters:
    ///   - planDigest: `plan_digest`: the plan, SHA-256 in hexadecimal.
    ///   - signature: `sshsig`: over that digest, as `ssh-keygen -Y sign` writes it.
    ///   - approvedBy: `approved_by`: a reference to who signed.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clearApproved(
        planDigest: String, signature: String, approvedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clearApproved, at: timestamp, room: 3)
        event.put("plan_digest", planDigest)
        event.put("sshsig", signature)
        event.put("approved_by", approvedBy)
        event.add(fields)
        return event
    }

    /// A hold, a rule or a missing approval kept records from being cleared.
    ///
    /// - Parameters:
    ///   - ground: `ground`: the hold, the rule, or what was missing.
    ///   - recordCount: `record_count`: records that stay for it.
    ///   - planDigest: `plan_digest`: the plan, SHA-256 in hexadecimal.
    ///   - until: `until`: until when it stands in the way, where that is known.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clearRefused(
        ground: String, recordCount: Int64, planDigest: String? = nil, until: Timestamp? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clearRefused, at: timestamp, room: 4)
        event.put("ground", ground)
        event.put("record_count", recordCount)
        event.put("plan_digest", planDigest)
        event.put("until", until)
        event.add(fields)
        return event
    }
}
