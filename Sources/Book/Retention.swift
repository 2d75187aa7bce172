// SPDX-License-Identifier: Apache-2.0

package import Records
package import TransparencyLog

/// What a closed day's records are kept in.
package struct SegmentSummary: Sendable, Equatable {
    /// Trading date, `yyyy-mm-dd`.
    package var date: String
    /// The file that has the records, as a path below the directory of all books: the segment, or
    /// the file of lines as long as the day is not sealed.
    package var file: String
    /// Index of the first record, and how many.
    package var first: UInt64
    package var records: UInt64
    /// Bytes that the day takes on disk: segment, parts and lines, as far as they are there.
    package var bytes: Int
    /// Bytes of the segment alone; 0 while the day is not sealed.
    package var segmentBytes: Int
    /// Bytes of its lines.
    package var lineBytes: Int
    /// The book's root over all records up to the end of the day.
    package var root: Digest
    /// SHA-256 of the segment; nil while the day is not sealed.
    package var sha256: Digest?
    /// Index of the `segment_sealed` record, once a checkpoint covers it.
    package var sealedBy: UInt64?
    package var isEncrypted: Bool
    /// Whether the lines are still there as a file of their own.
    package var plainKept: Bool
    /// Recording times; nil for days that version 1 closed and that are not sealed yet.
    package var firstRecorded: Timestamp?
    package var lastRecorded: Timestamp?

    package var isSealed: Bool { sha256 != nil }
    /// Index behind the last record.
    package var end: UInt64 { first + records }
}

/// What is to be removed from the front of a book.
package struct PrunePlan: Sendable, Equatable {
    /// Index of the first record that stays: the end of a closed day.
    package var until: UInt64
    /// The rule that demands it, in words; it stands in the `records_pruned` record.
    package var rule: String

    package init(until: UInt64, rule: String) {
        self.until = until
        self.rule = rule
    }
}

/// Decides what is to be pruned.
///
/// Called on the thread that seals: when the book is opened, after each rotation, after a day was
/// sealed, and every ten minutes. It may take its time, and must not call the book.
package protocol RetentionRule: Sendable {
    /// - Parameter segments: the closed days that are still there, oldest first.
    /// - Returns: nil when nothing is to be pruned.
    func plan(segments: [SegmentSummary], now: Timestamp) -> PrunePlan?
}

/// Hears of what happened to the files of a book, once it is durable: a catalog, an archive.
///
/// Called on the thread that seals. What it does is its own business: it cannot fail a seal.
package protocol SealObserver: Sendable {
    func didSeal(_ segment: SegmentSummary, of place: BookPlace)
    func didPrune(until index: UInt64, of place: BookPlace)
}

extension Manifest {
    /// The closed days, oldest first.
    package func summaries(of place: BookPlace) -> [SegmentSummary] {
        closed.map { $0.summary(of: place) }
    }
}

extension Manifest.ClosedFile {
    func summary(of place: BookPlace) -> SegmentSummary {
        let parts = parts.reduce(0) { $0 + $1.bytes }
        return SegmentSummary(
            date: date, file: segment.map { "\(place.name)/\($0.name)" } ?? name, first: first,
            records: records, bytes: (segment?.bytes ?? 0) + parts + (hasLines ? bytes : 0),
            segmentBytes: segment?.bytes ?? 0, lineBytes: bytes, root: root,
            sha256: segment?.sha256, sealedBy: segment?.record,
            isEncrypted: segment?.isEncrypted ?? false, plainKept: hasLines,
            firstRecorded: recorded?.lowerBound, lastRecorded: recorded?.upperBound)
    }
}
