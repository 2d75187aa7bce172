// SPDX-License-Identifier: Apache-2.0

package import Book
package import Records
import Synchronization

/// What a scan may use, and how it is watched.
package struct ScanSettings: Sendable {
    package var threads: Int
    package var memoryBytesMax: Int
    /// Asked often, from any thread: true ends the scan with `cancelled`.
    package var isCancelled: @Sendable () -> Bool
    /// Records looked at so far and in all; from any thread.
    package var progress: (@Sendable (_ done: UInt64, _ total: UInt64) -> Void)?

    package init(
        threads: Int = 1, memoryBytesMax: Int = Limits.memoryBytes,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        progress: (@Sendable (UInt64, UInt64) -> Void)? = nil
    ) {
        self.threads = min(max(1, threads), Limits.threads)
        self.memoryBytesMax = memoryBytesMax
        self.isCancelled = isCancelled
        self.progress = progress
    }
}

/// Finds the records of a snapshot that pass a filter. Everything after the filter calls this and
/// nothing below it.
package struct Scan: Sendable {
    package let snapshot: BookSnapshot
    package let filter: Filter
    package let time: TimeRange
    package let settings: ScanSettings

    package init(
        _ snapshot: BookSnapshot, filter: Filter, time: TimeRange = .all,
        settings: ScanSettings = ScanSettings()
    ) {
        self.snapshot = snapshot
        self.filter = filter
        self.time = time
        self.settings = settings
    }

    private var all: Range<UInt64> { 0..<snapshot.size }

    // MARK: - Whole records

    /// Calls `body` with index and line of each match, in the order of the book, until it returns
    /// false.
    package func forEachMatch(
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var row = RowEvaluator(filter, time: time)
        try forEachLine(in: all) { index, line throws(QueryError) in
            guard row.matches(line) else { return true }
            return try body(index, line)
        }
    }

    // MARK: - Values

    /// Calls `body` with the values of these fields of each match, nil where there is none, and
    /// with the record's time, in the order of the book, until it returns false.
    package func forEachRow(
        fields: [FieldPath],
        _ body: (UInt64, Timestamp?, [RecordValue?]) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var row = RowEvaluator(filter, time: time)
        var values = [RecordValue?](repeating: nil, count: fields.count)
        try forEachLine(in: all) { index, line throws(QueryError) in
            guard row.matches(line) else { return true }
            for (place, path) in fields.enumerated() { values[place] = row.value(at: path) }
            return try body(index, row.time, values)
        }
    }

    // MARK: - Figures

    /// The groups of all matches.
    package func aggregate(_ plan: StatsPlan) throws(QueryError) -> StatsTable {
        let size = snapshot.size
        let count = max(1, min(settings.threads, Int(clamping: size / 4096)))
        let share = settings.memoryBytesMax / count
        let results = Mutex<[Result<StatsTable, QueryError>]>([])
        Workers.run(count) { number in
            let first = size * UInt64(number) / UInt64(count)
            let end = size * UInt64(number + 1) / UInt64(count)
            let result: Result<StatsTable, QueryError>
            do throws(QueryError) {
                result = .success(try aggregateLines(plan, in: first..<end, memoryBytesMax: share))
            } catch {
                result = .failure(error)
            }
            results.withLock { $0.append(result) }
        }
        var table = StatsTable(plan, memoryBytesMax: settings.memoryBytesMax)
        for result in results.withLock({ $0 }) { try table.merge(try result.get()) }
        return table
    }

    private func aggregateLines(
        _ plan: StatsPlan, in range: Range<UInt64>, memoryBytesMax: Int
    ) throws(QueryError) -> StatsTable {
        var row = RowEvaluator(filter, time: time)
        var table = StatsTable(plan, memoryBytesMax: memoryBytesMax)
        try forEachLine(in: range) { _, line throws(QueryError) in
            if row.matches(line) { try table.add(row) }
            return true
        }
        return table
    }

    // MARK: - Lines

    /// Walks lines, watching for the end of patience.
    private func forEachLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var failure: QueryError?
        do throws(BookError) {
            try snapshot.forEachLine(in: range) { index, line in
                if index & Limits.cancelMask == 0 {
                    if settings.isCancelled() {
                        failure = QueryError(.cancelled, "stopped")
                        return false
                    }
                    settings.progress?(index, snapshot.size)
                }
                do throws(QueryError) {
                    return try body(index, line)
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            throw QueryError(.unreadable, error.message)
        }
        if let failure { throw failure }
    }
}
