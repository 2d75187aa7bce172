// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Synchronization

/// Bytes of requests that may be in memory at once. Whoever would go beyond is told to come again:
/// nothing is queued without bound, and nothing is dropped.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(_ limit: Int) { self.limit = limit }

    /// Bytes in flight.
    var inFlight: Int { used.withLock { $0 } }

    fileprivate func take(_ count: Int) -> Bool {
        used.withLock { used in
            guard used + count <= limit else { return false }
            used += count
            return true
        }
    }

    fileprivate func giveBack(_ count: Int) { used.withLock { $0 -= count } }
}

/// The share of one request, given back when nobody holds it any more.
final class BytePermit: Sendable {
    private let budget: ByteBudget
    private let held = Mutex(0)

    init(_ budget: ByteBudget) { self.budget = budget }

    /// - Throws: 429 when there is no room.
    func grow(by count: Int) throws(HTTPFailure) {
        guard budget.take(count) else {
            throw HTTPFailure(
                .tooManyRequests,
                "more is on its way than there is room for; send it again in a second",
                headers: [.retryAfter: "1"])
        }
        held.withLock { $0 += count }
    }

    deinit { budget.giveBack(held.withLock { $0 }) }
}
