// SPDX-License-Identifier: Apache-2.0

import Desk
import Synchronization

/// Sign-ins for which somebody was sent to a provider and has not come back yet. Each counts once.
final class WaitingSignIns: Sendable {
    struct SignIn: Sendable {
        /// What the token has to answer.
        let nonce: String
        /// What proves to the provider that we are who asked (PKCE, RFC 7636).
        let verifier: String
        /// Where they wanted to go.
        let next: String
        /// The settings by which it began.
        let provider: OIDCProvider
        /// The digest of what the browser's cookie holds.
        fileprivate let browser: String
        fileprivate let until: ContinuousClock.Instant
    }

    private struct Waiting {
        /// By the digest of the state.
        var signIns: [String: SignIn] = [:]
        /// Their keys by age.
        var order: [String] = []
    }

    private let waiting = Mutex(Waiting())

    /// Begins one.
    ///
    /// - Returns: the state that the provider sends back, and what the browser's cookie is to hold.
    func begin(_ provider: OIDCProvider, next: String, at now: ContinuousClock.Instant = .now)
        -> (state: String, browser: String, signIn: SignIn)
    {
        let state = Secret.make()
        let browser = Secret.make()
        let signIn = SignIn(
            nonce: Secret.make(), verifier: Secret.make(), next: next, provider: provider,
            browser: Secret.digest(browser),
            until: now + .seconds(ServerLimits.waitingSignInSeconds))
        let key = Secret.digest(state)
        waiting.withLock { waiting in
            waiting.signIns[key] = signIn
            waiting.order.append(key)
            // A flood makes the oldest begin again, and holds no more memory than this.
            guard waiting.order.count > ServerLimits.waitingSignIns else { return }
            let half = waiting.order.prefix(ServerLimits.waitingSignIns / 2)
            for key in half { waiting.signIns[key] = nil }
            waiting.order.removeFirst(half.count)
        }
        return (state, browser, signIn)
    }

    /// The sign-in of a state, for the browser that began it. Whoever asks, it is then gone.
    func use(_ state: String, browser: String, at now: ContinuousClock.Instant = .now) -> SignIn? {
        let found = waiting.withLock { $0.signIns.removeValue(forKey: Secret.digest(state)) }
        guard let found, found.until > now, Secret.isEqual(found.browser, Secret.digest(browser))
        else { return nil }
        return found
    }
}
