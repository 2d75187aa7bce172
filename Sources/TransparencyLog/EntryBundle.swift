// SPDX-License-Identifier: Apache-2.0

/// Entries of a log side by side (tlog-tiles): each as its length in two bytes, big endian, and its
/// bytes. Bundle *n* has the entries from 256 × *n* on: 256 of them, or fewer in the last.
public enum EntryBundle {
    /// How long an entry can be, in bytes: what two bytes can say.
    public static let maximumEntryBytes = 65_535

    /// The bundle's path below the log's prefix, such as `tile/entries/x001/x234/067.p/8`; nil for a
    /// negative index or a width outside 1 to 256.
    public static func path(index: Int, width: Int = Tile.fullWidth) -> String? {
        guard let tile = Tile(level: 0, index: index, width: width) else { return nil }
        return "tile/entries/\(TilePath.encode(index: tile.index, width: tile.width))"
    }

    /// The index and width of the bundle with this path, or nil unless the path is exactly as
    /// ``path(index:width:)`` writes it.
    public static func parse(path: some StringProtocol) -> (index: Int, width: Int)? {
        let prefix = "tile/entries/"
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        return TilePath.decode(Substring(path.dropFirst(prefix.count)))
    }

    /// Appends one entry to the bytes of a bundle.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedBundle` for an entry over 65,535 bytes.
    public static func append(
        _ entry: UnsafeRawBufferPointer, to bundle: inout [UInt8]
    ) throws(TransparencyLogError) {
        guard let count = UInt16(exactly: entry.count) else {
            throw TransparencyLogError(
                .malformedBundle, "an entry of \(entry.count) bytes is over 65,535")
        }
        bundle.append(UInt8(count >> 8))
        bundle.append(UInt8(truncatingIfNeeded: count))
        bundle.append(contentsOf: entry)
    }

    /// The bundle of these entries.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedBundle` unless there are 1 to 256 entries of
    ///   at most 65,535 bytes.
    public static func encode(_ entries: [[UInt8]]) throws(TransparencyLogError) -> [UInt8] {
        guard 1...Tile.fullWidth ~= entries.count else {
            throw TransparencyLogError(.malformedBundle, "a bundle has 1 to 256 entries")
        }
        var bundle: [UInt8] = []
        for entry in entries {
            guard entry.count <= maximumEntryBytes else {
                throw TransparencyLogError(
                    .malformedBundle, "an entry of \(entry.count) bytes is over 65,535")
            }
            bundle.append(UInt8(entry.count >> 8))
            bundle.append(UInt8(entry.count & 0xFF))
            bundle += entry
        }
        return bundle
    }

    /// Where the entries of a bundle lie in its bytes.
    ///
    /// - Parameter width: how many entries there must be; nil for any number from 1 to 256.
    /// - Complexity: O(*entries*); copies nothing.
    /// - Throws: ``TransparencyLogError`` with `malformedBundle` for an entry that is cut off, bytes
    ///   left over, or another number of entries.
    public static func entries(
        in bundle: [UInt8], width: Int? = nil
    ) throws(TransparencyLogError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < bundle.count {
            guard ranges.count < Tile.fullWidth else {
                throw TransparencyLogError(.malformedBundle, "the bundle has over 256 entries")
            }
            guard bundle.count - start >= 2 else {
                throw TransparencyLogError(
                    .malformedBundle, "entry \(ranges.count) of the bundle is cut off")
            }
            let count = Int(bundle[start]) << 8 | Int(bundle[start + 1])
            start += 2
            guard bundle.count - start >= count else {
                throw TransparencyLogError(
                    .malformedBundle, "entry \(ranges.count) of the bundle is cut off")
            }
            ranges.append(start..<start + count)
            start += count
        }
        guard !ranges.isEmpty, ranges.count == width ?? ranges.count else {
            throw TransparencyLogError(
                .malformedBundle,
                "the bundle has \(ranges.count) entries instead of \(width.map(String.init) ?? "1 to 256")"
            )
        }
        return ranges
    }
}

extension Tile {
    /// The bytes of a tile with these hashes: 32 bytes each.
    public static func encode(_ hashes: [Digest]) -> [UInt8] {
        hashes.withUnsafeBytes { [UInt8]($0) }
    }

    /// The hashes in the bytes of this tile.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedTile` unless there are exactly 32 bytes for
    ///   each of the tile's hashes.
    public func decode(_ bytes: [UInt8]) throws(TransparencyLogError) -> [Digest] {
        guard bytes.count == width * Digest.byteCount else {
            throw TransparencyLogError(
                .malformedTile, "tile \(path) has \(bytes.count) bytes instead of \(width * 32)")
        }
        return (0..<width).compactMap { Digest(bytes[$0 * 32..<$0 * 32 + 32]) }
    }
}
