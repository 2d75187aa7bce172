// SPDX-License-Identifier: Apache-2.0

import Records
import Synchronization

/// Why somebody reads chat: asked once for each session, kept in memory until it ends.
final class ReasonStore: Sendable {
    private struct Entry {
        let reason: String
        let until: Timestamp
    }

    private let reasons = Mutex<[Principal.Origin: Entry]>([:])

    func reason(of principal: Principal, at now: Timestamp) -> String? {
        reasons.withLock { reasons in
            guard let entry = reasons[principal.origin], entry.until > now else { return nil }
            return entry.reason
        }
    }

    func take(_ reason: String, of principal: Principal, at now: Timestamp) {
        let end = Timestamp(
            microseconds: now.microseconds + ServerLimits.reasonSeconds * 1_000_000)
        reasons.withLock { reasons in
            reasons = reasons.filter { $0.value.until > now }
            reasons[principal.origin] = Entry(reason: reason, until: end)
        }
    }

    func forget(_ principal: Principal) {
        _ = reasons.withLock { $0.removeValue(forKey: principal.origin) }
    }
}
