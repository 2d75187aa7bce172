// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import Records
import Synchronization

/// Who is signed in to the console. Kept in memory alone: a daemon that starts again knows nobody.
///
/// A session ends 30 minutes after its last request, 12 hours after it began, and with what it began
/// with: a token of ours, or one that a provider signed.
final class SessionStore: Sendable {
    struct Session: Sendable {
        /// Public: records and `Principal.Origin` name it.
        let id: String
        let principal: Principal
        /// The token that was shown for it; the session ends with the token.
        let token: String?
        /// The settings of the provider that says who it is; the session ends when they change.
        let provider: OIDCChoice?
        /// When what the provider signed is over.
        let until: Timestamp?
        /// What it signed, to sign out there with; nil when that is too long for an address.
        let idToken: String?
        /// What forms and scripts have to send back.
        let csrf: String
        fileprivate let made: ContinuousClock.Instant
        fileprivate var used: ContinuousClock.Instant
    }

    /// By the digest of what the cookie holds.
    private let sessions = Mutex<[String: Session]>([:])

    /// Begins one.
    ///
    /// - Returns: what the cookie holds.
    func begin(
        _ principal: Principal, token: String?, provider: OIDCChoice? = nil,
        until: Timestamp? = nil, idToken: String? = nil, at now: ContinuousClock.Instant = .now
    ) -> String {
        let secret = Secret.make()
        let id = Secret.name()
        var principal = principal
        principal.origin = .session(id)
        let session = Session(
            id: id, principal: principal, token: token, provider: provider, until: until,
            idToken: idToken.flatMap { $0.utf8.count <= ServerLimits.hintBytes ? $0 : nil },
            csrf: Secret.make(), made: now, used: now)
        sessions.withLock { sessions in
            if sessions.count >= ServerLimits.sessions {
                sessions = sessions.filter { !Self.isOver($0.value, now) }
            }
            // Still full: whoever was away longest signs in again.
            if sessions.count >= ServerLimits.sessions,
                let oldest = sessions.min(by: { $0.value.used < $1.value.used })
            {
                sessions[oldest.key] = nil
            }
            sessions[Secret.digest(secret)] = session
        }
        return secret
    }

    /// The session of a cookie, which counts as a use of it; nil for none, and for one that is over.
    func find(_ cookie: String, at now: ContinuousClock.Instant = .now) -> Session? {
        let key = Secret.digest(cookie)
        return sessions.withLock { sessions in
            guard var session = sessions[key] else { return nil }
            guard !Self.isOver(session, now) else {
                sessions[key] = nil
                return nil
            }
            session.used = now
            sessions[key] = session
            return session
        }
    }

    /// A session by its public id, without counting as a use; nil for one that is over.
    func find(id: String, at now: ContinuousClock.Instant = .now) -> Session? {
        sessions.withLock { $0.values.first { $0.id == id && !Self.isOver($0, now) } }
    }

    func end(id: String) {
        sessions.withLock { sessions in sessions = sessions.filter { $0.value.id != id } }
    }

    private static func isOver(_ session: Session, _ now: ContinuousClock.Instant) -> Bool {
        now - session.used > .seconds(ServerLimits.sessionIdleSeconds)
            || now - session.made > .seconds(ServerLimits.sessionSeconds)
    }
}
