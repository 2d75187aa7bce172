// SPDX-License-Identifier: Apache-2.0

/// The right edge of a growing Merkle tree: enough to append leaves and to know the root, and
/// nothing more.
///
/// A tree of *n* leaves is a row of perfect subtrees, one for each 1 in the binary form of *n*, the
/// largest first. The frontier keeps their roots: at most 63 digests, however large the tree.
public struct MerkleFrontier: Sendable, Hashable {
    /// How many leaves the tree has.
    public private(set) var size: Int

    /// The roots of the perfect subtrees, the largest first; as many as `size` has 1 bits.
    public private(set) var peaks: [Digest]

    /// The empty tree.
    public init() {
        size = 0
        peaks = []
    }

    /// The tree of this size with these subtrees, or nil if their number does not fit the size.
    public init?(size: Int, peaks: [Digest]) {
        guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    init(unchecked size: Int, peaks: [Digest]) {
        self.size = size
        self.peaks = peaks
    }

    /// The Merkle Tree Hash of all leaves so far (RFC 6962, section 2.1).
    ///
    /// - Complexity: O(log *size*) hashes.
    public var root: Digest {
        guard var root = peaks.last else { return TreeHash.empty }
        for peak in peaks.dropLast().reversed() { root = TreeHash.node(peak, root) }
        return root
    }

    /// Appends one leaf.
    ///
    /// - Complexity: one node hash on average, O(log *size*) at most.
    public mutating func append(_ leaf: Digest) {
        append(leaf) { _, _ in }
    }

    /// Appends leaves in order. The same tree as appending one by one, but the nodes are hashed many
    /// at a time.
    ///
    /// - Complexity: one node hash a leaf.
    public mutating func append(contentsOf leaves: [Digest]) {
        leaves.withUnsafeBufferPointer { append(contentsOf: $0) { _, _ in } }
    }

    /// Appends one leaf and reports the hashes of the 256-ary levels that it completes: level 1
    /// covers 256 leaves, level 2 covers 65,536, and so on.
    package mutating func append(_ leaf: Digest, completed: (_ level: Int, Digest) -> Void) {
        var node = leaf
        var height = 0
        while size >> height & 1 == 1, let left = peaks.popLast() {
            node = TreeHash.node(left, node)
            height += 1
            if height.isMultiple(of: 8) { completed(height / 8, node) }
        }
        peaks.append(node)
        size += 1
    }

    /// Appends leaves in order and reports the hashes of the 256-ary levels that they complete, for
    /// each level in order of their index.
    package mutating func append(
        contentsOf leaves: UnsafeBufferPointer<Digest>,
        completed: (_ level: Int, UnsafeBufferPointer<Digest>) -> Void
    ) {
        let batch = min(leaves.count, Limits.frontierBatch)
        guard batch > 0 else { return }
        withUnsafeTemporaryAllocation(of: Digest.self, capacity: batch + 1) { scratch in
            guard let scratch = scratch.baseAddress else { return }
            var done = 0
            while done < leaves.count {
                let end = done + min(batch, leaves.count - done)
                append(batch: leaves[done..<end], scratch: scratch, completed: completed)
                done = end
            }
        }
    }

    /// - Parameter scratch: room for one digest more than the batch has. The nodes of a level lie
    ///   from place 1 on; place 0 is for the peak to the left of them.
    private mutating func append(
        batch: Slice<UnsafeBufferPointer<Digest>>, scratch: UnsafeMutablePointer<Digest>,
        completed: (_ level: Int, UnsafeBufferPointer<Digest>) -> Void
    ) {
        let nodes = scratch + 1
        for (place, leaf) in batch.enumerated() { nodes[place] = leaf }
        var count = batch.count
        var height = 0
        var rising: [Digest] = []
        while count > 0 {
            var first = nodes
            if size >> height & 1 == 1, let left = peaks.popLast() {
                first = scratch
                first[0] = left
                count += 1
            }
            if !count.isMultiple(of: 2) { rising.append(first[count - 1]) }
            count /= 2
            LeafHasher.hashNodes(first, count: count, into: nodes)
            height += 1
            if height.isMultiple(of: 8), count > 0 {
                completed(height / 8, UnsafeBufferPointer(start: nodes, count: count))
            }
        }
        peaks.append(contentsOf: rising.reversed())
        size += batch.count
    }
}
