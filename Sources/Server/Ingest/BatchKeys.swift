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
        var isRunning: Bool
    }

    fileprivate struct State {
        var entries: [BatchKey.Digest: Entry] = [:]
        /// Keys by age; those before `oldest` are gone.
        var order: [BatchKey.Digest] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    func begin(_ key: BatchKey) -> Beginning {
        state.withLock { state in
            guard let known = state.entries[key.id] else {
                state.add(key.id, Entry(content: key.content, landed: [], isRunning: true))
                return .begun([])
            }
            guard known.content == key.content else { return .different }
            guard !known.isRunning else { return .running }
            state.entries[key.id]?.isRunning = true
            return .begun(known.landed)
        }
    }

    /// - Parameter landed: all that is in the books of it now; less than all when appending failed.
    func end(_ key: BatchKey, _ landed: [Landed]) {
        state.withLock { state in
            state.entries[key.id]?.landed = landed
            state.entries[key.id]?.isRunning = false
        }
    }

    /// How many are remembered.
    var count: Int { state.withLock { $0.entries.count } }
}

extension BatchKeys.State {
    fileprivate mutating func add(_ id: BatchKey.Digest, _ entry: BatchKeys.Entry) {
        entries[id] = entry
        order.append(id)
        while entries.count > ServerLimits.batchWindow, oldest < order.count {
            let old = order[oldest]
            oldest += 1
            // One that is on its way is no older than its request: it stays, at the young end.
            if entries[old]?.isRunning == true {
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
