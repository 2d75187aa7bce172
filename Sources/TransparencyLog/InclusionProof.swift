// SPDX-License-Identifier: Apache-2.0

/// The proof that an entry is in a tree at a place: the hashes beside the way from its leaf to the
/// root (RFC 6962, section 2.1.1).
public struct InclusionProof: Sendable, Hashable {
    /// The entry's place, from 0.
    public let index: Int
    /// The sibling hashes, the leaf's own sibling first.
    public let hashes: [Digest]

    /// A proof from its parts, which may be anything: ``verify(leaf:size:root:)`` judges.
    public init(index: Int, hashes: [Digest]) {
        self.index = index
        self.hashes = hashes
    }

    /// Makes the proof for the entry at an index of a tree of this size, from its tiles.
    ///
    /// - Complexity: reads at most two tiles of each 256-ary level, each once; for a billion
    ///   entries, four to eight tiles.
    /// - Throws: ``TransparencyLogError`` with `outOfRange` unless 0 ≤ index < size,
    ///   `unreadableTile`.
    public init(
        index: Int, size: Int, tiles: some TileReader
    ) throws(TransparencyLogError) {
        guard index >= 0, index < size else {
            throw TransparencyLogError(
                .outOfRange, "index \(index) is not in a tree of size \(size)")
        }
        var tree = StoredTree(size: size, tiles: tiles)
        var start = 0
        var end = size
        var fromTop: [Digest] = []
        while end - start > 1 {
            let middle = start + splitPoint(of: end - start)
            if index < middle {
                fromTop.append(try tree.root(of: middle..<end))
                end = middle
            } else {
                fromTop.append(try tree.root(of: start..<middle))
                start = middle
            }
        }
        self.init(index: index, hashes: fromTop.reversed())
    }

    /// Checks that the leaf is at ``index`` of the tree with this size and root (RFC 9162,
    /// section 2.1.3.2).
    ///
    /// - Complexity: O(log *size*) hashes.
    public func verify(leaf: Digest, size: Int, root: Digest) -> ProofVerdict {
        guard index >= 0, index < size else { return .refused(.outOfRange) }
        var place = index
        var last = size - 1
        var hash = leaf
        for sibling in hashes {
            guard last > 0 else { return .refused(.wrongLength) }
            if place & 1 == 1 || place == last {
                hash = TreeHash.node(sibling, hash)
                // A right edge without sibling was promoted: up to where it is a right child.
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHash.node(hash, sibling)
            }
            place >>= 1
            last >>= 1
        }
        guard last == 0 else { return .refused(.wrongLength) }
        return hash == root ? .holds : .refused(.otherRoot)
    }
}

/// What came of checking an inclusion or a consistency proof.
public enum ProofVerdict: Sendable, Hashable {
    /// What was to be proven is so.
    case holds
    /// The proof does not prove it.
    case refused(Reason)

    /// Why a proof does not prove it.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// The index or the sizes do not go together.
        case outOfRange
        /// There are too many or too few hashes for these sizes.
        case wrongLength
        /// The hashes lead to another root: the entry, the proof or the tree was changed.
        case otherRoot

        /// The reason in words.
        public var description: String {
            switch self {
            case .outOfRange: "the index or the sizes do not go together"
            case .wrongLength: "the proof has too many or too few hashes"
            case .otherRoot: "the hashes lead to another root"
            }
        }
    }

    /// Whether the proof proves it.
    public var holds: Bool { self == .holds }
}
