// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
package import Desk
package import Logging
package import NIOPosix
package import Sources
import Synchronization

/// What every part of the daemon works with.
package final class DaemonCore: Sendable {
    /// As whoever started the daemon, by the settings in effect; `ground(of:)` acts as somebody else.
    package var ground: Ground { state.withLock { $0.ground } }
    /// Counts how often settings were read: whatever was made of older ones is made again.
    package var generation: Int { state.withLock { $0.generation } }
    package let books: HeldBooks
    /// What the ways in over HTTP share.
    package let ingest: Ingest
    /// Who is let in.
    package let gate: Gate
    /// What is followed, and how it fares.
    package let sources: SourceHouse
    package let logger: Logger
    /// Threads for what blocks: appends, searches, verification. Never the pool of Swift's tasks.
    package let threads: NIOThreadPool
    /// Work that takes a while.
    package let jobs: Jobs

    private let state: Mutex<(ground: Ground, generation: Int)>

    package init(_ ground: Ground, logger: Logger) {
        state = Mutex((ground, 0))
        self.logger = logger
        books = HeldBooks(ground)
        ingest = Ingest(ground, books)
        let disk = ground.place("audit").disk
        jobs = Jobs { file in try? disk.remove(file) }
        gate = Gate(ground)
        sources = SourceHouse { [books] in try books.book($0) }
        threads = NIOThreadPool(numberOfThreads: ServerLimits.blockingThreads)
    }

    /// The directory of the books for acts of somebody: records name them.
    package func ground(of principal: Principal, voice: any Voice = SilentVoice()) -> Ground {
        var ground = ground
        ground.userName = principal.name
        ground.voice = voice
        return ground
    }

    /// Reads the settings again: what is masked, sealed and kept, how durable an append is, sources,
    /// notices. Where it listens stays as it was until the next start. Blocks.
    ///
    /// - Throws: what is wrong with the file; nothing has changed then.
    package func reload() throws {
        let old = ground
        let fresh = try Ground(logs: old.logs, keys: old.keys, voice: old.voice)
        // A source that hands over while the books change would only try again later.
        let isFollowing = sources.stop()
        defer { if isFollowing { sources.start(ground) } }
        try books.reopen(fresh)
        ingest.use(fresh)
        state.withLock { $0 = (fresh, $0.generation + 1) }
        gate.oidc.use(fresh.settings.access.oidc)
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
