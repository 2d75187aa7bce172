// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

/// The levels of a tree in arrays: what a book keeps in files.
struct StoredLevels: TileReader {
    struct Missing: Error {}

    var levels: [[Digest]]

    /// Feeds the leaves through a builder, in pieces of the given sizes.
    init(_ leaves: [Digest], pieces: [Int] = []) {
        levels = [leaves]
        var builder = TileBuilder()
        var start = 0
        for piece in pieces + [leaves.count] where start < leaves.count {
            let end = min(leaves.count, start + piece)
            if end == start + 1 {
                builder.append(leaves[start])
            } else {
                builder.append(contentsOf: Array(leaves[start..<end]))
            }
            start = end
            for (place, hashes) in builder.takeCompleted().enumerated() {
                while levels.count < place + 2 { levels.append([]) }
                levels[place + 1] += hashes
            }
        }
    }

    func hashes(of tile: Tile) throws -> [Digest] {
        let start = tile.index * Tile.fullWidth
        guard tile.level < levels.count, start + tile.width <= levels[tile.level].count else {
            throw Missing()
        }
        return Array(levels[tile.level][start..<start + tile.width])
    }
}

@Suite("Tiles of a growing tree")
struct TileBuilderTests {
    @Test("level hashes are the roots of their 256 and 65,536 leaves")
    func levels() {
        let leaves = someLeaves(70_000)
        let stored = StoredLevels(leaves, pieces: [1, 255, 1, 300, 5000, 4096, 1, 1, 30_000])
        #expect(stored.levels.map(\.count) == [70_000, 273, 1])
        for (index, hash) in stored.levels[1].enumerated() {
            #expect(hash == Reference.root(leaves[index * 256..<(index + 1) * 256]))
        }
        #expect(stored.levels[2][0] == Reference.root(leaves[..<65_536]))
    }

    @Test("one leaf at a time completes the same hashes as all at once")
    func singly() {
        let leaves = someLeaves(1_025)
        var builder = TileBuilder()
        var level: [Digest] = []
        for leaf in leaves {
            builder.append(leaf)
            for hashes in builder.takeCompleted() { level += hashes }
        }
        #expect(level == StoredLevels(leaves).levels[1])
        #expect(builder.root == Reference.root(leaves[...]))
        #expect(builder.takeCompleted().isEmpty)
    }

    @Test("sizes 256 and 70,000 have the tiles that the specification gives them")
    func specifiedTiles() {
        #expect(
            Tile.partialTiles(inTreeOf: 256).map(\.path) == ["tile/1/000.p/1"])
        #expect(Tile(level: 0, index: 0, inTreeOf: 256)?.isPartial == false)
        #expect(Tile(level: 0, index: 1, inTreeOf: 256) == nil)
        #expect(
            Tile.partialTiles(inTreeOf: 70_000).map(\.path)
                == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(Tile(level: 0, index: 272, inTreeOf: 70_000)?.path == "tile/0/272")
        #expect(Tile(level: 1, index: 0, inTreeOf: 70_000)?.path == "tile/1/000")
        #expect(Tile(level: 3, index: 0, inTreeOf: 70_000) == nil)
        #expect(Tile.partialTiles(inTreeOf: 0).isEmpty)
        #expect(Tile.partialTiles(inTreeOf: .max).count == 8)
    }

    @Test("a frontier read from tiles continues the tree")
    func resume() throws {
        let leaves = someLeaves(70_000)
        let stored = StoredLevels(leaves)
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000] {
            var frontier = try MerkleFrontier(size: size, tiles: stored)
            #expect(frontier.root == Reference.root(leaves[..<size]), "size \(size)")
            frontier.append(contentsOf: Array(leaves[size...]))
            #expect(frontier.root == Reference.root(leaves[...]))
        }
    }

    @Test("a tile that is missing or too short is an error")
    func brokenStore() {
        struct Short: TileReader {
            func hashes(of tile: Tile) -> [Digest] { [] }
        }
        let error = TransparencyLogError(.unreadableTile, "")
        #expect(throws: error) { try MerkleFrontier(size: 3, tiles: Short()) }
        #expect(throws: error) { try MerkleFrontier(size: 3, tiles: StoredLevels([])) }
        #expect(throws: TransparencyLogError(.outOfRange, "")) {
            try MerkleFrontier(size: -1, tiles: Short())
        }
    }
}
