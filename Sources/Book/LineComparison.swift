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
        try reader.forEachBatch(in: range, at: path) { batch throws(BookError) in
            let rebuilt = UnsafeRawBufferPointer(batch.bytes)
            let original = try onDisk { () throws(DiskError) in
                try place.disk.bytes(from: lines.file, at: offset, count: rebuilt.count)
            }
            isSame = Self.isSame(original, rebuilt)
            offset += rebuilt.count
            found += UInt64(batch.count)
            return isSame
        }
        return isSame && found == UInt64(range.count) && offset == end
    }

    private static func isSame(_ original: [UInt8], _ rebuilt: UnsafeRawBufferPointer) -> Bool {
        guard original.count == rebuilt.count else { return false }
        return original.withUnsafeBytes { original in
            guard let left = original.baseAddress, let right = rebuilt.baseAddress else {
                return true
            }
            return memcmp(left, right, rebuilt.count) == 0
        }
    }
}
