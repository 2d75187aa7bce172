// SPDX-License-Identifier: Apache-2.0

/// Records about the vault's keys and the people in it.
extension Event {
    /// The vault's keys were put under a new key-encryption key.
    ///
    /// - Parameters:
    ///   - epochFrom: `epoch_from`: the epoch before, whose key-encryption key was destroyed.
    ///   - epochTo: `epoch_to`: the one in force.
    ///   - keyCount: `key_count`: keys that were wrapped anew.
    ///   - rotatedBy: `rotated_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func keysRotated(
        epochFrom: Int64, epochTo: Int64, keyCount: Int64, rotatedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.keysRotated, at: timestamp, room: 4)
        event.put("epoch_from", epochFrom)
        event.put("epoch_to", epochTo)
        event.put("key_count", keyCount)
        event.put("rotated_by", rotatedBy)
        event.add(fields)
        return event
    }

    /// A copy of the vault's keys was made.
    ///
    /// - Parameters:
    ///   - epoch: `epoch`: the epoch that it holds.
    ///   - expires: `expires`: when it will have been destroyed.
    ///   - place: `place`: where it is.
    ///   - madeBy: `made_by`: a reference to who made it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func keysBackedUp(
        epoch: Int64, expires: Timestamp, place: String? = nil, madeBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.keysBackedUp, at: timestamp, room: 4)
        event.put("epoch", epoch)
        event.put("expires", expires)
        event.put("place", place)
        event.put("made_by", madeBy)
        event.add(fields)
        return event
    }

    /// The vault's keys were taken from a copy.
    ///
    /// - Parameters:
    ///   - epochFrom: `epoch_from`: the epoch of the copy.
    ///   - epochTo: `epoch_to`: the one in force.
    ///   - keyCount: `key_count`: keys that are there now.
    ///   - restoredBy: `restored_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func keysRestored(
        epochFrom: Int64, epochTo: Int64, keyCount: Int64, restoredBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.keysRestored, at: timestamp, room: 4)
        event.put("epoch_from", epochFrom)
        event.put("epoch_to", epochTo)
        event.put("key_count", keyCount)
        event.put("restored_by", restoredBy)
        event.add(fields)
        return event
    }

    /// Who is who was changed.
    ///
    /// - Parameters:
    ///   - change: `change`: added, linked or merged.
    ///   - person: `person`: the person's number.
    ///   - account: `account`: which account.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func peopleChanged(
        change: String, person: String? = nil, account: String? = nil, changedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.peopleChanged, at: timestamp, room: 4)
        event.put("change", change)
        event.put("person", person)
        event.put("account", account)
        event.put("changed_by", changedBy)
        event.add(fields)
        return event
    }
}
