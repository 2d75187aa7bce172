// SPDX-License-Identifier: Apache-2.0

/// Turns a stream of leaf hashes into the 256-ary levels of the tree (tlog-tiles), as they complete.
///
/// Hash *i* of level *l* is the root of the leaves from *i* × 256^*l* up to (*i* + 1) × 256^*l*; only
/// complete ones ever come out, in order. Level 0, the leaf hashes themselves, goes in. Each node of
/// the tree is hashed once, and the state is that of a ``MerkleFrontier``.
public struct TileBuilder: Sendable {
    /// The tree so far.
    public private(set) var frontier: MerkleFrontier

    /// Hashes not taken yet: those of level 1 first.
    private var completed: [[Digest]] = []

    /// Continues the tree of this frontier; without one, begins an empty tree.
    public init(continuing frontier: MerkleFrontier = MerkleFrontier()) {
        self.frontier = frontier
    }

    /// How many leaves the tree has.
    public var size: Int { frontier.size }

    /// The root of all leaves so far. Complexity: O(log *size*) hashes.
    public var root: Digest { frontier.root }

    /// Appends one leaf hash.
    public mutating func append(_ leaf: Digest) {
        frontier.append(leaf) { level, hash in
            Self.add(CollectionOfOne(hash), at: level, to: &completed)
        }
    }

    /// Appends leaf hashes in order.
    public mutating func append(contentsOf leaves: [Digest]) {
        leaves.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends leaf hashes in order.
    package mutating func append(contentsOf leaves: UnsafeBufferPointer<Digest>) {
        frontier.append(contentsOf: leaves) { level, hashes in
            Self.add(hashes, at: level, to: &completed)
        }
    }

    /// The hashes completed since the last call: element 0 has those of level 1, element 1 those of
    /// level 2, and so on; a level without any may be missing at the end. Append each to the file of
    /// its level.
    public mutating func takeCompleted() -> [[Digest]] {
        defer { completed = [] }
        return completed
    }

    private static func add(
        _ hashes: some Collection<Digest>, at level: Int, to completed: inout [[Digest]]
    ) {
        while completed.count < level { completed.append([]) }
        completed[level - 1].append(contentsOf: hashes)
    }
}
