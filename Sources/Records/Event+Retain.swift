// SPDX-License-Identifier: Apache-2.0

// MARK: - Files of others, clocks and schedules

extension Event {
    /// A file outside of the books goes.
    ///
    /// - Parameters:
    ///   - outcome: `outcome`: what becomes of it: `deleted` or `encrypted`.
    ///   - byteCount: `byte_count`: its size, in bytes.
    ///   - modified: `modified`: when it was changed last.
    ///   - rule: `rule`: what demands it.
    ///   - directory: `directory`: the directory that was cleared.
    ///   - path: `path`: its path below that.
    ///   - sha256: `sha256`: SHA-256, in hexadecimal.
    ///   - clearedBy: `cleared_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func fileCleared(
        outcome: String, byteCount: Int64, modified: Timestamp, rule: String, directory: String,
        path: String, sha256: String, clearedBy: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.fileCleared, at: timestamp, room: 8)
        event.put("outcome", outcome)
        event.put("byte_count", byteCount)
        event.put("modified", modified)
        event.put("rule", rule)
        event.put("directory", directory)
        event.put("path", path)
        event.put("sha256", sha256)
        event.put("cleared_by", clearedBy)
        event.add(fields)
        return event
    }

    /// A file whose record said that it went stayed after all.
    ///
    /// - Parameters:
    ///   - outcome: `outcome`: what was to become of it.
    ///   - byteCount: `byte_count`: its size, in bytes.
    ///   - modified: `modified`: when it was changed last.
    ///   - rule: `rule`: what demanded it.
    ///   - directory: `directory`: the directory that was cleared.
    ///   - path: `path`: its path below that.
    ///   - sha256: `sha256`: SHA-256, in hexadecimal.
    ///   - clearedBy: `cleared_by`: a reference to who did it.
    ///   - reason: `reason`: why it stayed.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func fileKept(
        outcome: String, byteCount: Int64, modified: Timestamp, rule: String, directory: String,
        path: String, sha256: String, clearedBy: String, reason: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.fileKept, at: timestamp, room: 9)
        event.put("outcome", outcome)
        event.put("byte_count", byteCount)
        event.put("modified", modified)
        event.put("rule", rule)
        event.put("directory", directory)
        event.put("path", path)
        event.put("sha256", sha256)
        event.put("cleared_by", clearedBy)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// The clock was found right, or not, before something was cleared.
    ///
    /// - Parameters:
    ///   - isRight: `is_right`: whether.
    ///   - why: `why`: what was found.
    ///   - boot: `boot`: the boot of the machine.
    ///   - uptimeSeconds: `uptime_seconds`: seconds since then.
    ///   - isSynchronised: `is_synchronised`: whether the system says so; missing where it does not say.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clockChecked(
        isRight: Bool, why: String, boot: String, uptimeSeconds: Int64, isSynchronised: Bool? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clockChecked, at: timestamp, room: 5)
        event.put("is_right", isRight)
        event.put("why", why)
        event.put("boot", boot)
        event.put("uptime_seconds", uptimeSeconds)
        event.put("is_synchronised", isSynchronised)
        event.add(fields)
        return event
    }

    /// Somebody said that the clock is right.
    ///
    /// - Parameters:
    ///   - isRight: `is_right`: whether it was found right.
    ///   - why: `why`: what was found.
    ///   - boot: `boot`: the boot of the machine.
    ///   - uptimeSeconds: `uptime_seconds`: seconds since then.
    ///   - isSynchronised: `is_synchronised`: whether the system says so; missing where it does not say.
    ///   - confirmedBy: `confirmed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clockConfirmed(
        isRight: Bool, why: String, boot: String, uptimeSeconds: Int64, isSynchronised: Bool? = nil,
        confirmedBy: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clockConfirmed, at: timestamp, room: 6)
        event.put("is_right", isRight)
        event.put("why", why)
        event.put("boot", boot)
        event.put("uptime_seconds", uptimeSeconds)
        event.put("is_synchronised", isSynchronised)
        event.put("confirmed_by", confirmedBy)
        event.add(fields)
        return event
    }

    /// Whether policies run by themselves, and when, was changed.
    ///
    /// - Parameters:
    ///   - action: `action`: installed or removed.
    ///   - kind: `kind`: systemd or crontab.
    ///   - when: `when`: at which times.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func scheduleChanged(
        action: String, kind: String, when: String, changedBy: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.scheduleChanged, at: timestamp, room: 4)
        event.put("action", action)
        event.put("kind", kind)
        event.put("when", when)
        event.put("changed_by", changedBy)
        event.add(fields)
        return event
    }

    /// Policies ran.
    ///
    /// - Parameters:
    ///   - cause: `cause`: what started it.
    ///   - clearedCount: `cleared_count`: records that were cleared.
    ///   - keptCount: `kept_count`: records that were due and kept.
    ///   - failedCount: `failed_count`: policies that failed.
    ///   - by: `by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func retainRun(
        cause: String, clearedCount: Int64, keptCount: Int64, failedCount: Int64, by: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.retainRun, at: timestamp, room: 5)
        event.put("cause", cause)
        event.put("cleared_count", clearedCount)
        event.put("kept_count", keptCount)
        event.put("failed_count", failedCount)
        event.put("by", by)
        event.add(fields)
        return event
    }
}
