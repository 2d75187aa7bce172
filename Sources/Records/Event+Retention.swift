// SPDX-License-Identifier: Apache-2.0

// MARK: - Daybook's own records of policies, holds and requests

extension Event {
    /// What is kept how long was accepted, all policies at once.
    ///
    /// - Parameters:
    ///   - policySet: `policy_set`: a name for this set of policies.
    ///   - policyCount: `policy_count`: how many there are.
    ///   - effective: `effective`: from when on they bind.
    ///   - isShorter: `is_shorter`: whether any record may go earlier than before.
    ///   - needsApproval: `needs_approval`: whether they wait for a second person.
    ///   - policies: `policies`: the policies themselves.
    ///   - acceptedBy: `accepted_by`: a reference to who did it.
    ///   - approvedBy: `approved_by`: a reference to who approved them, where it is said again.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func policyAccepted(
        policySet: String, policyCount: Int64, effective: Timestamp, isShorter: Bool,
        needsApproval: Bool, policies: Fields, acceptedBy: String? = nil,
        approvedBy: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.policyAccepted, at: timestamp, room: 8)
        event.put("policy_set", policySet)
        event.put("policy_count", policyCount)
        event.put("effective", effective)
        event.put("is_shorter", isShorter)
        event.put("needs_approval", needsApproval)
        event.put("policies", policies)
        event.put("accepted_by", acceptedBy)
        event.put("approved_by", approvedBy)
        return event
    }

    /// A second person approved accepted policies.
    ///
    /// - Parameters:
    ///   - policySet: `policy_set`: the set of policies.
    ///   - approvedBy: `approved_by`: a reference to who did it.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func policyApproved(
        policySet: String, approvedBy: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.policyApproved, at: timestamp, room: 2)
        event.put("policy_set", policySet)
        event.put("approved_by", approvedBy)
        return event
    }

    /// A custodian of a legal hold was told of it, or said so.
    ///
    /// - Parameters:
    ///   - holdID: `hold_id`: the hold.
    ///   - stage: `stage`: `sent` or `acknowledged`.
    ///   - custodian: `custodian`: a reference to whom.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func holdNoticed(
        holdID: String, stage: String, custodian: String, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.holdNoticed, at: timestamp, room: 3)
        event.put("hold_id", holdID)
        event.put("stage", stage)
        event.put("custodian", custodian)
        return event
    }

    /// A person asked about the data that is kept of them.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - requestKind: `request_kind`: `access`, `portability`, `erasure` or `restriction`.
    ///   - due: `due`: when the answer is due.
    ///   - request: `request`: who asked, and how it was made sure that it is they.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func requestOpened(
        requestID: String, requestKind: String, due: Timestamp, request: Fields,
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.requestOpened, at: timestamp, room: 4)
        event.put("request_id", requestID)
        event.put("request_kind", requestKind)
        event.put("due", due)
        event.put("request", request)
        return event
    }

    /// A person was told that their answer takes longer.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - due: `due`: when the answer is due now.
    ///   - reason: `reason`: why.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func requestExtended(
        requestID: String, due: Timestamp, reason: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.requestExtended, at: timestamp, room: 3)
        event.put("request_id", requestID)
        event.put("due", due)
        event.put("reason", reason)
        return event
    }

    /// A person got their answer.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - outcome: `outcome`: `done`, `restricted`, `nothing`, `withdrawn` or `refused`.
    ///   - until: `until`: when what is restricted will be erased.
    ///   - rule: `rule`: what keeps it until then.
    ///   - reason: `reason`: why it was refused.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func requestAnswered(
        requestID: String, outcome: String, until: Timestamp? = nil, rule: String? = nil,
        reason: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.requestAnswered, at: timestamp, room: 5)
        event.put("request_id", requestID)
        event.put("outcome", outcome)
        event.put("until", until)
        event.put("rule", rule)
        event.put("reason", reason)
        return event
    }
    /// A file was imported, or so much of it.
    ///
    /// - Parameters:
    ///   - kind: `kind`: `chat` or `logs`.
    ///   - recorded: `recorded`: records that it gave.
    ///   - path: `path`: which file.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func importProgress(
        kind: String, recorded: Int64, path: String? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.importProgress, at: timestamp, room: 3)
        event.put("kind", kind)
        event.put("recorded", recorded)
        event.put("path", path)
        return event
    }

    /// How far the files of a source were read.
    ///
    /// - Parameters:
    ///   - name: `name`: the source.
    ///   - sequence: `sequence`: counts these records of the source.
    ///   - isFull: `is_full`: whether every file of the source is told.
    ///   - isComplete: `is_complete`: whether no further record belongs to it.
    ///   - files: `files`: positions, by file.
    ///   - chatSize: `chat_size`: records in the book chat by then.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func sourcePosition(
        name: String, sequence: Int64, isFull: Bool, isComplete: Bool, files: Fields,
        chatSize: Int64? = nil, at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.sourcePosition, at: timestamp, room: 6)
        event.put("name", name)
        event.put("sequence", sequence)
        event.put("is_full", isFull)
        event.put("is_complete", isComplete)
        event.put("chat_size", chatSize)
        event.put("files", files)
        return event
    }
}
