// SPDX-License-Identifier: Apache-2.0

import Desk
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Watches a search from all of its threads: how far it is, and whether anybody still reads.
final class SearchWatch: Sendable {
    private struct State {
        var progress = Progress("search")
        var done: UInt64 = 0
        var isShown = true
    }

    private let state = Mutex(State())
    /// Whoever read the output has gone. Relaxed: it carries no other data.
    private let over = Atomic<Bool>(false)

    var isOver: Bool { over.load(ordering: .relaxed) }

    func readerIsGone() { over.store(true, ordering: .relaxed) }

    func report(_ done: UInt64, of total: UInt64) {
        state.withLock { state in
            state.done = max(state.done, done)
            guard state.isShown else { return }
            state.progress.report(state.done, of: total, "record")
        }
    }

    /// Removes the line and shows none again while rows come: they tell enough.
    func end() {
        state.withLock { state in
            state.progress.end()
            state.isShown = false
        }
    }

    var doneText: String { Words.count(state.withLock { $0.done }, "record") }
}
