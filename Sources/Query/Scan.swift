// SPDX-License-Identifier: Apache-2.0

package import Book

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
    /// How sealed lines are opened; nil when they are taken as they stand.
    let sealed: SealedSource?
    /// Only records with these indexes; nil for all of the snapshot.
    let range: Range<UInt64>?

    package init(
        _ snapshot: BookSnapshot, filter: Filter, time: TimeRange = .all,
        settings: ScanSettings = ScanSettings()
    ) {
        self.init(
            snapshot, filter: filter, time: time, settings: settings, sealed: nil, range: nil)
    }

    init(
        _ snapshot: BookSnapshot, filter: Filter, time: TimeRange, settings: ScanSettings,
        sealed: SealedSource?, range: Range<UInt64>?
    ) {
        self.snapshot = snapshot
        self.filter = filter
        self.time = time
        self.settings = settings
        self.sealed = sealed
        self.range = range
    }

    // MARK: - Whole records

    /// Calls `body` with index and line of each match, in the order of the book, until it returns
    /// false.
    package func forEachMatch(
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) {
        try SegmentRun(scan: self).forEachMatch(body)
    }

    // MARK: - Figures

    /// The groups of all matches.
    package func aggregate(_ plan: StatsPlan) throws(QueryError) -> StatsTable {
        try SegmentRun(scan: self).aggregate(plan)
    }
}
