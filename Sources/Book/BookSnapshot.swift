// SPDX-License-Identifier: Apache-2.0

/// A book as it was at one moment, for reading. Takes no lock and keeps no writer waiting.
///
/// The tail of the live file behind its last part is counted to its last complete line at
/// creation: at most a part's lines while a writer seals, at the speed of memory when it is cached.
package struct BookSnapshot: Sendable {
    package let place: BookPlace
    package let manifest: Manifest
    /// Closed days in the order of their records, and last the live file.
    package let files: [File]
    let live: LiveHandle
    /// Where lines behind the last part begin, as they were counted.
    private let marks: [(record: UInt64, offset: Int)]

    package struct File: Sendable, Equatable {
        /// Path below the directory of all books.
        package let name: String
        package let date: String
        package let first: UInt64
        package let records: UInt64
        /// Bytes of complete lines.
        package let bytes: Int
        package let isLive: Bool

        package var range: Range<UInt64> { first..<(first + records) }
    }

    /// Keeps the live file open, whatever it is called by the time it is read.
    final class LiveHandle: Sendable {
        let disk: any Disk
        let file: OpenFile

        init(_ disk: any Disk, _ file: OpenFile) {
            self.disk = disk
            self.file = file
        }

        deinit { disk.close(file) }
    }

    /// Looks at a book.
    ///
    /// - Throws: `noBook`, `damaged` manifest, `missingFile` for the live file, disk errors. Closed
    ///   files that are missing are found when they are read.
    package init(_ place: BookPlace) throws(BookError) {
        var attempt = 0
        while true {
            guard
                let (manifest, bytes) = try BookCore.readManifestBytes(
                    place, isStrict: false)
            else {
                throw BookError(
                    .noBook,
                    "There is no book at \(place.directory). `daybook record --dir \(place.logs)` "
                        + "or `daybook run` makes one; `--dir` names another place.")
            }
            let path = place.path(manifest.live.name)
            // Names follow the manifest: until the last closed file has its own, the live one's is
            // still that file's.
            let isRenamed = Self.isRenamed(manifest, place)
            if isRenamed, let handle = try Self.openLive(path, place.disk) {
                // A rotation between the two reads would pair one state's manifest with the
                // other's file.
                let again = try onDisk { () throws(DiskError) in
                    try place.disk.contents(of: place.manifestPath, limit: Limits.manifestBytes)
                }
                if again == bytes {
                    let (last, marks) = try Self.count(manifest, handle)
                    self.init(place, manifest, handle, last, marks)
                    return
                }
                guard attempt < 1000 else {
                    throw BookError(
                        .missingFile,
                        "\(place.manifestPath) changes faster than it can be read. Try again when "
                            + "its writer has less to do.")
                }
            } else if !isRenamed, attempt > 1000 {
                throw BookError(
                    .missingFile,
                    "\(path) was being closed when its writer ended, and its names are not in order "
                        + "yet. The next writer puts them right: `daybook rotate` is one.")
            } else if isRenamed, attempt > 250 {
                throw BookError(
                    .missingFile,
                    "\(path) is gone; it is the live file of \(manifest.origin). Restore it from a "
                        + "copy; `daybook verify` tells what else is missing.")
            }
            attempt += 1
            pause(nanoseconds: 2_000_000)
        }
    }

    /// The live file, open; nil when its name is not there, as for a moment in each rotation.
    private static func openLive(_ path: String, _ disk: any Disk) throws(BookError)
        -> LiveHandle?
    {
        do throws(DiskError) {
            return LiveHandle(disk, try disk.open(path, .reading, mode: 0))
        } catch {
            guard error.isMissing else { throw BookError(error) }
            return nil
        }
    }

    /// Whether the renames of the last rotation are past the one that frees the live file's name.
    private static func isRenamed(_ manifest: Manifest, _ place: BookPlace) -> Bool {
        guard let last = manifest.closed.last, last.hasLines else { return true }
        return place.disk.kind(of: place.path(last.name)) == .file
            || place.disk.kind(of: place.path(manifest.live.name) + ".new") != .file
    }

    private init(
        _ place: BookPlace, _ manifest: Manifest, _ live: LiveHandle, _ last: File,
        _ marks: [(record: UInt64, offset: Int)]
    ) {
        self.marks = marks
        self.place = place
        self.manifest = manifest
        self.live = live
        files =
            manifest.closed.map { file in
                File(
                    name: file.holder(in: place), date: file.date, first: file.first,
                    records: file.records, bytes: file.bytes, isLive: false)
            } + [last]
    }

    /// Counts the lines behind the last part.
    private static func count(_ manifest: Manifest, _ live: LiveHandle) throws(BookError) -> (
        File, [(record: UInt64, offset: Int)]
    ) {
        var marks: [(record: UInt64, offset: Int)] = []
        let size = try onDisk { () throws(DiskError) in try live.disk.size(of: live.file) }
        let known = manifest.live.parts.last
        var records = (known?.end ?? manifest.live.first) - manifest.live.first
        var end = known?.lineEnd ?? 0
        if end <= size {
            let lines = LineFile(disk: live.disk, file: live.file)
            var offset = end
            end = try lines.forEachBatch(from: end, to: size) { batch in
                // Later looks at these lines begin near by, not behind the last part each time.
                if offset - (marks.last?.offset ?? 0) >= Limits.markBytes {
                    marks.append((manifest.live.first + records, offset))
                }
                records += UInt64(batch.starts.count)
                offset += batch.end
                return true
            }
        }
        let file = File(
            name: manifest.live.name, date: manifest.live.date, first: manifest.live.first,
            records: records, bytes: end, isLive: true)
        return (file, marks)
    }

    /// Records in the book, those that were pruned included: the index of the next one.
    package var size: UInt64 { files.last?.range.upperBound ?? 0 }

    /// Index of the first record that is still there: above 0 after a prune.
    package var firstKept: UInt64 { manifest.firstKept }

    /// The closed days that are still there, oldest first.
    package var segments: [SegmentSummary] { manifest.summaries(of: place) }

    /// The records of a trading date, `yyyy-mm-dd`; nil when there are none.
    package func range(ofDate date: String) -> Range<UInt64>? {
        let found = files.filter { $0.date == date && $0.records > 0 }
        guard let first = found.first, let last = found.last else { return nil }
        return first.range.lowerBound..<last.range.upperBound
    }

    /// Says that a record was pruned; nil when it was not.
    package func prunedError(for index: UInt64) -> BookError? {
        manifest.prunedError(for: index, book: place.name)
    }
}

// MARK: - Lines

extension BookSnapshot {
    /// Calls `body` with index and bytes of each record in a range, in order, until it returns
    /// false. Indexes beyond the book, and those that were pruned, are passed over.
    ///
    /// A file that went away since (its lines dropped, its parts merged) is looked up again: the
    /// same records stand in another one.
    /// - Throws: `pruned` when records were pruned since this snapshot was made.
    package func forEachLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        var next = max(range.lowerBound, firstKept)
        let end = min(range.upperBound, size)
        var known = manifest
        while next < end {
            if next >= manifest.live.first {
                return try forEachLiveLine(in: next..<end, body)
            }
            if let error = known.prunedError(for: next, book: place.name) { throw error }
            guard let position = known.position(of: next) else { return }
            let lines = ClosedLines(place, known, known.closed[position])
            var isStopped = false
            do throws(BookError) {
                try lines.forEachLine(in: next..<end) { index, line throws(BookError) in
                    guard try body(index, line) else {
                        isStopped = true
                        return false
                    }
                    next = index + 1
                    return true
                }
            } catch {
                guard error.code == .missingFile, let newest = try newer(than: known) else {
                    throw error
                }
                known = newest
                continue
            }
            if isStopped { return }
        }
    }

    private func forEachLiveLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        guard let file = files.last else { return }
        let lines = LineFile(disk: live.disk, file: live.file)
        let (known, offset) =
            marks.last { $0.record <= range.lowerBound }
            ?? ClosedLines.hint(manifest.live.parts, before: range.lowerBound, file.first)
        let start = try lines.offset(
            ofLine: range.lowerBound - known, from: offset, to: file.bytes)
        var next = range.lowerBound
        var isStopped = false
        _ = try lines.forEachLine(from: start, to: file.bytes) { line throws(BookError) in
            guard next < range.upperBound else { return false }
            guard try body(next, line) else {
                isStopped = true
                return false
            }
            next += 1
            return true
        }
        guard isStopped || next == range.upperBound else {
            throw BookError(
                .damaged,
                "\(place.path(file.name)) has fewer records than it had a moment ago. "
                    + "`daybook verify` names the place.")
        }
    }

    /// The manifest as it is now; nil when it is still that one.
    func newer(than known: Manifest) throws(BookError) -> Manifest? {
        guard let (newest, _) = try BookCore.readManifestBytes(place, isStrict: false),
            newest != known
        else { return nil }
        return newest
    }

    /// - Throws: `outOfRange` or `pruned` for a number that is none of a record that is there.
    package func checkIsThere(_ index: UInt64) throws(BookError) {
        guard index < size else {
            throw BookError(
                .outOfRange,
                "Record \(index) is not in the book \(place.name): it has \(size) records, "
                    + "numbered from 0.")
        }
        if let error = prunedError(for: index) { throw error }
    }

    /// One record's bytes.
    /// - Throws: `outOfRange`, `pruned`.
    package func line(at index: UInt64) throws(BookError) -> [UInt8] {
        try checkIsThere(index)
        var found: [UInt8] = []
        try forEachLine(in: index..<(index + 1)) { _, line in
            found = Array(line)
            return false
        }
        return found
    }

    /// The last records, oldest first: reads backwards, so its cost does not grow with the book.
    package func lastLines(_ count: Int) throws(BookError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for file in files.reversed() where lines.count < count && file.records > 0 {
            let wanted = min(count - lines.count, Int(clamping: file.records))
            lines = try lastLines(wanted, of: file) + lines
        }
        return lines
    }

    private func lastLines(_ count: Int, of file: File) throws(BookError) -> [[UInt8]] {
        if file.isLive {
            return try LineFile(disk: live.disk, file: live.file).lastLines(
                count, endingAt: file.bytes)
        }
        if let position = manifest.position(of: file.first), manifest.closed[position].hasLines {
            do throws(BookError) {
                return try ClosedLines(place, manifest, manifest.closed[position])
                    .lastLines(count)
            } catch {
                guard error.code == .missingFile else { throw error }
            }
        }
        var found: [[UInt8]] = []
        let end = file.range.upperBound
        try forEachLine(in: (end - UInt64(count))..<end) { _, line in
            found.append(Array(line))
            return true
        }
        return found
    }
}

extension BookSnapshot {
    /// The lines of a file that is still one of lines.
    func withLines<Value>(of file: File, _ body: (LineFile) throws(BookError) -> Value)
        throws(BookError) -> Value
    {
        if file.isLive { return try body(LineFile(disk: live.disk, file: live.file)) }
        let opened = try openFound(place.path(file.name), place.disk, file.range)
        defer { place.disk.close(opened) }
        return try body(LineFile(disk: place.disk, file: opened))
    }
}

extension Manifest {
    func prunedError(for index: UInt64, book: String) -> BookError? {
        guard let cut, index < cut.until else { return nil }
        return BookError(
            .pruned,
            "Record \(index) was pruned from the book \(book): record \(cut.record) says under "
                + "which rule. The first one that is still there is \(cut.until).")
    }
}

extension Manifest.ClosedFile {
    /// The file that has the records, as a path below the directory of all books.
    func holder(in place: BookPlace) -> String {
        guard !hasLines, let segment else { return name }
        return "\(place.name)/\(segment.name)"
    }
}
