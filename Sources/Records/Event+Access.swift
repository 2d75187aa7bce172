// SPDX-License-Identifier: Apache-2.0

// MARK: - Who may

extension Event {
    /// A token was made, with which a program or a person is known to the daemon.
    ///
    /// - Parameters:
    ///   - tokenID: `token_id`: its public part.
    ///   - roles: `roles`: what its holder may.
    ///   - expires: `expires`: until when.
    ///   - heldBy: `held_by`: a reference to who has it.
    ///   - madeBy: `made_by`: a reference to who made it.
    ///   - approvedBy: `approved_by`: a reference to who approved it, where roles take a second person.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func tokenMade(
        tokenID: String, roles: [String], expires: Timestamp, heldBy: String? = nil,
        madeBy: String? = nil, approvedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tokenMade, at: timestamp, room: 6)
        event.put("token_id", tokenID)
        event.put("roles", roles)
        event.put("expires", expires)
        event.put("held_by", heldBy)
        event.put("made_by", madeBy)
        event.put("approved_by", approvedBy)
        event.add(fields)
        return event
    }

    /// A token was taken away.
    ///
    /// - Parameters:
    ///   - tokenID: `token_id`: its public part.
    ///   - revokedBy: `revoked_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func tokenRevoked(
        tokenID: String, revokedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tokenRevoked, at: timestamp, room: 2)
        event.put("token_id", tokenID)
        event.put("revoked_by", revokedBy)
        event.add(fields)
        return event
    }

    /// Somebody was not let in, so often since an instant.
    ///
    /// - Parameters:
    ///   - route: `route`: what they asked for, as the table of routes writes it.
    ///   - reason: `reason`: why not.
    ///   - attemptCount: `attempt_count`: how often, since `since`.
    ///   - since: `since`: when it began, where it was more than once.
    ///   - principal: `principal`: a reference to who it was, where that is known.
    ///   - address: `address`: where from.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func accessDenied(
        route: String, reason: String, attemptCount: Int64, since: Timestamp? = nil,
        principal: String? = nil, address: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.accessDenied, at: timestamp, room: 6)
        event.put("route", route)
        event.put("reason", reason)
        event.put("attempt_count", attemptCount)
        event.put("since", since)
        event.put("principal", principal)
        event.put("address", address)
        event.add(fields)
        return event
    }

    /// Somebody signed in to the console.
    ///
    /// - Parameters:
    ///   - way: `way`: how they are known: `token`, `link` or `oidc`.
    ///   - principal: `principal`: a reference to who it is.
    ///   - address: `address`: where from.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func signedIn(
        way: String, principal: String? = nil, address: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.signedIn, at: timestamp, room: 3)
        event.put("way", way)
        event.put("principal", principal)
        event.put("address", address)
        event.add(fields)
        return event
    }
}
