// SPDX-License-Identifier: Apache-2.0

/// A book as it was at one moment, for reading. Takes no lock and keeps no writer waiting.
///
/// The live file is counted to its last complete line at creation: O(bytes of the live file), at
/// the speed of memory when it is cached.
package struct BookSnapshot: Sendable {
    package let place: BookPlace
    package let manifest: Manifest
    /// The files in the order of their records; the last one is the live file.
    package let files: [File]
    private let live: LiveHandle

    package struct File: Sendable, Equatable {
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
    private final class LiveHandle: Sendable {
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
            guard let manifest = try BookCore.readManifest(place) else {
                throw BookError(
                    .noBook,
                    "There is no book at \(place.directory). `daybook record --dir \(place.logs)` "
                        + "or `daybook run` makes one; `--dir` names another place.")
            }
            let path = place.path(manifest.live.name)
            if place.disk.kind(of: path) == .file {
                let file = try onDisk { () throws(DiskError) in
                    try place.disk.open(path, .reading, mode: 0)
                }
                let handle = LiveHandle(place.disk, file)
                // A rotation between the two reads would pair one state's manifest with the
                // other's file.
                if try BookCore.readManifest(place) == manifest || attempt > 50 {
                    self.init(place, manifest, handle, try Self.count(manifest, handle))
                    return
                }
            } else if attempt > 50 {
                throw BookError(
                    .missingFile,
                    "\(path) is gone; it is the live file of \(manifest.origin). Restore it from a "
                        + "copy; `daybook verify` tells what else is missing.")
            }
            attempt += 1
            pause(nanoseconds: 2_000_000)
        }
    }

    private init(_ place: BookPlace, _ manifest: Manifest, _ live: LiveHandle, _ last: File) {
        self.place = place
        self.manifest = manifest
        self.live = live
        files =
            manifest.closed.map { file in
                File(
                    name: file.name, date: file.date, first: file.first, records: file.records,
                    bytes: file.bytes, isLive: false)
            } + [last]
    }

    private static func count(_ manifest: Manifest, _ live: LiveHandle) throws(BookError) -> File {
        let size = try onDisk { () throws(DiskError) in try live.disk.size(of: live.file) }
        var records: UInt64 = 0
        let lines = LineFile(disk: live.disk, file: live.file)
        let end = try lines.forEachBatch(from: 0, to: size) { batch in
            records += UInt64(batch.starts.count)
            return true
        }
        return File(
            name: manifest.live.name, date: manifest.live.date, first: manifest.live.first,
            records: records, bytes: end, isLive: true)
    }

    /// Records in the book.
    package var size: UInt64 { files.last?.range.upperBound ?? 0 }

    /// The records of a trading date, `yyyy-mm-dd`; nil when there are none.
    package func range(ofDate date: String) -> Range<UInt64>? {
        let found = files.filter { $0.date == date && $0.records > 0 }
        guard let first = found.first, let last = found.last else { return nil }
        return first.range.lowerBound..<last.range.upperBound
    }

    /// Calls `body` with index and bytes of each record in a range, in order, until it returns
    /// false. Indexes beyond the book are passed over.
    package func forEachLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        for file in files where file.range.overlaps(range) {
            var index = file.first
            var isStopped = false
            try withLines(of: file) { lines throws(BookError) in
                let start = try lines.offset(
                    ofLine: max(range.lowerBound, file.first) - file.first, from: 0,
                    to: file.bytes)
                index = max(range.lowerBound, file.first)
                _ = try lines.forEachLine(from: start, to: file.bytes) { line throws(BookError) in
                    guard index < range.upperBound, index < file.range.upperBound else {
                        return false
                    }
                    guard try body(index, line) else {
                        isStopped = true
                        return false
                    }
                    index += 1
                    return true
                }
            }
            if isStopped { return }
            guard index >= min(range.upperBound, file.range.upperBound) else {
                throw BookError(
                    .damaged,
                    "\(place.path(file.name)) has fewer records than the manifest says. "
                        + "`daybook verify` names the place.")
            }
        }
    }

    /// One record's bytes.
    package func line(at index: UInt64) throws(BookError) -> [UInt8] {
        guard index < size else {
            throw BookError(
                .outOfRange,
                "Record \(index) is not in the book \(place.name): it has \(size) records, "
                    + "numbered from 0.")
        }
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
        for file in files.reversed() where lines.count < count {
            let wanted = count - lines.count
            let found = try withLines(of: file) { reader throws(BookError) in
                try reader.lastLines(wanted, endingAt: file.bytes)
            }
            lines = found + lines
        }
        return lines
    }

    func withLines<Value>(of file: File, _ body: (LineFile) throws(BookError) -> Value)
        throws(BookError) -> Value
    {
        if file.isLive { return try body(LineFile(disk: live.disk, file: live.file)) }
        let path = place.path(file.name)
        guard place.disk.kind(of: path) == .file else {
            throw BookError(
                .missingFile,
                "\(path) is gone, with records \(file.first) to \(file.range.upperBound - 1). "
                    + "Restore it from a copy.")
        }
        let opened = try onDisk { () throws(DiskError) in
            try place.disk.open(path, .reading, mode: 0)
        }
        defer { place.disk.close(opened) }
        return try body(LineFile(disk: place.disk, file: opened))
    }
}
