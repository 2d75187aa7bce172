// SPDX-License-Identifier: Apache-2.0

import Book
import HTTPTypes
import Synchronization

/// How many searches run at once: each has a thread, and none waits in a queue that nobody sees.
final class SearchGate: Sendable {
    private let count = Mutex(0)

    /// Runs `body` on a thread of its own.
    ///
    /// - Throws: 429 while too many run.
    func start(_ body: @escaping @Sendable () -> Void) throws(HTTPFailure) {
        let isFree = count.withLock { count in
            guard count < ServerLimits.searches else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw HTTPFailure(
                .tooManyRequests,
                "\(ServerLimits.searches) searches run already; try again in a moment",
                headers: [.retryAfter: "1"])
        }
        _ = Worker("search") { [self] in
            body()
            count.withLock { $0 -= 1 }
        }
    }

    /// Runs `body` on a thread of its own as soon as there is one; returns when it has begun.
    ///
    /// - Throws: 429 when there was none for so long.
    func start(within patience: Duration, _ body: @escaping @Sendable () -> Void) async throws {
        let end = ContinuousClock.now + patience
        while true {
            do throws(HTTPFailure) {
                return try start(body)
            } catch {
                guard ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Runs `body` on a thread of its own, and waits for it without blocking.
    ///
    /// - Throws: 429 while too many run; what `body` throws.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            do throws(HTTPFailure) {
                try start { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
