// SPDX-License-Identifier: Apache-2.0

/// The proof that a larger tree begins with all leaves of a smaller one, so that nothing was changed
/// in between (RFC 6962, section 2.1.2).
public struct ConsistencyProof: Sendable, Hashable {
    /// The hashes, in the order of the RFC.
    public let hashes: [Digest]

    /// A proof from its hashes, which may be anything; the verification judges.
    public init(hashes: [Digest]) {
        self.hashes = hashes
    }

    /// Makes the proof that the tree of size `newSize` continues the one of size `oldSize`, from the
    /// tiles of the larger. Empty for an empty old tree and for equal sizes.
    ///
    /// - Complexity: reads at most three tiles of each 256-ary level, each once.
    /// - Throws: ``TransparencyLogError`` with `outOfRange` unless 0 ≤ oldSize ≤ newSize,
    ///   `unreadableTile`.
    public init(
        from oldSize: Int, to newSize: Int, tiles: some TileReader
    ) throws(TransparencyLogError) {
        guard oldSize >= 0, oldSize <= newSize else {
            throw TransparencyLogError(
                .outOfRange, "a tree of size \(newSize) does not continue one of size \(oldSize)")
        }
        var fromTop: [Digest] = []
        if oldSize > 0, oldSize < newSize {
            var tree = StoredTree(size: newSize, tiles: tiles)
            var start = 0
            var end = newSize
            while end != oldSize {
                let middle = start + splitPoint(of: end - start)
                if oldSize <= middle {
                    fromTop.append(try tree.root(of: middle..<end))
                    end = middle
                } else {
                    fromTop.append(try tree.root(of: start..<middle))
                    start = middle
                }
            }
            // The verifier knows the whole old tree, but not a part of it.
            if start > 0 { fromTop.append(try tree.root(of: start..<end)) }
        }
        self.init(hashes: fromTop.reversed())
    }

    /// Checks that the tree with the new size and root continues the one with the old size and root
    /// (RFC 9162, section 2.1.4.2).
    ///
    /// - Complexity: O(log *newSize*) hashes.
    public func verify(
        oldSize: Int, oldRoot: Digest, newSize: Int, newRoot: Digest
    ) -> ProofVerdict {
        guard oldSize >= 0, oldSize <= newSize else { return .refused(.outOfRange) }
        if oldSize == 0 || oldSize == newSize {
            guard hashes.isEmpty else { return .refused(.wrongLength) }
            let expected = oldSize == newSize ? newRoot : TreeHash.empty
            guard newSize > 0 || newRoot == TreeHash.empty else { return .refused(.otherRoot) }
            return oldRoot == expected ? .holds : .refused(.otherRoot)
        }
        var rest = hashes[...]
        // An old tree of a power of two leaves is itself the first hash.
        guard let first = oldSize.nonzeroBitCount == 1 ? oldRoot : rest.popFirst() else {
            return .refused(.wrongLength)
        }
        let risen = oldSize.trailingZeroBitCount
        var place = (oldSize - 1) >> risen
        var last = (newSize - 1) >> risen
        var old = first
        var new = first
        for hash in rest {
            guard last > 0 else { return .refused(.wrongLength) }
            if place & 1 == 1 || place == last {
                old = TreeHash.node(hash, old)
                new = TreeHash.node(hash, new)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = TreeHash.node(new, hash)
            }
            place >>= 1
            last >>= 1
        }
        guard last == 0 else { return .refused(.wrongLength) }
        return old == oldRoot && new == newRoot ? .holds : .refused(.otherRoot)
    }
}
