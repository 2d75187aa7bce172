// SPDX-License-Identifier: Apache-2.0

// MARK: - Daybook's own records

extension Event {
    /// The tree head was signed.
    ///
    /// - Parameters:
    ///   - origin: `origin`: the book's name in it.
    ///   - size: `size`: records it covers.
    ///   - root: `root`: the root hash, base64.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func checkpointSigned(
        origin: String, size: Int64, root: String, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.checkpointSigned, at: timestamp, room: 3)
        event.put("origin", origin)
        event.put("size", size)
        event.put("root", root)
        event.add(fields)
        return event
    }

    /// A time-stamp for a checkpoint came in.
    ///
    /// - Parameters:
    ///   - anchorType: `anchor_type`: such as `rfc3161`.
    ///   - size: `size`: records the checkpoint covers.
    ///   - authority: `authority`: who gave it.
    ///   - tokenDigest: `token_digest`: SHA-256 of the token, in hexadecimal.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func anchorObtained(
        anchorType: String, size: Int64, authority: String? = nil, tokenDigest: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.anchorObtained, at: timestamp, room: 4)
        event.put("anchor_type", anchorType)
        event.put("size", size)
        event.put("authority", authority)
        event.put("token_digest", tokenDigest)
        event.add(fields)
        return event
    }

    /// A witness did not sign a checkpoint.
    ///
    /// - Parameters:
    ///   - witness: `witness`: its name.
    ///   - size: `size`: records the checkpoint covers.
    ///   - reason: `reason`: its answer.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func witnessRefused(
        witness: String, size: Int64, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.witnessRefused, at: timestamp, room: 3)
        event.put("witness", witness)
        event.put("size", size)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A day's records were sealed in a file.
    ///
    /// - Parameters:
    ///   - file: `file`: its name.
    ///   - firstIndex: `first_index`: the first record in it.
    ///   - recordCount: `record_count`: records in it.
    ///   - sizeBytes: `size_bytes`: its size, in bytes.
    ///   - digest: `digest`: SHA-256, in hexadecimal.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func segmentSealed(
        file: String, firstIndex: Int64, recordCount: Int64, sizeBytes: Int64, digest: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.segmentSealed, at: timestamp, room: 5)
        event.put("file", file)
        event.put("first_index", firstIndex)
        event.put("record_count", recordCount)
        event.put("size_bytes", sizeBytes)
        event.put("digest", digest)
        event.add(fields)
        return event
    }

    /// The oldest records of the book are removed, with the files that held them.
    ///
    /// - Parameters:
    ///   - firstIndex: `first_index`: the first record that goes.
    ///   - recordCount: `record_count`: how many go.
    ///   - root: `root`: the book's root over all records up to the last one that goes, base64.
    ///   - rule: `rule`: what demands it.
    ///   - fileCount: `file_count`: days that go.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func recordsPruned(
        firstIndex: Int64, recordCount: Int64, root: String, rule: String, fileCount: Int64,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.recordsPruned, at: timestamp, room: 5)
        event.put("first_index", firstIndex)
        event.put("record_count", recordCount)
        event.put("root", root)
        event.put("rule", rule)
        event.put("file_count", fileCount)
        event.add(fields)
        return event
    }

    /// Records left the book as a file.
    ///
    /// - Parameters:
    ///   - exportID: `export_id`: the export.
    ///   - recordCount: `record_count`: records in it.
    ///   - digest: `digest`: SHA-256 of the file, in hexadecimal.
    ///   - exportedBy: `exported_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func exportMade(
        exportID: String, recordCount: Int64, digest: String? = nil, exportedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.exportMade, at: timestamp, room: 4)
        event.put("export_id", exportID)
        event.put("record_count", recordCount)
        event.put("digest", digest)
        event.put("exported_by", exportedBy)
        event.add(fields)
        return event
    }

    /// Somebody read a record.
    ///
    /// - Parameters:
    ///   - book: `book`: which book.
    ///   - firstIndex: `first_index`: the first record read.
    ///   - recordCount: `record_count`: records read.
    ///   - viewedBy: `viewed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func recordViewed(
        book: String, firstIndex: Int64, recordCount: Int64, viewedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.recordViewed, at: timestamp, room: 4)
        event.put("book", book)
        event.put("first_index", firstIndex)
        event.put("record_count", recordCount)
        event.put("viewed_by", viewedBy)
        event.add(fields)
        return event
    }

    /// Somebody searched.
    ///
    /// - Parameters:
    ///   - query: `query`: what for, masked.
    ///   - hitCount: `hit_count`: records found.
    ///   - searchedBy: `searched_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func searchRun(
        query: String, hitCount: Int64, searchedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.searchRun, at: timestamp, room: 3)
        event.put("query", query)
        event.put("hit_count", hitCount)
        event.put("searched_by", searchedBy)
        event.add(fields)
        return event
    }

    /// A legal hold began: what it covers cannot be cleared.
    ///
    /// - Parameters:
    ///   - holdID: `hold_id`: the hold.
    ///   - reason: `reason`: why.
    ///   - scope: `scope`: what it covers.
    ///   - openedBy: `opened_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func holdOpened(
        holdID: String, reason: String, scope: String, openedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.holdOpened, at: timestamp, room: 4)
        event.put("hold_id", holdID)
        event.put("reason", reason)
        event.put("scope", scope)
        event.put("opened_by", openedBy)
        event.add(fields)
        return event
    }

    /// A legal hold ended.
    ///
    /// - Parameters:
    ///   - holdID: `hold_id`: the hold.
    ///   - reason: `reason`: why.
    ///   - releasedBy: `released_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func holdReleased(
        holdID: String, reason: String? = nil, releasedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.holdReleased, at: timestamp, room: 3)
        event.put("hold_id", holdID)
        event.put("reason", reason)
        event.put("released_by", releasedBy)
        event.add(fields)
        return event
    }

    /// How long records are kept was changed.
    ///
    /// - Parameters:
    ///   - policy: `policy`: which policy.
    ///   - newValue: `new_value`: after.
    ///   - oldValue: `old_value`: before.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func retentionChanged(
        policy: String, newValue: String, oldValue: String? = nil, changedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.retentionChanged, at: timestamp, room: 4)
        event.put("policy", policy)
        event.put("old_value", oldValue)
        event.put("new_value", newValue)
        event.put("changed_by", changedBy)
        event.add(fields)
        return event
    }

    /// Records were cleared.
    ///
    /// - Parameters:
    ///   - planDigest: `plan_digest`: the plan that was applied, SHA-256 in
    ///     hexadecimal.
    ///   - recordCount: `record_count`: records cleared.
    ///   - freedBytes: `freed_bytes`: bytes freed.
    ///   - approvedBy: `approved_by`: a reference to who approved it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func clearRun(
        planDigest: String, recordCount: Int64, freedBytes: Int64? = nil,
        approvedBy: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.clearRun, at: timestamp, room: 4)
        event.put("plan_digest", planDigest)
        event.put("record_count", recordCount)
        event.put("freed_bytes", freedBytes)
        event.put("approved_by", approvedBy)
        event.add(fields)
        return event
    }

    /// Somebody asked for erasure.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - person: `person`: a reference to whom it is about.
    ///   - receivedAt: `received_at`: when it came in.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func erasureRequested(
        requestID: String, person: String? = nil, receivedAt: Timestamp? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.erasureRequested, at: timestamp, room: 3)
        event.put("request_id", requestID)
        event.put("person", person)
        event.put("received_at", receivedAt)
        event.add(fields)
        return event
    }

    /// An erasure was carried out.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - recordCount: `record_count`: records it touched.
    ///   - receiptDigest: `receipt_digest`: SHA-256 of the receipt, in hexadecimal.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func erasureDone(
        requestID: String, recordCount: Int64, receiptDigest: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.erasureDone, at: timestamp, room: 3)
        event.put("request_id", requestID)
        event.put("record_count", recordCount)
        event.put("receipt_digest", receiptDigest)
        event.add(fields)
        return event
    }

    /// Records may be kept but not used.
    ///
    /// - Parameters:
    ///   - requestID: `request_id`: the request.
    ///   - until: `until`: until when.
    ///   - rule: `rule`: under which rule.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func restrictionSet(
        requestID: String, until: Timestamp? = nil, rule: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.restrictionSet, at: timestamp, room: 3)
        event.put("request_id", requestID)
        event.put("until", until)
        event.put("rule", rule)
        event.add(fields)
        return event
    }

    /// Somebody was told.
    ///
    /// - Parameters:
    ///   - recipient: `recipient`: a reference to whom.
    ///   - channel: `channel`: how.
    ///   - requestID: `request_id`: the request it belongs to.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func notificationSent(
        recipient: String, channel: String, requestID: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.notificationSent, at: timestamp, room: 3)
        event.put("request_id", requestID)
        event.put("recipient", recipient)
        event.put("channel", channel)
        event.add(fields)
        return event
    }
}
