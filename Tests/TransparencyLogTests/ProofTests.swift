// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Inclusion and consistency proofs")
struct ProofTests {
    let leaves = someLeaves(70)
    let tree: StoredLevels
    let roots: [Digest]

    init() {
        tree = StoredLevels(leaves)
        roots = (0...70).map { [leaves] in Reference.root(leaves[..<$0]) }
    }

    @Test("every leaf of every tree to size 70 is proven as the RFC says, and only itself")
    func inclusion() throws {
        for size in 1...70 {
            for index in 0..<size {
                let proof = try InclusionProof(index: index, size: size, tiles: tree)
                #expect(proof.hashes == Reference.path(index, leaves[..<size]))
                #expect(proof.verify(leaf: leaves[index], size: size, root: roots[size]).holds)
                let other = leaves[(index + 1) % 70]
                #expect(
                    proof.verify(leaf: other, size: size, root: roots[size])
                        == .refused(.otherRoot))
                #expect(!proof.verify(leaf: leaves[index], size: size, root: roots[size - 1]).holds)
            }
        }
    }

    @Test("an inclusion proof holds at its own index only")
    func inclusionElsewhere() throws {
        for size in 1...40 {
            for index in 0..<size {
                let proof = try InclusionProof(index: index, size: size, tiles: tree)
                for other in -1...size where other != index {
                    let moved = InclusionProof(index: other, hashes: proof.hashes)
                    #expect(!moved.verify(leaf: leaves[index], size: size, root: roots[size]).holds)
                }
                let longer = InclusionProof(index: index, hashes: proof.hashes + [leaves[0]])
                #expect(
                    longer.verify(leaf: leaves[index], size: size, root: roots[size])
                        == .refused(.wrongLength))
                guard !proof.hashes.isEmpty else { continue }
                let shorter = InclusionProof(index: index, hashes: proof.hashes.dropLast())
                #expect(!shorter.verify(leaf: leaves[index], size: size, root: roots[size]).holds)
            }
        }
    }

    @Test("every pair of sizes to 70 is proven as the RFC says, and only these roots")
    func consistency() throws {
        for new in 0...70 {
            for old in 0...new {
                let proof = try ConsistencyProof(from: old, to: new, tiles: tree)
                if old > 0 { #expect(proof.hashes == Reference.proof(old, leaves[..<new])) }
                func verdict(_ proof: ConsistencyProof, _ old: Int, _ a: Digest, _ b: Digest)
                    -> ProofVerdict
                {
                    proof.verify(oldSize: old, oldRoot: a, newSize: new, newRoot: b)
                }
                #expect(verdict(proof, old, roots[old], roots[new]).holds, "\(old) to \(new)")
                let wrong = leaves[3]
                #expect(!verdict(proof, old, wrong, roots[new]).holds, "\(old) to \(new)")
                // Any tree continues the empty one.
                if old > 0 {
                    #expect(!verdict(proof, old, roots[old], wrong).holds, "\(old) to \(new)")
                }
                let longer = ConsistencyProof(hashes: proof.hashes + [wrong])
                #expect(verdict(longer, old, roots[old], roots[new]) == .refused(.wrongLength))
                guard !proof.hashes.isEmpty else { continue }
                let shorter = ConsistencyProof(hashes: proof.hashes.dropLast())
                #expect(!verdict(shorter, old, roots[old], roots[new]).holds)
                #expect(!verdict(ConsistencyProof(hashes: []), old, roots[old], roots[new]).holds)
            }
        }
        let proof = ConsistencyProof(hashes: [])
        #expect(
            proof.verify(oldSize: 2, oldRoot: roots[2], newSize: 1, newRoot: roots[1])
                == .refused(.outOfRange))
        #expect(
            proof.verify(oldSize: -1, oldRoot: roots[0], newSize: 1, newRoot: roots[1])
                == .refused(.outOfRange))
        #expect(
            !proof.verify(oldSize: 0, oldRoot: leaves[0], newSize: 0, newRoot: leaves[0]).holds)
    }

    @Test("one flipped bit anywhere in a proof is refused")
    func flippedBits() throws {
        let inclusion = try InclusionProof(index: 37, size: 70, tiles: tree)
        let consistency = try ConsistencyProof(from: 37, to: 70, tiles: tree)
        for flip in 0..<256 {
            func flipped(_ hashes: [Digest], _ place: Int) throws -> [Digest] {
                var bytes = hashes[place].bytes
                bytes[flip / 8] ^= 1 << (flip % 8)
                var hashes = hashes
                hashes[place] = try #require(Digest(bytes))
                return hashes
            }
            for place in inclusion.hashes.indices {
                let changed = InclusionProof(
                    index: 37, hashes: try flipped(inclusion.hashes, place))
                #expect(!changed.verify(leaf: leaves[37], size: 70, root: roots[70]).holds)
            }
            for place in consistency.hashes.indices {
                let changed = ConsistencyProof(hashes: try flipped(consistency.hashes, place))
                #expect(
                    !changed.verify(
                        oldSize: 37, oldRoot: roots[37], newSize: 70, newRoot: roots[70]
                    ).holds)
            }
        }
    }

    @Test("proofs in a large tree are right and read few tiles, each once")
    func largeTree() throws {
        let leaves = someLeaves(200_000)
        let tree = CountingTree(StoredLevels(leaves))
        let sizes = [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, 131_072, 199_999, 200_000]
        let roots = sizes.map { Reference.root(leaves[..<$0]) }
        var generator = SeededGenerator(seed: 8)
        for (place, size) in sizes.enumerated() {
            for _ in 0..<20 {
                let index = Int.random(in: 0..<size, using: &generator)
                tree.reads = []
                let proof = try InclusionProof(index: index, size: size, tiles: tree)
                #expect(proof.verify(leaf: leaves[index], size: size, root: roots[place]).holds)
                #expect(tree.reads.count <= 6 && Set(tree.reads).count == tree.reads.count)
            }
            for (earlier, old) in sizes[...place].enumerated() {
                tree.reads = []
                let proof = try ConsistencyProof(from: old, to: size, tiles: tree)
                #expect(
                    proof.verify(
                        oldSize: old, oldRoot: roots[earlier], newSize: size, newRoot: roots[place]
                    ).holds)
                #expect(tree.reads.count <= 9 && Set(tree.reads).count == tree.reads.count)
            }
        }
    }

    @Test("what a tree does not have is an error, not a trap")
    func outOfRange() {
        let error = TransparencyLogError(.outOfRange, "")
        for (index, size) in [(0, 0), (5, 5), (-1, 5), (.min, .max), (0, -1), (.max, .max)] {
            #expect(throws: error) { try InclusionProof(index: index, size: size, tiles: tree) }
            let proof = InclusionProof(index: index, hashes: [])
            #expect(
                proof.verify(leaf: leaves[0], size: size, root: roots[1]) == .refused(.outOfRange))
        }
        for (old, new) in [(1, 0), (-1, 5), (.max, 1), (.min, .max)] {
            #expect(throws: error) { try ConsistencyProof(from: old, to: new, tiles: tree) }
        }
        #expect(throws: TransparencyLogError(.unreadableTile, "")) {
            try InclusionProof(index: .max - 1, size: .max, tiles: tree)
        }
        #expect(throws: TransparencyLogError(.unreadableTile, "")) {
            try ConsistencyProof(from: .max - 1, to: .max, tiles: tree)
        }
        let long = [Digest](repeating: leaves[0], count: 63)
        let proof = InclusionProof(index: 0, hashes: long)
        #expect(
            proof.verify(leaf: leaves[0], size: .max, root: leaves[0]) == .refused(.otherRoot))
    }
}

/// Notes which tiles were read.
final class CountingTree: TileReader {
    private let tree: StoredLevels
    var reads: [Tile] = []

    init(_ tree: StoredLevels) { self.tree = tree }

    func hashes(of tile: Tile) throws -> [Digest] {
        reads.append(tile)
        return try tree.hashes(of: tile)
    }
}
