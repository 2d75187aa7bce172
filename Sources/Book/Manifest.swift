// SPDX-License-Identifier: Apache-2.0

package import Records
package import TransparencyLog

/// Which file owns which range of a book's records: one manifest is one snapshot of the book.
///
/// On disk: docs/format/directory.md.
package struct Manifest: Sendable, Equatable {
    /// The book's name in its checkpoints.
    package var origin: String
    /// What was pruned from the front, when something was.
    package var cut: Cut?
    package var closed: [ClosedFile] = []
    package var live: LiveFile
    /// Files that no longer belong to the book and are to be removed: paths below `logs`. What a
    /// crash left of them goes at the next opening.
    package var discarded: [String] = []

    /// The records of a day, or of a part of it, that gets no more of them: as lines, as a segment,
    /// or for a while as both.
    package struct ClosedFile: Sendable, Equatable {
        /// Name of the file of lines, in the directory above the book's own.
        package var name: String
        /// Trading date of its records, `yyyy-mm-dd`.
        package var date: String
        /// Index of its first record.
        package var first: UInt64
        package var records: UInt64
        /// Bytes of its lines, line feeds included.
        package var bytes: Int
        /// The book's root over all records up to the end of this file.
        package var root: Digest
        /// Closed because a sync failed: bytes may follow those that count, and recovery cuts them.
        package var mayNeedTrim = false
        /// Recording times of its first and last record; nil where version 1 did not say.
        package var recorded: ClosedRange<Timestamp>?
        /// Whether the file of lines is still kept. When not, the segment has the records.
        package var hasLines = true
        package var segment: SegmentFile?
        /// What was made of its lines so far, until the segment takes their place.
        package var parts: [PartFile] = []

        package var end: UInt64 { first + records }
        package var range: Range<UInt64> { first..<end }
    }

    /// A closed day's Parquet file.
    package struct SegmentFile: Sendable, Equatable {
        /// Its name in the book's directory.
        package var name: String
        package var bytes: Int
        package var sha256: Digest
        package var isEncrypted = false
        /// Index of the `segment_sealed` record, once a checkpoint covers it.
        package var record: UInt64?
    }

    /// A Parquet file over a run of lines of one file.
    package struct PartFile: Sendable, Equatable {
        /// Its name in `parts/` of the book's directory.
        package var name: String
        package var first: UInt64
        package var records: UInt64
        package var bytes: Int
        package var sha256: Digest
        /// Where its last line ends in the file of lines.
        package var lineEnd: Int

        package var end: UInt64 { first + records }
        package var range: Range<UInt64> { first..<end }
    }

    /// The file that lines are appended to.
    package struct LiveFile: Sendable, Equatable {
        package var name: String
        package var date: String
        package var first: UInt64
        package var parts: [PartFile] = []
    }

    /// Where a book begins after its oldest files were pruned.
    package struct Cut: Sendable, Equatable {
        /// Index of the first record that is still there.
        package var until: UInt64
        /// The book's root over everything before.
        package var root: Digest
        /// Index of the newest `records_pruned` record.
        package var record: UInt64
        /// The roots of the perfect subtrees over everything before, the largest first.
        package var peaks: [Digest]
        /// Leaf hashes of the last records before, as many as share a group of 256 with the first
        /// one that is still there.
        package var leaves: [Digest]
    }
}

extension Manifest {
    /// Index of the first record that is still there.
    package var firstKept: UInt64 { cut?.until ?? 0 }

    /// The tree over what was pruned; empty when nothing was.
    var cutFrontier: MerkleFrontier {
        cut.flatMap { MerkleFrontier(size: Int($0.until), peaks: $0.peaks) } ?? MerkleFrontier()
    }

    /// The name for a file of `date` that is closed now: `audit.log.2026-11-20`, and
    /// `audit.log.2026-11-20-0002` when that date has one already.
    package func closedName(live: String, date: String) -> String {
        // Numbers are not used twice while a file of the date is there, whatever was pruned.
        let used = Set(closed.filter { $0.date == date }.map(\.name) + discarded)
        var number = 1
        while true {
            let name = Self.closedName(live: live, date: date, number: number)
            if !used.contains(name) { return name }
            number += 1
        }
    }

    private static func closedName(live: String, date: String, number: Int) -> String {
        number == 1 ? "\(live).\(date)" : "\(live).\(date)-\(padded(number, 4))"
    }

    /// The name of the segment that a closed file becomes: `2026-11-20-0001.parquet`.
    package func segmentName(of file: ClosedFile) -> String {
        // "audit.log.2026-11-20-0002": date and number stand behind the last dot.
        let pieces = (file.name.split(separator: ".").last ?? "").split(separator: "-")
        let number = pieces.count == 4 ? Int(pieces[3]) : nil
        return "\(file.date)-\(padded(number ?? 1, 4)).parquet"
    }

    /// The name of a part: `000000131072-131072.part`.
    package static func partName(first: UInt64, records: UInt64) -> String {
        "\(padded(Int(clamping: first), 12))-\(records).part"
    }

    /// The closed file or the live file that a record is in, by position in `closed`; nil for the
    /// live file. O(log n).
    package func position(of index: UInt64) -> Int? {
        var low = 0
        var high = closed.count
        while low < high {
            let middle = (low + high) / 2
            if closed[middle].end <= index { low = middle + 1 } else { high = middle }
        }
        return low < closed.count ? low : nil
    }

    /// Date and parts of the day that begins at a record, live or closed.
    func day(from first: UInt64) -> (date: String, parts: [PartFile]) {
        if live.first == first { return (live.date, live.parts) }
        let file = closed.first { $0.first == first }
        return (file?.date ?? live.date, file?.parts ?? [])
    }

    /// Enters a part where its day stands now: a live file may have been closed meanwhile.
    /// - Returns: false when the day is gone, or the part does not continue it.
    mutating func enter(_ part: PartFile, day first: UInt64) -> Bool {
        guard day(from: first).parts.last?.end ?? first == part.first else { return false }
        if live.first == first {
            live.parts.append(part)
            return true
        }
        var isEntered = false
        _ = changeClosed(first: first) { file in
            guard file.segment == nil, part.end <= file.end else { return }
            file.parts.append(part)
            isEntered = true
        }
        return isEntered
    }

    /// Takes the parts of a day out, once its segment has their records.
    mutating func discardParts(ofDay first: UInt64, in place: BookPlace) {
        discarded += day(from: first).parts.map { "\(place.name)/parts/\($0.name)" }
        if live.first == first { live.parts = [] }
        _ = changeClosed(first: first) { $0.parts = [] }
    }

    /// Changes the closed file that begins at a record, wherever it stands now.
    mutating func changeClosed(first: UInt64, _ change: (inout ClosedFile) -> Void) -> Bool {
        guard let position = closed.firstIndex(where: { $0.first == first }) else { return false }
        change(&closed[position])
        return true
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
