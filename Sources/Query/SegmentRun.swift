// SPDX-License-Identifier: Apache-2.0

import Book
import Synchronization

/// Runs a scan over the pieces of a snapshot on several threads, and brings what they find into the
/// order of the book.
struct SegmentRun {
    let scan: Scan

    // MARK: - Whole records

    func forEachMatch(
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var units = SegmentUnits(scan)
        let progress = SegmentProgress(scan)
        var own = SegmentScan(scan)
        while let batch = try units.nextBatch() {
            var isStopped = false
            if scan.settings.threads == 1 || batch.count < 2 {
                for unit in batch where !isStopped {
                    try own.matches(in: unit) { found throws(QueryError) in
                        isStopped = try !found.forEach(body)
                        return !isStopped
                    }
                    progress.add(unit.records)
                }
            } else {
                isStopped = try !inOrder(batch, progress, body)
            }
            if isStopped { return }
        }
    }

    /// - Returns: false when `body` has enough.
    private func inOrder(
        _ units: [SegmentUnit], _ progress: SegmentProgress,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        let queue = SegmentQueue(count: units.count)
        let scan = scan
        let workers = (0..<min(scan.settings.threads, units.count)).map { _ in
            Worker("search") {
                var own = SegmentScan(scan)
                while let number = queue.take() {
                    do throws(QueryError) {
                        try own.matches(in: units[number]) { found in queue.put(found, number) }
                        queue.finish(number, nil)
                    } catch {
                        queue.finish(number, error)
                    }
                    progress.add(units[number].records)
                }
            }
        }
        defer {
            queue.stop()
            for worker in workers { worker.join() }
        }
        while let found = try queue.next() {
            guard try found.forEach(body) else { return false }
        }
        return true
    }

    // MARK: - Figures

    func aggregate(_ plan: StatsPlan) throws(QueryError) -> StatsTable {
        var units = SegmentUnits(scan)
        let progress = SegmentProgress(scan)
        let threads = scan.settings.threads
        let share = scan.settings.memoryBytesMax / threads
        var table = StatsTable(plan, memoryBytesMax: scan.settings.memoryBytesMax)
        // Restricted records are left out, and only their envelopes tell which these are.
        if scan.filter == .all, scan.time.isAll, plan.countsRecordsOnly, scan.sealed == nil {
            let counted = units.countColumns()
            try table.add(records: counted)
            progress.add(counted)
        }
        // A table a thread, which grows from batch to batch.
        let tables = Monitor(
            [StatsTable?](repeating: StatsTable(plan, memoryBytesMax: share), count: threads))
        while let batch = try units.nextBatch() {
            let shared = SegmentShare(batch)
            let scan = scan
            Workers.run(min(threads, batch.count)) { number in
                guard var table = tables.withLock({ $0[number].take() }) else { return }
                var own = SegmentScan(scan)
                while let unit = shared.take() {
                    do throws(QueryError) {
                        try own.add(unit, to: &table)
                    } catch {
                        shared.fail(error)
                    }
                    progress.add(unit.records)
                }
                tables.withLock { $0[number] = table }
            }
            if let error = shared.error { throw error }
        }
        for part in tables.withLock({ $0 }) {
            if let part { try table.merge(part) }
        }
        return table
    }
}

/// Units that threads take one after the other, in any order of ending.
private final class SegmentShare: Sendable {
    private let units: [SegmentUnit]
    private let next = Atomic<Int>(0)
    private let failure = Mutex<QueryError?>(nil)

    init(_ units: [SegmentUnit]) { self.units = units }

    func take() -> SegmentUnit? {
        guard error == nil else { return nil }
        let number = next.add(1, ordering: .relaxed).oldValue
        return number < units.count ? units[number] : nil
    }

    func fail(_ error: QueryError) { failure.withLock { $0 = $0 ?? error } }

    var error: QueryError? { failure.withLock { $0 } }
}

/// How many records were looked at.
final class SegmentProgress: Sendable {
    private let done = Mutex<UInt64>(0)
    private let total: UInt64
    private let report: (@Sendable (UInt64, UInt64) -> Void)?

    init(_ scan: Scan) {
        total = scan.snapshot.size - scan.snapshot.firstKept
        report = scan.settings.progress
    }

    func add(_ records: UInt64) {
        guard let report else { return }
        let now = done.withLock { done in
            done = min(total, done + records)
            return done
        }
        report(now, total)
    }
}

/// Matches of several threads, given out in the order of the units. What waits is bounded by bytes:
/// a thread that is far ahead waits for the one whose turn it is.
private final class SegmentQueue: Sendable {
    private struct State {
        var nextUnit = 0
        /// The unit whose matches are given out.
        var head = 0
        var waiting: [Int: [SegmentMatches]] = [:]
        var finished: Set<Int> = []
        var bytes = 0
        var failure: (unit: Int, error: QueryError)?
        var isStopped = false
    }

    private let state = Monitor(State())
    private let count: Int

    init(count: Int) { self.count = count }

    /// The next unit to work on; nil when there is none.
    func take() -> Int? {
        state.withLock { state in
            guard !state.isStopped, state.nextUnit < count else { return nil }
            defer { state.nextUnit += 1 }
            return state.nextUnit
        }
    }

    /// - Returns: false when nobody wants more.
    func put(_ found: SegmentMatches, _ unit: Int) -> Bool {
        let isWanted = state.wait { state -> Bool? in
            if state.isStopped { return false }
            // Whose turn it is may put while nothing of it waits, or nobody could go on. It is
            // bounded like the others: whoever takes may be slower than it.
            let isNeeded = unit == state.head && state.waiting[unit]?.isEmpty ?? true
            guard isNeeded || state.bytes < Limits.matchBytesWaiting else { return nil }
            state.waiting[unit, default: []].append(found)
            state.bytes += found.heldBytes
            return true
        }
        state.broadcast()
        return isWanted
    }

    func finish(_ unit: Int, _ error: QueryError?) {
        state.withLock { state in
            if let error, state.failure == nil || unit < state.failure?.unit ?? 0 {
                state.failure = (unit, error)
            }
            state.finished.insert(unit)
        }
        state.broadcast()
    }

    /// The next matches in order; nil at the end.
    func next() throws(QueryError) -> SegmentMatches? {
        let answer: Result<SegmentMatches?, QueryError> = state.wait { state in
            while true {
                if state.head == count { return .success(nil) }
                if var waiting = state.waiting[state.head], !waiting.isEmpty {
                    let first = waiting.removeFirst()
                    state.waiting[state.head] = waiting
                    state.bytes -= first.heldBytes
                    return .success(first)
                }
                if let failure = state.failure, failure.unit == state.head {
                    return .failure(failure.error)
                }
                guard state.finished.remove(state.head) != nil else { return nil }
                state.waiting[state.head] = nil
                state.head += 1
            }
        }
        state.broadcast()
        return try answer.get()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        state.broadcast()
    }
}
