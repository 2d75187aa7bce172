// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The batches that were taken, as many as the window has: the oldest are forgotten.
final class BatchKeys: Sendable {
    /// What beginning a batch found.
    enum Beginning {
        /// It is the caller's to append, all but what is in the books already. `end` it.
        case begun([Landed])
        /// Another request appends it at this moment.
        case running
        /// The key was another batch's.
        case different
    }

    fileprivate struct Entry {
        let content: BatchKey.Digest
        var landed: [Landed]
        /// While a request appends it: how far each book was known to be when that began. Its marks
        /// stand behind.
        var running: [String: UInt64]?
    }

    fileprivate struct State {
        var entries: [BatchKey.Digest: Entry] = [:]
        /// Keys by age; those before `oldest` are gone.
        var order: [BatchKey.Digest] = []
        var oldest = 0
        /// For each book the end of the records known to stand in it.
        var ends: [String: UInt64] = [:]
        /// Whether something changed since it was last kept in the file.
        var isNews = false
    }

    private let state = Mutex(State())

    func begin(_ key: BatchKey) -> Beginning {
        state.withLock { state in
            guard let known = state.entries[key.id] else {
                state.add(
                    key.id, Entry(content: key.content, landed: [], running: state.ends))
                return .begun([])
            }
            guard known.content == key.content else { return .different }
            guard known.running == nil else { return .running }
            state.entries[key.id]?.running = state.ends
            return .begun(known.landed)
        }
    }

    /// - Parameter landed: all that is in the books of it now; less than all when appending failed.
    func end(_ key: BatchKey, _ landed: [Landed]) {
        state.withLock { state in
            state.entries[key.id]?.landed = landed
            state.entries[key.id]?.running = nil
            for range in landed {
                state.ends[range.book] = max(
                    state.ends[range.book] ?? 0, range.first + UInt64(range.count))
            }
            state.isNews = true
        }
    }

    /// How many are remembered.
    var count: Int { state.withLock { $0.entries.count } }

    // MARK: - What outlives the process

    /// Begins with what is known.
    func restore(_ memory: BatchMemory) {
        state.withLock { state in
            state = State()
            for known in memory.batches {
                state.add(known.key.id, Entry(content: known.key.content, landed: known.landed))
            }
            state.ends = memory.seen
        }
    }

    /// What the file is to say; nil when it says so already.
    func news() -> (batches: [BatchMemory.Known], seen: [String: UInt64])? {
        state.withLock { state in
            guard state.isNews else { return nil }
            state.isNews = false
            var seen = state.ends
            var batches: [BatchMemory.Known] = []
            for id in state.order[state.oldest...] {
                guard let entry = state.entries[id] else { continue }
                if let floor = entry.running {
                    for book in seen.keys { seen[book] = min(seen[book] ?? 0, floor[book] ?? 0) }
                    continue
                }
                batches.append(
                    .init(key: BatchKey(id: id, content: entry.content), landed: entry.landed))
            }
            return (batches, seen)
        }
    }
}

extension BatchKeys.State {
    fileprivate mutating func add(_ id: BatchKey.Digest, _ entry: BatchKeys.Entry) {
        entries[id] = entry
        order.append(id)
        while entries.count > ServerLimits.batchWindow, oldest < order.count {
            let old = order[oldest]
            oldest += 1
            // One that is on its way is no older than its request: it stays, at the young end.
            if entries[old]?.running != nil {
                order.append(old)
            } else {
                entries[old] = nil
            }
        }
        if oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
