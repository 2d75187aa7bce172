// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// The book's Merkle tree as far as a writer needs it: its right edge, and the 256-ary hashes that
/// are complete and wait to be stored.
///
/// A value: a sync takes a copy and works on it while the writer goes on.
struct BookTree: Sendable {
    private(set) var frontier: MerkleFrontier
    /// Hashes of complete subtrees by level, level 1 at position 0, that are not known to be
    /// stored; `firstCompleted` is the position of each level's first one in its file.
    private(set) var completed: [[Digest]]
    private(set) var firstCompleted: [UInt64]

    init() {
        frontier = MerkleFrontier()
        completed = []
        firstCompleted = []
    }

    /// Continues a tree whose complete hashes are all stored.
    init(continuing frontier: MerkleFrontier) {
        self.frontier = frontier
        completed = []
        firstCompleted = []
        var count = UInt64(frontier.size) / Limits.groupRecords
        while count > 0 {
            completed.append([])
            firstCompleted.append(count)
            count /= Limits.groupRecords
        }
    }

    var size: UInt64 { UInt64(frontier.size) }
    /// O(log n) hashes.
    var root: Digest { frontier.root }

    /// How many hashes of complete subtrees a level has: level 1 covers 256 leaves each.
    static func hashes(at level: Int, size: UInt64) -> UInt64 { size >> UInt64(8 * level) }

    mutating func append(leaf: Digest) {
        frontier.append(leaf) { level, hash in
            add(CollectionOfOne(hash), level, &completed, &firstCompleted)
        }
    }

    mutating func append(line: UnsafeBufferPointer<UInt8>) {
        append(leaf: TreeHash.leaf(UnsafeRawBufferPointer(line)))
    }

    mutating func append(contentsOf leaves: UnsafeBufferPointer<Digest>) {
        frontier.append(contentsOf: leaves) { level, hashes in
            add(hashes, level, &completed, &firstCompleted)
        }
    }

    /// Forgets hashes that are stored now.
    mutating func dropStored(_ stored: [UInt64]) {
        for level in completed.indices where level < stored.count {
            let known = min(
                Int(clamping: stored[level] - min(stored[level], firstCompleted[level])),
                completed[level].count)
            completed[level].removeFirst(known)
            firstCompleted[level] += UInt64(known)
        }
    }
}

// Free of `self`, so that the closures above do not overlap the mutation of the frontier.
private func add(
    _ hashes: some Collection<Digest>, _ level: Int, _ completed: inout [[Digest]],
    _ first: inout [UInt64]
) {
    while completed.count < level {
        completed.append([])
        first.append(0)
    }
    completed[level - 1].append(contentsOf: hashes)
}
