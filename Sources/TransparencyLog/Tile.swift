// SPDX-License-Identifier: Apache-2.0

/// One tile of a tree (tlog-tiles): up to 256 hashes of a 256-ary level that lie side by side.
///
/// Level 0 has the leaf hashes; hash *i* of level *l* is the root of 256^*l* leaves from leaf
/// *i* × 256^*l* on. Tile *n* holds the hashes from 256 × *n* on.
public struct Tile: Sendable, Hashable {
    /// The highest level that the tile format knows.
    public static let maximumLevel = 63

    /// How many hashes a full tile holds: 256, since a tile has height 8.
    public static let fullWidth = 256

    /// 0 for leaf hashes, up to 63.
    public let level: Int
    /// The tile's number on its level, from 0.
    public let index: Int
    /// How many hashes it holds: 256 for a full tile, 1 to 255 for a partial one.
    public let width: Int

    /// The tile with these numbers, or nil if there is none: a level over 63, a negative index, a
    /// width of 0 or over 256.
    public init?(level: Int, index: Int, width: Int = Tile.fullWidth) {
        guard 0...Self.maximumLevel ~= level, index >= 0, 1...Tile.fullWidth ~= width else {
            return nil
        }
        self.init(unchecked: level, index: index, width: width)
    }

    init(unchecked level: Int, index: Int, width: Int) {
        self.level = level
        self.index = index
        self.width = width
    }

    /// Whether more hashes are still to come.
    public var isPartial: Bool { width < Tile.fullWidth }

    /// How many complete hashes a level has in a tree of this size: size / 256^level, rounded down.
    public static func hashCount(level: Int, size: Int) -> Int {
        guard level >= 0, level < 8, size > 0 else { return 0 }
        return size >> (8 * level)
    }

    /// The tile of this level and index as a tree of this size has it, or nil if it has none there.
    public init?(level: Int, index: Int, inTreeOf size: Int) {
        let hashes = Self.hashCount(level: level, size: size)
        guard index >= 0, index <= hashes / Tile.fullWidth else { return nil }
        let width = min(hashes - index * Tile.fullWidth, Tile.fullWidth)
        guard width > 0 else { return nil }
        self.init(unchecked: level, index: index, width: width)
    }

    /// The partial tiles of a tree of this size, the lowest level first: at most one a level.
    public static func partialTiles(inTreeOf size: Int) -> [Tile] {
        (0..<8).compactMap { level in
            let hashes = hashCount(level: level, size: size)
            let width = hashes % Tile.fullWidth
            guard width > 0 else { return nil }
            return Tile(unchecked: level, index: hashes / Tile.fullWidth, width: width)
        }
    }
}

/// Where the hashes of a tree come from: a book's files, a directory of tiles, a server.
///
/// A reader must give exactly `tile.width` hashes, those of the tree it stands for, for every tile
/// within that tree's size, and throw if it cannot. What it gives need not be trusted: a proof made
/// from wrong hashes does not verify.
public protocol TileReader {
    /// The hashes of this tile, in order.
    func hashes(of tile: Tile) throws -> [Digest]
}

extension TileReader {
    /// The hashes of this tile, counted.
    func checkedHashes(of tile: Tile) throws(TransparencyLogError) -> [Digest] {
        let hashes: [Digest]
        do {
            hashes = try self.hashes(of: tile)
        } catch {
            throw TransparencyLogError(
                .unreadableTile, "tile \(tile.path) could not be read", underlying: error)
        }
        guard hashes.count == tile.width else {
            throw TransparencyLogError(
                .unreadableTile,
                "tile \(tile.path) has \(hashes.count) hashes instead of \(tile.width)")
        }
        return hashes
    }
}

extension MerkleFrontier {
    /// The frontier of a tree of this size, read from its tiles.
    ///
    /// - Complexity: reads at most one tile a 256-ary level (eight), each partial.
    /// - Throws: ``TransparencyLogError`` with `outOfRange` for a negative size, `unreadableTile`.
    public init(size: Int, tiles: some TileReader) throws(TransparencyLogError) {
        guard size >= 0 else { throw TransparencyLogError(.outOfRange, "a size below 0") }
        var peaks: [Digest] = []
        for tile in Tile.partialTiles(inTreeOf: size).reversed() {
            var rest = try tiles.checkedHashes(of: tile)[...]
            for bit in (0..<8).reversed() where tile.width >> bit & 1 == 1 {
                peaks.append(TreeHash.root(of: Array(rest.prefix(1 << bit))))
                rest = rest.dropFirst(1 << bit)
            }
        }
        self.init(unchecked: size, peaks: peaks)
    }
}
