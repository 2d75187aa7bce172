// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Walks the lines of one file, forwards or backwards from a known end, with bounded memory.
struct LineFile {
    let disk: any Disk
    let file: OpenFile

    /// Complete lines that lie in one buffer.
    struct Batch {
        let bytes: UnsafeRawBufferPointer
        /// Offset of each line in `bytes`, and its length without the line feed.
        var starts: [Int] = []
        var counts: [Int] = []
        /// Bytes from the first line up to and with the last line feed.
        var end = 0
    }

    /// Calls `body` with runs of complete lines in `start..<end`, until it returns false.
    ///
    /// - Returns: the offset after the last complete line that was handed out; what follows up to
    ///   `end` is an incomplete line, or one longer than a book writes.
    func forEachBatch(
        from start: Int, to end: Int, _ body: (borrowing Batch) throws(BookError) -> Bool
    ) throws(BookError) -> Int {
        let capacity = Limits.readBytes + Limits.lineBytes + 1
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        defer { buffer.deallocate() }
        var held = 0
        var offset = start
        var starts: [Int] = []
        var counts: [Int] = []
        while offset + held < end {
            let room = min(capacity - held, end - offset - held)
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[held..<(held + room)])
            let position = offset + held
            let got = try onDisk { () throws(DiskError) in
                try disk.read(into: target, from: file, at: position)
            }
            if got == 0 { break }
            held += got
            var batch = Batch(
                bytes: UnsafeRawBufferPointer(rebasing: buffer[..<held]), starts: starts,
                counts: counts)
            batch.findLines()
            if batch.end == 0 {
                // A line longer than any that a book writes is not one of its lines.
                if held > Limits.lineBytes { return offset }
                continue
            }
            let isGoingOn = try body(batch)
            let used = batch.end
            offset += used
            if !isGoingOn { return offset }
            starts = batch.starts
            counts = batch.counts
            held -= used
            if held > 0, let base = buffer.baseAddress { memmove(base, base + used, held) }
        }
        return offset
    }

    /// Calls `body` with each complete line (without its line feed) in `start..<end`, until it
    /// returns false.
    ///
    /// - Returns: the offset after the last line that `body` accepted; bytes from there to `end`
    ///   are an incomplete line, or what `body` refused.
    func forEachLine(
        from start: Int, to end: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) -> Int {
        var accepted = start
        _ = try forEachBatch(from: start, to: end) { batch throws(BookError) in
            let bytes = batch.bytes.assumingMemoryBound(to: UInt8.self)
            for line in batch.starts.indices {
                let first = batch.starts[line]
                let count = batch.counts[line]
                guard try body(UnsafeBufferPointer(rebasing: bytes[first..<(first + count)]))
                else { return false }
                accepted += count + 1
            }
            return true
        }
        return accepted
    }

    /// The last `count` lines that end at `end`, oldest first; fewer when the file has fewer.
    func lastLines(_ count: Int, endingAt end: Int) throws(BookError) -> [[UInt8]] {
        guard count > 0, end > 0 else { return [] }
        var chunks: [[UInt8]] = []
        var feeds = 0
        var start = end
        // One line feed more than lines: the one before the first of them.
        while start > 0 && feeds <= count {
            let step = min(start, 1 << 16)
            start -= step
            let from = start
            let chunk = try onDisk { () throws(DiskError) in
                try disk.bytes(from: file, at: from, count: step)
            }
            if chunk.count < step { return [] }
            feeds += chunk.count(where: { $0 == UInt8(ascii: "\n") })
            chunks.append(chunk)
        }
        let bytes = Array(chunks.reversed().joined())
        guard bytes.last == UInt8(ascii: "\n") else { return [] }
        let lines = bytes.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.suffix(count).map(Array.init)
    }

    /// The offset at which line number `index` (from 0) starts, counted from `start`.
    func offset(ofLine index: UInt64, from start: Int, to end: Int) throws(BookError) -> Int {
        guard index > 0 else { return start }
        var left = index
        var offset = start
        _ = try forEachBatch(from: start, to: end) { batch in
            if UInt64(batch.starts.count) <= left {
                left -= UInt64(batch.starts.count)
                offset += batch.end
            } else {
                offset += batch.starts[Int(left)]
                left = 0
            }
            return left > 0
        }
        return offset
    }
}

extension LineFile.Batch {
    fileprivate mutating func findLines() {
        starts.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        guard let base = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count,
            let feed = memchr(base + position, 10, bytes.count - position)
        {
            let line = UnsafeRawPointer(feed) - base
            // No line of a book, however much of it fits in here.
            guard line - position <= Limits.lineBytes else { break }
            starts.append(position)
            counts.append(line - position)
            position = line + 1
        }
        end = position
    }
}
