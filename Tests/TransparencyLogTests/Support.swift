// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A small generator with a seed, so that a failure can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

/// RFC 6962 as the RFC writes it, recursion and all: slow, and nothing shared with the library but
/// the two hash functions.
enum Reference {
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        if leaves.isEmpty { return TreeHash.empty }
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        let split = leaves.startIndex + splitPoint(leaves.count)
        return TreeHash.node(root(leaves[..<split]), root(leaves[split...]))
    }

    /// PATH(m, D[n]), section 2.1.1.
    static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        if leaves.count <= 1 { return [] }
        let k = splitPoint(leaves.count)
        let left = leaves.prefix(k)
        let right = leaves.dropFirst(k)
        return index < k
            ? path(index, left) + [root(right)] : path(index - k, right) + [root(left)]
    }

    /// PROOF(m, D[n]), section 2.1.2.
    static func proof(_ size: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        subproof(size, leaves, true)
    }

    private static func subproof(
        _ m: Int, _ leaves: ArraySlice<Digest>, _ whole: Bool
    ) -> [Digest] {
        if m == leaves.count { return whole ? [] : [root(leaves)] }
        let k = splitPoint(leaves.count)
        let left = leaves.prefix(k)
        let right = leaves.dropFirst(k)
        return m <= k
            ? subproof(m, left, whole) + [root(right)]
            : subproof(m - k, right, false) + [root(left)]
    }

    /// The largest power of two below n.
    private static func splitPoint(_ n: Int) -> Int {
        var k = 1
        while k * 2 < n { k *= 2 }
        return k
    }
}

/// Leaf hashes of the numbers from 0 on, in decimal.
func someLeaves(_ count: Int) -> [Digest] {
    (0..<count).map { TreeHash.leaf(Array(String($0).utf8)) }
}
