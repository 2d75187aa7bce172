// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Slows down whoever tries to sign in and fails: five tries are free, then each doubles the wait, up
/// to a quarter of an hour. By address, and bounded.
final class SignInThrottle: Sendable {
    private struct Failures {
        var count = 0
        var until: ContinuousClock.Instant
        var last: ContinuousClock.Instant
    }

    private let failures = Mutex<[String: Failures]>([:])

    /// Seconds until the next try is looked at; nil when it may be made now.
    func wait(_ address: String, at now: ContinuousClock.Instant = .now) -> Int? {
        failures.withLock { failures in
            guard let known = failures[address], known.until > now else { return nil }
            return Int((known.until - now).components.seconds) + 1
        }
    }

    func failed(_ address: String, at now: ContinuousClock.Instant = .now) {
        failures.withLock { failures in
            if failures.count >= ServerLimits.throttledAddresses {
                let edge = now - .seconds(ServerLimits.signInWaitSeconds)
                failures = failures.filter { $0.value.last > edge }
                // A flood from everywhere: the list begins anew rather than grow.
                if failures.count >= ServerLimits.throttledAddresses { failures = [:] }
            }
            var known = failures[address] ?? Failures(until: now, last: now)
            known.count += 1
            known.last = now
            let beyond = known.count - ServerLimits.freeSignIns
            if beyond >= 0 {
                let seconds = min(1 << min(beyond, 20), ServerLimits.signInWaitSeconds)
                known.until = now + .seconds(seconds)
            }
            failures[address] = known
        }
    }

    func succeeded(_ address: String) {
        failures.withLock { _ = $0.removeValue(forKey: address) }
    }
}
