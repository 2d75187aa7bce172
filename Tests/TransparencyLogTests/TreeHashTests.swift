// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Tree hashes and the frontier")
struct TreeHashTests {
    /// The eight leaves of the Certificate Transparency test tree, and its roots at every size.
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("the known roots come out, however the leaves go in", arguments: 0...8)
    func knownRoots(size: Int) throws {
        let leaves = try Self.leaves.prefix(size).map {
            TreeHash.leaf(try #require(Hex.decode($0.utf8)))
        }
        var frontier = MerkleFrontier()
        for leaf in leaves { frontier.append(leaf) }
        #expect(frontier.root.hex == Self.roots[size])
        #expect(TreeHash.root(of: leaves).hex == Self.roots[size])
        #expect(Reference.root(leaves[...]).hex == Self.roots[size])
        #expect(frontier.size == size)
    }

    @Test("one by one, the frontier agrees with the recursive definition for every size to 300")
    func everySmallSize() {
        let leaves = someLeaves(300)
        var frontier = MerkleFrontier()
        for size in 0...300 {
            #expect(frontier.root == Reference.root(leaves[..<size]), "size \(size)")
            #expect(frontier.peaks.count == size.nonzeroBitCount)
            if size < 300 { frontier.append(leaves[size]) }
        }
    }

    @Test("leaves in batches give the same tree as one by one")
    func batches() {
        let leaves = someLeaves(300)
        for first in 0...300 {
            var frontier = MerkleFrontier()
            frontier.append(contentsOf: Array(leaves[..<first]))
            frontier.append(contentsOf: Array(leaves[first...]))
            #expect(frontier.root == Reference.root(leaves[...]), "cut at \(first)")
        }
        var generator = SeededGenerator(seed: 1)
        let many = someLeaves(20_000)
        var frontier = MerkleFrontier()
        while frontier.size < many.count {
            let next = min(many.count, frontier.size + Int.random(in: 0...6000, using: &generator))
            frontier.append(contentsOf: Array(many[frontier.size..<next]))
            #expect(frontier.root == Reference.root(many[..<frontier.size]), "at \(frontier.size)")
        }
    }

    @Test("a frontier is refused unless its subtrees fit its size")
    func frontierFromParts() {
        let leaves = someLeaves(5)
        var frontier = MerkleFrontier()
        frontier.append(contentsOf: leaves)
        #expect(MerkleFrontier(size: 5, peaks: frontier.peaks) == frontier)
        #expect(MerkleFrontier(size: 4, peaks: frontier.peaks) == nil)
        #expect(MerkleFrontier(size: -1, peaks: frontier.peaks) == nil)
        #expect(MerkleFrontier(size: 0, peaks: []) == MerkleFrontier())
    }

    @Test("a digest reads back from its bytes, hexadecimal and base64, and from nothing else")
    func digestForms() {
        let digest = TreeHash.leaf([1, 2, 3])
        #expect(Digest(digest.bytes) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(Digest(base64: digest.base64) == digest)
        #expect(digest.base64.utf8.count == 44)
        #expect(Digest(digest.bytes.dropLast()) == nil)
        #expect(Digest(digest.bytes + [0]) == nil)
        #expect(Digest(hex: digest.hex.dropLast()) == nil)
        #expect(Digest(hex: digest.hex.dropLast() + "g") == nil)
        #expect(Digest(base64: digest.base64.dropLast()) == nil)
        #expect(MemoryLayout<Digest>.size == 32 && MemoryLayout<Digest>.stride == 32)
    }
}
