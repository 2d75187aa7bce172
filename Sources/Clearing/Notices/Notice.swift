// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Records

/// What people are told before or after a policy clears. It names no person and no record.
package struct Notice: Sendable, Hashable {
    package enum Stage: String, Sendable, Hashable {
        case before, after
    }

    /// A code by which its attempts are known.
    package var id: String
    package var policy: String
    package var stage: Stage
    /// Records that will go, or went.
    package var records: Int
    /// Before: what is due until then is meant. After: when it was done.
    package var until: Timestamp

    package init(id: String, policy: String, stage: Stage, records: Int, until: Timestamp) {
        self.id = id
        self.policy = policy
        self.stage = stage
        self.records = records
        self.until = until
    }

    /// One sentence for people.
    package var text: String {
        let day = until.description.prefix(10)
        let what = records == 1 ? "1 record" : "\(records) records"
        return switch stage {
        case .before:
            "Daybook will clear \(what) under the policy \(policy), due until \(day). A legal hold "
                + "(daybook hold open) keeps what is needed."
        case .after: "Daybook cleared \(what) under the policy \(policy) on \(day)."
        }
    }

    /// For programs; `text` is what chat services show.
    package var json: JSONObject {
        [
            "text": .string(text), "notice": .string(id), "stage": .string(stage.rawValue),
            "policy": .string(policy), "record_count": .number(String(records)),
            "until": .string(until.description),
        ]
    }
}

/// One attempt to tell people, as its record has it.
package struct NoticeAttempt: Sendable, Hashable {
    package var notice: Notice
    /// `webhook`, `mail`, `file`, or `record`: nobody is named, so the record itself is the notice.
    package var channel: String
    package var at: Timestamp
    package var number: Int
    /// Why it failed; nil when it did not.
    package var failure: String?

    package init(
        notice: Notice, channel: String, at: Timestamp, number: Int, failure: String?
    ) {
        self.notice = notice
        self.channel = channel
        self.at = at
        self.number = number
        self.failure = failure
    }

    /// The members of its record. `recipient` and `reason` are sealed.
    package func members(recipient: String) -> JSONObject {
        var members: JSONObject = [
            "notice": .string(notice.id), "policy": .string(notice.policy),
            "stage": .string(notice.stage.rawValue),
            "record_count": .number(String(notice.records)),
            "until": .string(notice.until.description), "channel": .string(channel),
            "attempt": .number(String(number)),
            "outcome": .string(failure == nil ? "sent" : "failed"),
            "recipient": .string(recipient),
        ]
        members["reason"] = failure.map { .string($0) }
        return members
    }

    /// Nil for a record that is about something else.
    package init?(_ entry: LedgerEntry) {
        let object = entry.object
        guard entry.kind == .notificationSent, let id = object.text("notice"),
            let policy = object.text("policy"),
            let stage = object.text("stage").flatMap(Notice.Stage.init(rawValue:)),
            case .number(let count)? = object["record_count"], let records = Int(count),
            let until = entry.instant("until"), let channel = object.text("channel"),
            case .number(let attempt)? = object["attempt"], let number = Int(attempt),
            let outcome = object.text("outcome"), let at = entry.recorded
        else { return nil }
        notice = Notice(id: id, policy: policy, stage: stage, records: records, until: until)
        self.channel = channel
        self.at = at
        self.number = number
        failure = outcome == "sent" ? nil : object.text("reason") ?? "it failed"
    }
}

/// What was told until now, and what follows from it. Decides in values.
package struct NoticeBoard: Sendable {
    /// Attempts at one notice through one channel before it is given up.
    package static let mostAttempts = 12

    private static let dayMicroseconds: Int64 = 86_400_000_000

    package private(set) var attempts: [NoticeAttempt]

    package init(_ entries: [LedgerEntry]) { attempts = entries.compactMap { NoticeAttempt($0) } }

    package init(attempts: [NoticeAttempt]) { self.attempts = attempts }

    package mutating func add(_ attempt: NoticeAttempt) { attempts.append(attempt) }

    /// Notices whose last attempt through a channel failed: to be tried again.
    package var failing: [NoticeAttempt] {
        last.filter { $0.failure != nil && $0.number < Self.mostAttempts }
    }

    /// Those that were given up.
    package var givenUp: [NoticeAttempt] {
        last.filter { $0.failure != nil && $0.number >= Self.mostAttempts }
    }

    private var last: [NoticeAttempt] {
        var newest: [String: Int] = [:]
        for (place, attempt) in attempts.enumerated() {
            newest[attempt.notice.id + " " + attempt.channel] = place
        }
        return newest.values.sorted().map { attempts[$0] }
    }

    /// What is due until then may go now: somebody was told of it so many days ago. nil while
    /// nothing may.
    package func mayClear(_ policy: String, noticeDays: Int, at now: Timestamp) -> Timestamp? {
        guard noticeDays > 0 else { return now }
        let latest = now.microseconds - Int64(noticeDays) * Self.dayMicroseconds
        let until = attempts.filter {
            $0.notice.policy == policy && $0.notice.stage == .before && $0.failure == nil
                && $0.at.microseconds <= latest
        }.map(\.notice.until).max()
        return until.map { min($0, now) }
    }

    /// Until when a notice has to reach that is sent now; nil while the last one is enough, which
    /// it is for a day.
    package func needsNotice(_ policy: String, noticeDays: Int, at now: Timestamp) -> Timestamp? {
        guard noticeDays > 0 else { return nil }
        let until = now.microseconds + Int64(noticeDays) * Self.dayMicroseconds
        let told = attempts.filter {
            $0.notice.policy == policy && $0.notice.stage == .before && $0.failure == nil
        }.map(\.notice.until.microseconds).max()
        guard let told, until - told < Self.dayMicroseconds else {
            return Timestamp(microseconds: until)
        }
        return nil
    }
}
