// SPDX-License-Identifier: Apache-2.0

import Daybook
package import Desk
package import Logging
package import NIOPosix

/// What every part of the daemon works with.
package final class DaemonCore: Sendable {
    /// As whoever started the daemon; `ground(of:)` acts as somebody else.
    package let ground: Ground
    package let books: HeldBooks
    package let logger: Logger
    /// Threads for what blocks: appends, searches, verification. Never the pool of Swift's tasks.
    package let threads: NIOThreadPool

    package init(_ ground: Ground, logger: Logger) {
        self.ground = ground
        self.logger = logger
        books = HeldBooks(ground)
        threads = NIOThreadPool(numberOfThreads: ServerLimits.blockingThreads)
    }

    /// The directory of the books for acts of somebody: records name them.
    package func ground(of principal: Principal, voice: any Voice = SilentVoice()) -> Ground {
        var ground = ground
        ground.userName = principal.name
        ground.voice = voice
        return ground
    }

    /// Runs what blocks on a thread of its own.
    package func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await threads.runIfActive(body)
    }
}

/// For work that nobody watches.
package struct SilentVoice: Voice {
    package init() {}
    package func note(_ text: String) {}
    package func complain(_ text: String) {}
    package func progress(_ step: String, _ done: UInt64, of total: UInt64?, _ noun: String) {}
    package func endProgress() {}
}
