// SPDX-License-Identifier: Apache-2.0

/// The largest power of two below a size of 2 or more: where RFC 6962 divides a tree.
func splitPoint(of size: Int) -> Int {
    1 << (Int.bitWidth - 1 - (size - 1).leadingZeroBitCount)
}

/// A tree of a given size whose hashes are read from tiles, each tile once.
struct StoredTree<Tiles: TileReader> {
    private struct Place: Hashable {
        let level: Int
        let index: Int
    }

    private let size: Int
    private let tiles: Tiles
    private var read: [Place: [Digest]] = [:]

    init(size: Int, tiles: Tiles) {
        self.size = size
        self.tiles = tiles
    }

    /// The root of a range of leaves that RFC 6962 has as a subtree: one that starts at a multiple
    /// of the power of two at or above its length.
    mutating func root(of range: Range<Int>) throws(TransparencyLogError) -> Digest {
        var peaks: [Digest] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let height = Int.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
            peaks.append(try perfectRoot(height: height, index: start >> height))
            start += 1 << height
        }
        return MerkleFrontier(unchecked: range.count, peaks: peaks).root
    }

    /// The root of the 2^height leaves from leaf index × 2^height on.
    private mutating func perfectRoot(
        height: Int, index: Int
    ) throws(TransparencyLogError) -> Digest {
        let level = height / 8
        let width = 1 << (height % 8)
        let first = index * width
        let hashes = try tile(level: level, index: first / Tile.fullWidth)
        let start = first % Tile.fullWidth
        guard start + width <= hashes.count else {
            throw TransparencyLogError(
                .outOfRange, "a tree of size \(size) has no subtree of height \(height) there")
        }
        return TreeHash.root(of: Array(hashes[start..<start + width]))
    }

    private mutating func tile(level: Int, index: Int) throws(TransparencyLogError) -> [Digest] {
        if let known = read[Place(level: level, index: index)] { return known }
        guard let tile = Tile(level: level, index: index, inTreeOf: size) else {
            throw TransparencyLogError(
                .outOfRange, "a tree of size \(size) has no tile \(index) on level \(level)")
        }
        let hashes = try tiles.checkedHashes(of: tile)
        read[Place(level: level, index: index)] = hashes
        return hashes
    }
}
