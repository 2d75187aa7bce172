// SPDX-License-Identifier: Apache-2.0

// MARK: - Market data

extension Event {
    /// A market data feed is there.
    ///
    /// - Parameters:
    ///   - feed: `feed`: its name.
    ///   - url: `url`: where, without credentials.
    ///   - subscriptions: `subscriptions`: what it delivers.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func feedConnected(
        feed: String, url: String? = nil, subscriptions: [String]? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.feedConnected, at: timestamp, room: 3)
        event.put("feed", feed)
        event.put("url", url)
        event.put("subscriptions", subscriptions)
        event.add(fields)
        return event
    }

    /// A market data feed is gone.
    ///
    /// - Parameters:
    ///   - feed: `feed`: its name.
    ///   - reason: `reason`: why.
    ///   - lastMessageAt: `last_message_at`: its last message.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func feedLost(
        feed: String, reason: String? = nil, lastMessageAt: Timestamp? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.feedLost, at: timestamp, room: 3)
        event.put("feed", feed)
        event.put("reason", reason)
        event.put("last_message_at", lastMessageAt)
        event.add(fields)
        return event
    }

    /// A market data feed is there but silent.
    ///
    /// - Parameters:
    ///   - feed: `feed`: its name.
    ///   - asset: `asset`: what is stale.
    ///   - ageMilliseconds: `age_ms`: age of its newest data, in milliseconds.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func feedStale(
        feed: String, asset: String? = nil, ageMilliseconds: Int64? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.feedStale, at: timestamp, room: 3)
        event.put("feed", feed)
        event.put("asset", asset)
        event.put("age_ms", ageMilliseconds)
        event.add(fields)
        return event
    }

    /// Messages are missing.
    ///
    /// - Parameters:
    ///   - feed: `feed`: the feed or session.
    ///   - expected: `expected`: the number that should have come.
    ///   - received: `received`: the number that came.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func sequenceGap(
        feed: String, expected: Int64, received: Int64, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.sequenceGap, at: timestamp, room: 3)
        event.put("feed", feed)
        event.put("expected", expected)
        event.put("received", received)
        event.add(fields)
        return event
    }

    /// The digest of a snapshot of the market.
    ///
    /// - Parameters:
    ///   - feed: `feed`: its name.
    ///   - digest: `digest`: SHA-256, in hexadecimal.
    ///   - asset: `asset`: what it shows.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func snapshotDigest(
        feed: String, digest: String, asset: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.snapshotDigest, at: timestamp, room: 3)
        event.put("feed", feed)
        event.put("digest", digest)
        event.put("asset", asset)
        event.add(fields)
        return event
    }
}

// MARK: - Sessions with a venue

extension Event {
    /// A session with a venue began.
    ///
    /// - Parameters:
    ///   - session: `session`: its name.
    ///   - venue: `venue`: market identifier code or name.
    ///   - heartbeatSeconds: `heartbeat_seconds`: the agreed interval, in seconds.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func sessionLogon(
        session: String, venue: String? = nil, heartbeatSeconds: Int64? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.sessionLogon, at: timestamp, room: 3)
        event.put("session", session)
        event.put("venue", venue)
        event.put("heartbeat_seconds", heartbeatSeconds)
        event.add(fields)
        return event
    }

    /// A session with a venue ended.
    ///
    /// - Parameters:
    ///   - session: `session`: its name.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func sessionLogout(
        session: String, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.sessionLogout, at: timestamp, room: 2)
        event.put("session", session)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A message went to a venue.
    ///
    /// - Parameters:
    ///   - session: `session`: the session.
    ///   - messageType: `message_type`: its type.
    ///   - digest: `digest`: SHA-256 of its bytes, in hexadecimal.
    ///   - sequenceNumber: `sequence_number`: its number.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func messageSent(
        session: String, messageType: String, digest: String? = nil,
        sequenceNumber: Int64? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.messageSent, at: timestamp, room: 4)
        event.put("session", session)
        event.put("message_type", messageType)
        event.put("digest", digest)
        event.put("sequence_number", sequenceNumber)
        event.add(fields)
        return event
    }

    /// A message came from a venue.
    ///
    /// - Parameters:
    ///   - session: `session`: the session.
    ///   - messageType: `message_type`: its type.
    ///   - digest: `digest`: SHA-256 of its bytes, in hexadecimal.
    ///   - sequenceNumber: `sequence_number`: its number.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func messageReceived(
        session: String, messageType: String, digest: String? = nil,
        sequenceNumber: Int64? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.messageReceived, at: timestamp, room: 4)
        event.put("session", session)
        event.put("message_type", messageType)
        event.put("digest", digest)
        event.put("sequence_number", sequenceNumber)
        event.add(fields)
        return event
    }

    /// A rate limit held something back.
    ///
    /// - Parameters:
    ///   - limitName: `limit_name`: the limit.
    ///   - session: `session`: the session.
    ///   - waitMilliseconds: `wait_ms`: how long, in milliseconds.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func throttleHit(
        limitName: String, session: String? = nil, waitMilliseconds: Int64? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.throttleHit, at: timestamp, room: 3)
        event.put("limit_name", limitName)
        event.put("session", session)
        event.put("wait_ms", waitMilliseconds)
        event.add(fields)
        return event
    }

    /// The numbering of a session began anew.
    ///
    /// - Parameters:
    ///   - session: `session`: the session.
    ///   - newSequenceNumber: `new_sequence_number`: the next number.
    ///   - oldSequenceNumber: `old_sequence_number`: the number before.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func sequenceReset(
        session: String, newSequenceNumber: Int64, oldSequenceNumber: Int64? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.sequenceReset, at: timestamp, room: 3)
        event.put("session", session)
        event.put("new_sequence_number", newSequenceNumber)
        event.put("old_sequence_number", oldSequenceNumber)
        event.add(fields)
        return event
    }
}

// MARK: - The program itself

extension Event {
    /// The program started.
    ///
    /// - Parameters:
    ///   - version: `version`: its version.
    ///   - strategyClass: `strategy_class`: the class of the strategy it runs.
    ///   - broker: `broker`: the broker's name.
    ///   - mode: `mode`: backtest, paper or live.
    ///   - checkpointIntervalSeconds: `checkpoint_interval_seconds`: seconds between
    ///     its own checkpoints.
    ///   - reconciliationStrategy: `reconciliation_strategy`: what it does about
    ///     differences.
    ///   - shadowMode: `shadow_mode`: whether it runs beside the real one.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func systemStartup(
        version: String? = nil, strategyClass: String? = nil, broker: String? = nil,
        mode: TradingMode? = nil, checkpointIntervalSeconds: Int64? = nil,
        reconciliationStrategy: String? = nil, shadowMode: Bool? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.systemStartup, at: timestamp, room: 7)
        event.put("version", version)
        event.put("strategy_class", strategyClass)
        event.put("broker", broker)
        event.put("mode", mode)
        event.put("checkpoint_interval_seconds", checkpointIntervalSeconds)
        event.put("reconciliation_strategy", reconciliationStrategy)
        event.put("shadow_mode", shadowMode)
        event.add(fields)
        return event
    }

    /// The program ends.
    ///
    /// - Parameters:
    ///   - reason: `reason`: why.
    ///   - uptimeSeconds: `uptime_seconds`: seconds since its start.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func systemShutdown(
        reason: String? = nil, uptimeSeconds: Int64? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.systemShutdown, at: timestamp, room: 2)
        event.put("reason", reason)
        event.put("uptime_seconds", uptimeSeconds)
        event.add(fields)
        return event
    }

    /// Something failed.
    ///
    /// - Parameters:
    ///   - errorMessage: `error_message`: the words of the failure.
    ///   - exceptionType: `exception_type`: its type.
    ///   - component: `component`: where.
    ///   - traceback: `traceback`: the calls that led there.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func systemError(
        errorMessage: String, exceptionType: String? = nil, component: String? = nil,
        traceback: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.systemError, at: timestamp, room: 4)
        event.put("error_message", errorMessage)
        event.put("exception_type", exceptionType)
        event.put("component", component)
        event.put("traceback", traceback)
        event.add(fields)
        return event
    }

    /// The program came back after it ended without saying so.
    ///
    /// - Parameters:
    ///   - reason: `reason`: why it ended, if known.
    ///   - lastSeen: `last_seen`: its last sign of life.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func crashRecovered(
        reason: String? = nil, lastSeen: Timestamp? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.crashRecovered, at: timestamp, room: 2)
        event.put("reason", reason)
        event.put("last_seen", lastSeen)
        event.add(fields)
        return event
    }

    /// A setting was changed.
    ///
    /// - Parameters:
    ///   - setting: `setting`: its name.
    ///   - oldValue: `old_value`: before, as text.
    ///   - newValue: `new_value`: after, as text.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func configChanged(
        setting: String, oldValue: String? = nil, newValue: String? = nil,
        changedBy: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.configChanged, at: timestamp, room: 4)
        event.put("setting", setting)
        event.put("old_value", oldValue)
        event.put("new_value", newValue)
        event.put("changed_by", changedBy)
        event.add(fields)
        return event
    }

    /// A secret was replaced. Its name is recorded, never its value.
    ///
    /// - Parameters:
    ///   - secretName: `secret_name`: its name.
    ///   - rotatedBy: `rotated_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func secretRotated(
        secretName: String, rotatedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.secretRotated, at: timestamp, room: 2)
        event.put("secret_name", secretName)
        event.put("rotated_by", rotatedBy)
        event.add(fields)
        return event
    }

    /// How well the clock is synchronised.
    ///
    /// - Parameters:
    ///   - synchronized: `synchronized`: whether it is.
    ///   - offsetMicroseconds: `offset_us`: estimated offset, in microseconds.
    ///   - uncertaintyMicroseconds: `uncertainty_us`: how sure that is, in
    ///     microseconds.
    ///   - clockSource: `clock_source`: what it follows.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func clockSyncStatus(
        synchronized: Bool, offsetMicroseconds: Int64? = nil,
        uncertaintyMicroseconds: Int64? = nil, clockSource: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clockSyncStatus, at: timestamp, room: 4)
        event.put("synchronized", synchronized)
        event.put("offset_us", offsetMicroseconds)
        event.put("uncertainty_us", uncertaintyMicroseconds)
        event.put("clock_source", clockSource)
        event.add(fields)
        return event
    }

    /// The clock jumped.
    ///
    /// - Parameters:
    ///   - stepMicroseconds: `step_us`: by how much, in microseconds; below zero when
    ///     back.
    ///   - clockSource: `clock_source`: what it follows.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func clockStepDetected(
        stepMicroseconds: Int64, clockSource: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clockStepDetected, at: timestamp, room: 2)
        event.put("step_us", stepMicroseconds)
        event.put("clock_source", clockSource)
        event.add(fields)
        return event
    }

    /// The program is alive.
    ///
    /// - Parameters:
    ///   - component: `component`: which part.
    ///   - sequenceNumber: `sequence_number`: the number of the beat.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func heartbeat(
        component: String? = nil, sequenceNumber: Int64? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.heartbeat, at: timestamp, room: 2)
        event.put("component", component)
        event.put("sequence_number", sequenceNumber)
        event.add(fields)
        return event
    }

    /// Space for records is running out.
    ///
    /// - Parameters:
    ///   - path: `path`: where.
    ///   - freeBytes: `free_bytes`: bytes left.
    ///   - thresholdBytes: `threshold_bytes`: bytes at which this is said.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func diskLow(
        path: String, freeBytes: Int64, thresholdBytes: Int64? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.diskLow, at: timestamp, room: 3)
        event.put("path", path)
        event.put("free_bytes", freeBytes)
        event.put("threshold_bytes", thresholdBytes)
        event.add(fields)
        return event
    }

    /// Records are missing here, and it is known.
    ///
    /// - Parameters:
    ///   - reason: `reason`: why.
    ///   - firstMissing: `first_missing`: first index or ordinal that is missing.
    ///   - missingCount: `missing_count`: how many.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func logGapDeclared(
        reason: String, firstMissing: Int64? = nil, missingCount: Int64? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.logGapDeclared, at: timestamp, room: 3)
        event.put("reason", reason)
        event.put("first_missing", firstMissing)
        event.put("missing_count", missingCount)
        event.add(fields)
        return event
    }
}
