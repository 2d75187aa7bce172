// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// One pass over all lines of a book that rebuilds its tree and compares every stored hash on the
/// way.
struct TreeWalk {
    let place: BookPlace
    let snapshot: BookSnapshot
    /// Roots at the sizes that were asked for, as far as lines reach.
    private(set) var roots: [Int: Digest] = [:]

    private var tree: BookTree
    private var stops: [Int]
    private var leaves: [Digest] = []
    private var stored: [StoredLevel] = []
    /// Positions, by level from 1, at which stored and computed hash differ.
    private(set) var mismatches: [(level: Int, position: UInt64)] = []
    /// A file had another number of lines than the manifest says: indexes behind are not certain.
    private var isMiscounted = false

    /// Differences that are kept; more would tell nothing more.
    private static let mismatchesKept = 1000

    init(place: BookPlace, snapshot: BookSnapshot, sizes: Set<Int>) {
        self.place = place
        self.snapshot = snapshot
        let ends = snapshot.manifest.closed.map { Int($0.end) }
        let first = Int(snapshot.firstKept)
        stops = Set(ends).union(sizes).filter { $0 > first }.sorted()
        tree = BookTree(continuing: snapshot.manifest.cutFrontier)
        roots[first] = tree.root
    }

    var root: Digest { tree.root }

    mutating func run(_ verdict: inout Verdict, progress: (Int, Int) -> Void) throws(BookError) {
        if let cut = snapshot.manifest.cut {
            var pruned = PrunedHashes(place, cut)
            try pruned.check(&verdict)
        }
        let total = snapshot.files.reduce(0) { $0 + $1.bytes }
        for file in snapshot.files {
            guard place.disk.kind(of: place.path(file.name)) == .file || file.isLive else {
                verdict.findings.append(
                    .init(
                        file: place.path(file.name),
                        records: file.records > 0
                            ? file.first...(file.range.upperBound - 1) : nil,
                        what: "the file is missing", remedy: "Restore it from a copy."))
                isMiscounted = true
                skip(to: file.range.upperBound)
                continue
            }
            let done = verdict.bytes
            try walk(file, &verdict) { progress(done + $0, total) }
            verdict.bytes += file.bytes
        }
        try compareRest()
        for level in stored { level.close(place.disk) }
    }

    private mutating func walk(
        _ file: BookSnapshot.File, _ verdict: inout Verdict, progress: (Int) -> Void
    ) throws(BookError) {
        let path = place.path(file.name)
        if tree.size != file.first { skip(to: file.first) }
        var count: UInt64 = 0
        var size = 0
        var end = 0
        var done = 0
        // Of the live file only what the snapshot counted: a writer may be adding to it.
        let limit = file.isLive ? file.bytes : Int.max
        var next = self
        try snapshot.withLines(of: file) { lines throws(BookError) in
            size = try onDisk { () throws(DiskError) in try place.disk.size(of: lines.file) }
            end = try lines.forEachBatch(from: 0, to: min(size, limit)) { batch throws(BookError) in
                count += UInt64(batch.starts.count)
                try next.take(batch)
                done += batch.end
                progress(done)
                return true
            }
        }
        self = next
        let range = file.records > 0 ? file.first...(file.range.upperBound - 1) : nil
        func no(_ what: String) {
            verdict.findings.append(
                .init(file: path, records: range, what: what, remedy: "Restore it from a copy."))
        }
        if !file.isLive {
            if count != file.records {
                isMiscounted = true
                no("the file has \(count) records; when it was closed it had \(file.records)")
            } else if size != file.bytes || end != file.bytes {
                no("the file has \(size) bytes; when it was closed it had \(file.bytes)")
            } else if let closed = snapshot.manifest.closed.first(where: { $0.name == file.name }),
                !isMiscounted, roots[Int(closed.end)] != closed.root
            {
                // Narrowed down by `blame` where stored hashes allow; else this is the place.
                unexplainedFile = unexplainedFile ?? (path, range)
            }
        }
    }

    /// The first closed file whose root differs from the manifest's.
    private(set) var unexplainedFile: (path: String, records: ClosedRange<UInt64>?)?

    private mutating func take(_ batch: borrowing LineFile.Batch) throws(BookError) {
        let count = batch.starts.count
        while leaves.count < count { leaves.append(Digest()) }
        batch.starts.withUnsafeBufferPointer { starts in
            batch.counts.withUnsafeBufferPointer { counts in
                leaves.withUnsafeMutableBufferPointer { leaves in
                    LeafHasher.hashLines(
                        in: batch.bytes, starts: starts, counts: counts, into: leaves)
                }
            }
        }
        var done = 0
        while done < count {
            let room = stops.first.map { $0 - tree.frontier.size } ?? Int.max
            let step = min(count - done, room)
            leaves.withUnsafeBufferPointer { leaves in
                tree.append(contentsOf: UnsafeBufferPointer(rebasing: leaves[done..<(done + step)]))
            }
            done += step
            noteRoot()
        }
        try compare()
    }

    private mutating func noteRoot() {
        guard let stop = stops.first, tree.frontier.size == stop else { return }
        roots[stop] = tree.root
        stops.removeFirst()
    }

    /// Puts empty leaves in the place of records that cannot be read, so that what follows keeps
    /// its index; no root that covers them will agree.
    private mutating func skip(to index: UInt64) {
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
    private mutating func compare() throws(BookError) {
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

    private mutating func compareRest() throws(BookError) {
        try compare()
    }

    /// Names what differs from a checkpoint that is validly signed.
    func blame(_ checkpoint: Checkpoint, _ verdict: inout Verdict) {
        let size = UInt64(checkpoint.size)
        let groups = mismatches.filter { $0.level == 1 }.map(\.position)
        var named = false
        for group in groups where (group + 1) * Limits.groupRecords <= size {
            let first = group * Limits.groupRecords
            report(first...(first + Limits.groupRecords - 1), &verdict)
            named = true
        }
        if named || !verdict.findings.isEmpty { return }
        let tail = size - size % Limits.groupRecords
        if tail < size, unexplainedFile == nil || tail < (unexplainedFile?.records?.upperBound ?? 0)
        {
            report(tail...(size - 1), &verdict)
        } else if let file = unexplainedFile {
            verdict.findings.append(
                .init(
                    file: file.path, records: file.records,
                    what: "the records are not those that were signed",
                    remedy: "Restore the file from a copy."))
        } else if size > 0 {
            report(0...(size - 1), &verdict)
        }
    }

    private func report(_ records: ClosedRange<UInt64>, _ verdict: inout Verdict) {
        let names = snapshot.files.filter { file in
            file.records > 0 && file.range.overlaps(Range(records))
        }
        for file in names {
            let first = max(records.lowerBound, file.first)
            let last = min(records.upperBound, file.range.upperBound - 1)
            verdict.findings.append(
                .init(
                    file: place.path(file.name), records: first...last,
                    what: "at least one of these records is not what was signed",
                    remedy: "Restore the file from a copy."))
        }
    }

    /// Names stored tree hashes that differ although no record does.
    func reportTree(_ verdict: inout Verdict) {
        if let file = unexplainedFile, verdict.findings.isEmpty, mismatches.isEmpty {
            verdict.findings.append(
                .init(
                    file: file.path, records: file.records,
                    what: "the records are not those for which the manifest has the root",
                    remedy: "Restore the file, or the manifest, from a copy."))
        }
        guard verdict.findings.isEmpty else { return }
        for mismatch in mismatches {
            let span = UInt64(1) << UInt64(8 * mismatch.level)
            let first = mismatch.position * span
            verdict.findings.append(
                .init(
                    file: place.treePath(level: mismatch.level),
                    records: first...(first + span - 1),
                    what: "the stored hash number \(mismatch.position) is not that of its records, "
                        + "which are as signed",
                    remedy: "Delete the file; the next writer computes it anew."))
        }
        for level in stored where level.isShort(for: verdict.checkpointSize) {
            verdict.findings.append(
                .init(
                    file: level.path,
                    what: "the file is shorter than the records that the checkpoint covers need",
                    remedy: "Delete the file; the next writer computes it anew."))
        }
    }
}

/// One file of tree hashes, read in order.
struct StoredLevel {
    let path: String
    let level: Int
    private let file: OpenFile?
    private let disk: any Disk
    private let count: UInt64

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
