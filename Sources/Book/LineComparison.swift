// SPDX-License-Identifier: Apache-2.0

internal import Segments

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Compares a part with the lines that it was made of, byte for byte.
struct LineComparison {
    let place: BookPlace
    let origin: String

    init(_ place: BookPlace, _ origin: String) {
        self.place = place
        self.origin = origin
    }

    /// Whether a part gives back exactly the lines in `start..<end`, and has exactly those records.
    func isSame(
        _ path: String, _ range: Range<UInt64>, _ lines: LineFile, from start: Int, to end: Int
    ) throws(BookError) -> Bool {
        let reader = try place.openColumns(path, origin: origin, range)
        var offset = start
        var found: UInt64 = 0
        var isSame = reader.range == range
        guard isSame else { return false }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Limits.readBytes, alignment: 64)
        defer { buffer.deallocate() }
        try reader.forEachBatch(in: range, at: path) { batch throws(BookError) in
            let rebuilt = UnsafeRawBufferPointer(batch.bytes)
            isSame = try self.isSame(rebuilt, lines, at: offset, buffer)
            offset += rebuilt.count
            found += UInt64(batch.count)
            return isSame
        }
        return isSame && found == UInt64(range.count) && offset == end
    }

    /// Whether the file has these bytes at an offset. Read in pieces that stay in the processor's cache.
    private func isSame(
        _ rebuilt: UnsafeRawBufferPointer, _ lines: LineFile, at offset: Int,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(BookError) -> Bool {
        var done = 0
        while done < rebuilt.count {
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<min(buffer.count, rebuilt.count - done)])
            let position = offset + done
            let got = try onDisk { () throws(DiskError) in
                try place.disk.read(into: piece, from: lines.file, at: position)
            }
            guard got > 0, let left = rebuilt.baseAddress, let right = piece.baseAddress,
                memcmp(left + done, right, got) == 0
            else { return false }
            done += got
        }
        return true
    }
}
