// SPDX-License-Identifier: Apache-2.0

import Desk
import Synchronization

/// Links that sign in once, within ten minutes.
final class SignInLinks: Sendable {
    private struct Link {
        let principal: Principal
        let until: ContinuousClock.Instant
    }

    /// By the digest of the code.
    private let links = Mutex<[String: Link]>([:])

    /// Makes one.
    ///
    /// - Returns: its code; nil while too many wait to be used.
    func make(_ principal: Principal, at now: ContinuousClock.Instant = .now) -> String? {
        let code = Secret.make()
        return links.withLock { links in
            links = links.filter { $0.value.until > now }
            guard links.count < ServerLimits.signInLinks else { return nil }
            links[Secret.digest(code)] = Link(
                principal: principal, until: now + .seconds(ServerLimits.signInLinkSeconds))
            return code
        }
    }

    /// Whom a code signs in; nil for none, one that is over, and one that was used.
    func use(_ code: String, at now: ContinuousClock.Instant = .now) -> Principal? {
        let link = links.withLock { $0.removeValue(forKey: Secret.digest(code)) }
        guard let link, link.until > now else { return nil }
        return link.principal
    }
}
