// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// One pass over all records of a book that rebuilds its tree and compares every stored hash on the
/// way.
///
/// Used by one thread; a class, because what reads files calls it back.
final class TreeWalk {
    let place: BookPlace
    let snapshot: BookSnapshot
    /// Roots at the sizes that were asked for, as far as records reach.
    private(set) var roots: [Int: Digest] = [:]

    private(set) var tree: BookTree
    private var stops: [Int]
    private(set) var stored: [StoredLevel] = []
    /// Positions, by level from 1, at which stored and computed hash differ.
    private(set) var mismatches: [(level: Int, position: UInt64)] = []
    /// A file had another number of records than the manifest says: indexes behind are not certain.
    var isMiscounted = false
    /// The first closed day whose root differs from the manifest's.
    var unexplainedFile: (path: String, records: ClosedRange<UInt64>?)?
    /// What `segment_sealed` records say, by file; of several the last one counts.
    var sealed: [String: UpkeepRecord.Sealed] = [:]
    /// Hashes sealed days ahead of the walk.
    let hashing: SegmentHashing
    /// Threads that hash and compare; nil for as many as there are processors.
    let threads: Int?

    /// Differences that are kept; more would tell nothing more.
    private static let mismatchesKept = 1000

    init(place: BookPlace, snapshot: BookSnapshot, sizes: Set<Int>, threads: Int?) {
        self.place = place
        self.snapshot = snapshot
        let ends = snapshot.manifest.closed.map { Int($0.end) }
        let first = Int(snapshot.firstKept)
        stops = Set(ends).union(sizes).filter { $0 > first }.sorted()
        tree = BookTree(continuing: snapshot.manifest.cutFrontier)
        self.threads = threads
        hashing = SegmentHashing(place, snapshot.manifest, threads: threads)
        roots[first] = tree.root
    }

    var root: Digest { tree.root }

    /// Puts leaf hashes into the tree, and notes its root at the sizes that were asked for.
    func take(_ leaves: UnsafeBufferPointer<Digest>) throws(BookError) {
        var done = 0
        while done < leaves.count {
            let room = stops.first.map { $0 - tree.frontier.size } ?? Int.max
            let step = min(leaves.count - done, room)
            tree.append(contentsOf: UnsafeBufferPointer(rebasing: leaves[done..<(done + step)]))
            done += step
            noteRoot()
        }
        try compare()
    }

    func noteRoot() {
        guard let stop = stops.first, tree.frontier.size == stop else { return }
        roots[stop] = tree.root
        stops.removeFirst()
    }

    /// Puts empty leaves in the place of records that cannot be read, so that what follows keeps
    /// its index; no root that covers them will agree.
    func skip(to index: UInt64) {
        isMiscounted = true
        if tree.size > index {
            // Too many lines: begin again at the right index with a tree that agrees with none.
            tree = BookTree()
        }
        while tree.size < index {
            tree.append(leaf: Digest())
            noteRoot()
        }
    }

    // MARK: - Stored hashes

    /// Compares the hashes that were completed with those in the files.
    func compare() throws(BookError) {
        for level in tree.completed.indices {
            while stored.count <= level {
                stored.append(try StoredLevel(place, level: stored.count + 1))
            }
            let first = tree.firstCompleted[level]
            let hashes = tree.completed[level]
            let known = try stored[level].hashes(first, hashes.count)
            for (offset, hash) in hashes.enumerated() where offset < known.count {
                guard known[offset] != hash, mismatches.count < Self.mismatchesKept else {
                    continue
                }
                mismatches.append((level + 1, first + UInt64(offset)))
            }
        }
        tree.dropStored(
            tree.completed.indices.map {
                tree.firstCompleted[$0] + UInt64(tree.completed[$0].count)
            })
    }
}

/// One file of tree hashes, read in order.
struct StoredLevel {
    let path: String
    let level: Int
    private let file: OpenFile?
    private let disk: any Disk
    let count: UInt64

    init(_ place: BookPlace, level: Int) throws(BookError) {
        self.level = level
        path = place.treePath(level: level)
        disk = place.disk
        let path = path
        let opened = try onDisk { () throws(DiskError) -> (OpenFile, Int)? in
            guard place.disk.kind(of: path) == .file else { return nil }
            let file = try place.disk.open(path, .reading, mode: 0)
            return (file, try place.disk.size(of: file))
        }
        file = opened?.0
        count = UInt64(opened?.1 ?? 0) / UInt64(Digest.byteCount)
    }

    /// Stored hashes from a position on; fewer than asked for where the file ends.
    func hashes(_ first: UInt64, _ wanted: Int) throws(BookError) -> [Digest] {
        guard let file, first < count, wanted > 0 else { return [] }
        let number = Int(min(UInt64(wanted), count - first))
        let bytes = try onDisk { () throws(DiskError) in
            try disk.bytes(
                from: file, at: Int(first) * Digest.byteCount, count: number * Digest.byteCount)
        }
        return TreeFiles.digests(bytes)
    }

    func isShort(for size: UInt64) -> Bool { count < BookTree.hashes(at: level, size: size) }

    func close(_ disk: any Disk) {
        if let file { disk.close(file) }
    }
}
