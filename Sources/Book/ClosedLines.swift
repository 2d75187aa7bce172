// SPDX-License-Identifier: Apache-2.0

internal import Segments
internal import TransparencyLog

/// The records of a closed day, read from whatever holds them now.
struct ClosedLines {
    let place: BookPlace
    let origin: String
    let file: Manifest.ClosedFile

    init(_ place: BookPlace, _ manifest: Manifest, _ file: Manifest.ClosedFile) {
        self.place = place
        origin = manifest.origin
        self.file = file
    }

    /// Calls `body` with index and bytes of each record in a range, in order, until it returns
    /// false. What of the range is not in this file is passed over.
    ///
    /// - Throws: `missingFile` when the file is gone; `damaged` when it has fewer records than it
    ///   should.
    func forEachLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        let range = range.clamped(to: file.range)
        guard !range.isEmpty else { return }
        if let segment = file.segment, prefersColumns(for: range) {
            let path = place.segmentPath(segment.name)
            let reader: SegmentReader
            do throws(BookError) {
                reader = try place.openColumns(path, origin: origin, file.range)
            } catch {
                guard file.hasLines else { throw error }
                return try forEachPlainLine(in: range, body)
            }
            return try forEachLine(in: range, of: reader, path, body)
        }
        try forEachPlainLine(in: range, body)
    }

    /// Lines are read faster as lines, unless most of their file would be read in vain.
    private func prefersColumns(for range: Range<UInt64>) -> Bool {
        !file.hasLines || UInt64(range.count) < file.records / 4
    }

    private func forEachLine(
        in range: Range<UInt64>, of reader: SegmentReader, _ path: String,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        var next = range.lowerBound
        var isStopped = false
        try reader.forEachLine(in: range, at: path) { index, line throws(BookError) in
            guard index == next, try body(index, line) else {
                isStopped = index == next
                return false
            }
            next += 1
            return true
        }
        guard isStopped || next == range.upperBound else { throw fewer(path) }
    }

    private func fewer(_ path: String) -> BookError {
        BookError(
            .damaged,
            "\(path) has fewer records than the manifest says. `daybook verify` names the place.")
    }

    private func forEachPlainLine(
        in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        var next = range.lowerBound
        var isStopped = false
        try withLines { lines throws(BookError) in
            let (known, offset) = Self.hint(file.parts, before: range.lowerBound, file.first)
            let start = try lines.offset(
                ofLine: range.lowerBound - known, from: offset, to: file.bytes)
            _ = try lines.forEachLine(from: start, to: file.bytes) { line throws(BookError) in
                guard next < range.upperBound else { return false }
                guard try body(next, line) else {
                    isStopped = true
                    return false
                }
                next += 1
                return true
            }
        }
        guard isStopped || next == range.upperBound else {
            throw fewer(place.path(file.name))
        }
    }

    /// The last records, oldest first.
    func lastLines(_ count: Int) throws(BookError) -> [[UInt8]] {
        try withLines { lines throws(BookError) in
            try lines.lastLines(count, endingAt: file.bytes)
        }
    }

    /// A record before the wanted one whose place in the file is known, and that place.
    static func hint(_ parts: [Manifest.PartFile], before index: UInt64, _ first: UInt64)
        -> (record: UInt64, offset: Int)
    {
        guard let part = parts.last(where: { $0.end <= index }) else { return (first, 0) }
        return (part.end, part.lineEnd)
    }

    private func withLines<Value>(_ body: (LineFile) throws(BookError) -> Value)
        throws(BookError) -> Value
    {
        let path = place.path(file.name)
        let opened = try openFound(path, place.disk, file.range)
        defer { place.disk.close(opened) }
        return try body(LineFile(disk: place.disk, file: opened))
    }
}

extension Manifest {
    /// The leaf hashes from the start of a record's group of 256 up to that record, computed from
    /// lines and, where those were pruned, as the manifest keeps them.
    ///
    /// - Parameter index: at most the end of the closed days.
    func leavesOfGroup(before index: UInt64, in place: BookPlace) throws(BookError) -> [Digest] {
        let start = index - index % Limits.groupRecords
        guard start < index else { return [] }
        var leaves: [Digest] = []
        var next = start
        if let cut, start < cut.until {
            // `leaves` begins at the same group, or the wanted record lies before the cut.
            guard index >= cut.until, cut.until - start == UInt64(cut.leaves.count) else {
                throw prunedError(for: start, book: place.name)
                    ?? BookError(.damaged, "\(place.manifestPath) contradicts itself.")
            }
            leaves = cut.leaves
            next = cut.until
        }
        while next < index, let position = position(of: next) {
            let file = closed[position]
            try ClosedLines(place, self, file).forEachLine(in: next..<index) { _, line in
                leaves.append(TreeHash.leaf(UnsafeRawBufferPointer(line)))
                return true
            }
            next = file.end
        }
        return leaves
    }
}

/// Opens a file of the book for reading; `missingFile` when it is not there.
func openFound(_ path: String, _ disk: any Disk, _ range: Range<UInt64>) throws(BookError)
    -> OpenFile
{
    do throws(DiskError) {
        return try disk.open(path, .reading, mode: 0)
    } catch {
        guard error.isMissing else { throw BookError(error) }
        throw BookError(
            .missingFile,
            "\(path) is gone, with records \(range.lowerBound) to \(range.upperBound - 1). "
                + "Restore it from a copy.", underlying: error)
    }
}
