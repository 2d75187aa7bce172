// SPDX-License-Identifier: Apache-2.0

import CDaybook

/// Many hashes at a time, in SIMD lanes where that is faster than the library.
package enum LeafHasher {
    /// The lanes worth using on this machine: 16, 8, or 0 for none. Found out once.
    package static var lanes: Int { LaneChoice.best.lanes }

    /// Hashes lines that lie in one buffer: digest *i* = SHA-256(0x00 ‖ counts[i] bytes from
    /// base + starts[i]).
    ///
    /// Blocks for the time of the hashing, allocates nothing. Every line must lie inside the buffer
    /// and `digests` must have room for one digest a line (anything else is a bug of the caller and
    /// traps before a byte is read).
    ///
    /// - Complexity: O(*n*) in the bytes of all lines.
    package static func hashLines(
        in base: UnsafeRawBufferPointer, starts: UnsafeBufferPointer<Int>,
        counts: UnsafeBufferPointer<Int>, into digests: UnsafeMutableBufferPointer<Digest>
    ) {
        let best = LaneChoice.best
        hash(
            in: base, starts: starts, counts: counts, lanes: best.lanes,
            messagesMin: best.messagesMin, into: digests)
    }

    /// The same without the byte that marks a leaf: digest *i* = SHA-256(counts[i] bytes from
    /// base + starts[i]). For other hashes of many short messages.
    package static func hashMessages(
        in base: UnsafeRawBufferPointer, starts: UnsafeBufferPointer<Int>,
        counts: UnsafeBufferPointer<Int>, lanes: Int = LaneChoice.best.lanes,
        messagesMin: Int = LaneChoice.best.messagesMin,
        into digests: UnsafeMutableBufferPointer<Digest>
    ) {
        hash(
            in: base, starts: starts, counts: counts, areLeaves: false, lanes: lanes,
            messagesMin: messagesMin, into: digests)
    }

    /// The same for arrays.
    package static func hashLines(in bytes: [UInt8], starts: [Int], counts: [Int]) -> [Digest] {
        [Digest](unsafeUninitializedCapacity: starts.count) { digests, filled in
            bytes.withUnsafeBytes { base in
                starts.withUnsafeBufferPointer { starts in
                    counts.withUnsafeBufferPointer { counts in
                        hashLines(in: base, starts: starts, counts: counts, into: digests)
                    }
                }
            }
            filled = starts.count
        }
    }

    /// The same with a given number of lanes (16, 8, or 0 for the library).
    static func hash(
        in base: UnsafeRawBufferPointer, starts: UnsafeBufferPointer<Int>,
        counts: UnsafeBufferPointer<Int>, areLeaves: Bool = true, lanes: Int,
        messagesMin: Int = Limits.leavesForLanes, into digests: UnsafeMutableBufferPointer<Digest>
    ) {
        precondition(starts.count == counts.count && digests.count >= starts.count)
        for line in 0..<starts.count {
            let start = starts[line]
            let count = counts[line]
            precondition(start >= 0 && count >= 0 && start <= base.count - count)
        }
        if starts.count >= messagesMin, lanes > 0,
            let bytes = base.baseAddress, let target = UnsafeMutableRawPointer(digests.baseAddress),
            daybook_sha256_many(
                UInt32(lanes), areLeaves ? 0 : -1, bytes.assumingMemoryBound(to: UInt8.self),
                starts.baseAddress,
                counts.baseAddress, starts.count, target.assumingMemoryBound(to: UInt8.self)) == 0
        {
            return
        }
        for line in 0..<starts.count {
            let range = starts[line]..<starts[line] + counts[line]
            let message = UnsafeRawBufferPointer(rebasing: base[range])
            digests[line] =
                areLeaves
                ? TreeHash.leaf(message)
                : TreeHash.plain(message.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Hashes pairs of digests that lie side by side: parent *i* = SHA-256(0x01 ‖ child 2*i* ‖
    /// child 2*i* + 1).
    ///
    /// - Parameters:
    ///   - children: 2 × `count` digests.
    ///   - parents: room for `count` digests; may be `children` or one digest after it.
    static func hashNodes(
        _ children: UnsafePointer<Digest>, count: Int, lanes: Int = LaneChoice.best.lanes,
        messagesMin: Int = LaneChoice.best.messagesMin, into parents: UnsafeMutablePointer<Digest>
    ) {
        if count >= messagesMin, lanes > 0,
            daybook_sha256_nodes(
                UInt32(lanes), UnsafeRawPointer(children).assumingMemoryBound(to: UInt8.self),
                count, UnsafeMutableRawPointer(parents).assumingMemoryBound(to: UInt8.self)) == 0
        {
            return
        }
        for pair in 0..<count {
            parents[pair] = TreeHash.node(children[2 * pair], children[2 * pair + 1])
        }
    }
}
