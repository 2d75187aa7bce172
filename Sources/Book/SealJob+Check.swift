// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import Segments
internal import TransparencyLog

// Nothing takes the place of lines before it was read back whole.

extension SealJob {
    /// Reads a part back and compares it, byte for byte, with the lines that it was made of.
    func compare(
        _ path: String, _ range: Range<UInt64>, _ lines: LineFile, from start: Int, to end: Int
    ) throws(BookError) {
        let comparison = LineComparison(place, manifestFile.current.origin)
        guard try comparison.isSame(path, range, lines, from: start, to: end) else {
            try? place.disk.remove(path)
            throw BookError(
                .damaged,
                "\(path) did not give the lines back that it was made of; it was removed, and the "
                    + "lines are kept. Please report this with the version of Daybook.")
        }
    }

    /// Reads a segment back: its lines must continue the tree to the root that the book had when
    /// the day was closed.
    /// - Returns: recording times of its first and last line.
    func check(
        _ path: String, _ file: Manifest.ClosedFile, _ manifest: Manifest,
        _ isCancelled: @Sendable () -> Bool
    ) throws(BookError) -> ClosedRange<Timestamp>? {
        let reader = try place.openColumns(path, origin: manifest.origin, file.range)
        let leaves = try manifest.leavesOfGroup(before: file.first, in: place)
        guard
            var tree = try TreeFiles.frontier(place, size: file.first, tailLeaves: leaves)
        else {
            throw BookError(
                .damaged,
                "The tree files of \(place.directory) are too short; nothing is sealed until the "
                    + "book is opened again, which computes them anew.")
        }
        var first: Timestamp?
        var last: Timestamp?
        var hasher = BatchHasher()
        var isCut = false
        try reader.forEachBatch(in: file.range, at: path) { batch throws(BookError) in
            guard !isCancelled(), batch.count > 0 else {
                isCut = true
                return false
            }
            if first == nil { first = LineChecker.recordingTime(batch.line(0)) }
            last = LineChecker.recordingTime(batch.line(batch.count - 1))
            hasher.leaves(of: batch) { tree.append(contentsOf: Array($0)) }
            return true
        }
        if isCut { throw Self.cancelled }
        guard tree.size == Int(file.end), tree.root == file.root else {
            try? place.disk.remove(path)
            throw BookError(
                .damaged,
                "\(place.path(file.name)) was not sealed: it does not have the records "
                    + "\(file.first) to \(file.end - 1) that were signed. `daybook verify` names the "
                    + "place; restore the file from a copy.")
        }
        guard let first, let last, first <= last else { return nil }
        return first...last
    }
}

/// Hashes the lines of batches, many at a time, with memory that is kept.
struct BatchHasher {
    private var starts: [Int] = []
    private var counts: [Int] = []
    private var digests: [TransparencyLog.Digest] = []

    /// Lends the leaf hashes of a batch.
    mutating func leaves<Value>(
        of batch: borrowing LineBatch,
        _ body: (UnsafeBufferPointer<TransparencyLog.Digest>) -> Value
    ) -> Value {
        starts.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        var start = 0
        for end in batch.lineEnds {
            starts.append(start)
            counts.append(end - start)
            start = end + 1
        }
        let count = starts.count
        while digests.count < count { digests.append(Digest()) }
        let bytes = UnsafeRawBufferPointer(batch.bytes)
        return digests.withUnsafeMutableBufferPointer { digests in
            starts.withUnsafeBufferPointer { starts in
                counts.withUnsafeBufferPointer { counts in
                    LeafHasher.hashLines(in: bytes, starts: starts, counts: counts, into: digests)
                }
            }
            return body(UnsafeBufferPointer(rebasing: digests[..<count]))
        }
    }
}
