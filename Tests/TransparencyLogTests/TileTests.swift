// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Tile paths, tiles and entry bundles")
struct TileTests {
    @Test(
        "paths are written in groups of three digits and read back",
        arguments: [
            (5, 256, "005"), (0, 1, "000.p/1"), (999, 256, "999"), (1000, 256, "x001/000"),
            (1_234_067, 256, "x001/x234/067"), (1_234_067, 255, "x001/x234/067.p/255"),
            (Int.max, 8, "x009/x223/x372/x036/x854/x775/807.p/8"),
        ])
    func paths(index: Int, width: Int, path: String) throws {
        let tile = try #require(Tile(level: 3, index: index, width: width))
        #expect(tile.path == "tile/3/\(path)")
        #expect(Tile(path: tile.path) == tile)
        #expect(EntryBundle.path(index: index, width: width) == "tile/entries/\(path)")
        let bundle = try #require(EntryBundle.parse(path: "tile/entries/\(path)"))
        #expect(bundle == (index, width))
    }

    @Test(
        "a path that no log writes is refused",
        arguments: [
            "", "5", "05", "0005", "x005", "x000/005", "001/005", "x001/x005", "x001/05",
            "005.p/0", "005.p/256", "005.p/01", "005.p/", "005.p", "005/1", ".p/1", "005.p/1/2",
            "X001/005", "x1/005", "x001//005", "/005", "005/", "+05",
            "x009/x223/x372/x036/x854/x775/808",
            "x001/x001/x001/x001/x001/x001/x001/001", "00\u{661}", "005.q/1", "005.p/-1",
        ])
    func malformedPaths(path: String) {
        #expect(Tile(path: "tile/0/\(path)") == nil)
        #expect(EntryBundle.parse(path: "tile/entries/\(path)") == nil)
    }

    @Test("levels are 0 to 63, and tiles have 1 to 256 hashes")
    func tileNumbers() {
        #expect(Tile(path: "tile/63/000") != nil)
        for path in [
            "tile/64/000", "tile/00/000", "tile//000", "tile/000", "tiles/0/000", "tile/-1/000",
        ] {
            #expect(Tile(path: path) == nil)
        }
        #expect(Tile(level: 0, index: -1) == nil)
        #expect(Tile(level: 0, index: 0, width: 0) == nil)
        #expect(Tile(level: 0, index: 0, width: 257) == nil)
        #expect(Tile(level: 0, index: .max, inTreeOf: .max) == nil)
        #expect(Tile(level: 0, index: .min, inTreeOf: .max) == nil)
        #expect(Tile(level: .max, index: 0, inTreeOf: .max) == nil)
        #expect(EntryBundle.path(index: -1) == nil)
    }

    @Test("tiles read back, of the right length only")
    func tileBytes() throws {
        let leaves = someLeaves(7)
        let tile = try #require(Tile(level: 0, index: 0, width: 7))
        let bytes = Tile.encode(leaves)
        #expect(bytes == leaves.flatMap(\.bytes))
        #expect(try tile.decode(bytes) == leaves)
        for wrong in [bytes + [0], bytes.dropLast(), []] {
            #expect(throws: TransparencyLogError(.malformedTile, "")) { try tile.decode(wrong) }
        }
    }

    @Test("bundles read back")
    func bundles() throws {
        let entries: [[UInt8]] = [[], [1], [2, 3], [UInt8](repeating: 9, count: 65_535)]
        let bundle = try EntryBundle.encode(entries)
        #expect(bundle.prefix(8) == [0, 0, 0, 1, 1, 0, 2, 2])
        #expect(try EntryBundle.entries(in: bundle).map { Array(bundle[$0]) } == entries)
        #expect(try EntryBundle.entries(in: bundle, width: 4).count == 4)
        var appended: [UInt8] = []
        for entry in entries {
            try entry.withUnsafeBytes { try EntryBundle.append($0, to: &appended) }
        }
        #expect(appended == bundle)
        let full = try EntryBundle.encode([[UInt8]](repeating: [1], count: 256))
        #expect(try EntryBundle.entries(in: full).count == 256)
    }

    @Test("malformed bundles are refused")
    func malformedBundles() throws {
        let error = TransparencyLogError(.malformedBundle, "")
        let bundle = try EntryBundle.encode([[1, 2], [3]])
        for end in 0..<bundle.count where end != 4 {
            #expect(throws: error) { try EntryBundle.entries(in: Array(bundle[..<end])) }
        }
        #expect(throws: error) { try EntryBundle.entries(in: bundle, width: 3) }
        #expect(throws: error) { try EntryBundle.entries(in: bundle, width: 1) }
        #expect(throws: error) { try EntryBundle.entries(in: bundle + [0]) }
        #expect(throws: error) { try EntryBundle.entries(in: [UInt8](repeating: 0, count: 514)) }
        let tooLong = [UInt8](repeating: 0, count: 65_536)
        #expect(throws: error) { try EntryBundle.encode([tooLong]) }
        #expect(throws: error) { try EntryBundle.encode([]) }
        #expect(throws: error) { try EntryBundle.encode([[UInt8]](repeating: [], count: 257)) }
        var untouched = bundle
        #expect(throws: error) {
            try tooLong.withUnsafeBytes { try EntryBundle.append($0, to: &untouched) }
        }
        #expect(untouched == bundle)
    }
}
