// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// Hashes the lines of one file on several threads, a stretch of bytes each. Where a stretch's first line
/// begins is found in the bytes themselves: nothing that is stored about the file is believed.
struct LineHashing: Sendable {
    private let lines: LineFile
    private let end: Int
    private let stretches: [Range<Int>]

    /// What a stretch came to.
    struct Part: Sendable {
        var run = LeafRun()
        /// Offsets of its first line and behind its last one; both nil when no line begins in it.
        var range: Range<Int>?
    }

    /// Bytes of the lines that one thread hashes at once: some milliseconds, and half a MB of hashes.
    static let stretchBytes = 4 << 20

    init(_ lines: LineFile, to end: Int, stretchBytes: Int = Self.stretchBytes) {
        self.lines = lines
        self.end = end
        stretches = stride(from: 0, to: end, by: stretchBytes).map {
            $0..<min($0 + stretchBytes, end)
        }
    }

    /// Hands over the hashes of all complete lines, in order.
    ///
    /// - Parameter body: takes them with the offset behind the last.
    /// - Returns: how many lines there were, and where the last one ends; what follows is an incomplete
    ///   line, or one longer than a book writes.
    func forEachRun(
        threads: Int?, _ body: (LeafRun, Int) throws(BookError) -> Void
    ) throws(BookError) -> (count: UInt64, end: Int) {
        let ahead = WorkAhead(stretches.count, threads: threads) {
            [self] number throws(BookError) in
            try part(stretches[number])
        }
        defer { ahead.stop() }
        var count: UInt64 = 0
        var done = 0
        for number in stretches.indices {
            let part = try ahead.take(number)
            guard let range = part.range else { continue }
            // Between them lies what is no line.
            guard range.lowerBound == done else { break }
            count += UInt64(part.run.leaves.count)
            done = range.upperBound
            try body(part.run, done)
        }
        return (count, done)
    }

    /// Hashes the lines that begin in a stretch.
    private func part(_ stretch: Range<Int>) throws(BookError) -> Part {
        // The last of them may end behind it.
        let limit = min(end, stretch.upperBound + Limits.lineBytes + 1)
        guard let first = try firstLine(in: stretch) else { return Part() }
        var part = Part()
        let last = try lines.forEachBatch(from: first, to: limit) { batch throws(BookError) in
            let offset = part.range?.upperBound ?? first
            var count = batch.starts.count
            while count > 0, offset + batch.starts[count - 1] >= stretch.upperBound { count -= 1 }
            guard count > 0 else { return false }
            part.run.append(batch, count)
            let end = offset + batch.starts[count - 1] + batch.counts[count - 1] + 1
            part.range = first..<end
            return count == batch.starts.count
        }
        // Nothing complete: no line begins here as far as anybody can tell.
        return last > first ? part : Part()
    }

    private func firstLine(in stretch: Range<Int>) throws(BookError) -> Int? {
        guard stretch.lowerBound > 0 else { return 0 }
        // A line begins behind each line feed, so also behind the last byte before the stretch.
        let from = stretch.lowerBound - 1
        let bytes = try onDisk { () throws(DiskError) in
            try lines.disk.bytes(
                from: lines.file, at: from, count: min(Limits.lineBytes + 1, end - from))
        }
        guard let feed = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let first = from + feed + 1
        return first < stretch.upperBound ? first : nil
    }
}

extension LeafRun {
    /// Adds the first lines of a batch.
    fileprivate mutating func append(_ batch: borrowing LineFile.Batch, _ count: Int) {
        let before = leaves.count
        leaves.append(contentsOf: repeatElement(Digest(), count: count))
        batch.starts.withUnsafeBufferPointer { starts in
            batch.counts.withUnsafeBufferPointer { counts in
                leaves.withUnsafeMutableBufferPointer { leaves in
                    LeafHasher.hashLines(
                        in: batch.bytes,
                        starts: UnsafeBufferPointer(rebasing: starts[..<count]),
                        counts: UnsafeBufferPointer(rebasing: counts[..<count]),
                        into: UnsafeMutableBufferPointer(rebasing: leaves[before...]))
                }
            }
        }
        guard let base = batch.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return
        }
        for line in 0..<count {
            let bytes = UnsafeBufferPointer(
                start: base + batch.starts[line], count: batch.counts[line])
            if let record = UpkeepRecord.sealed(bytes) { sealed.append(record) }
        }
    }
}
