// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

extension BookProver {
    /// Writes the book as C2SP tlog-tiles: entry bundles, tiles of all levels, and last the
    /// checkpoint, so that a reader of the directory never sees a checkpoint without its tiles.
    ///
    /// Full tiles and bundles that are there already are left alone, so that publishing again costs
    /// what is new. O(n) the first time. Of records that were pruned only hashes are published, from
    /// level 1 up; entries begin at the first multiple of 256 behind the cut.
    /// - Parameter progress: called now and then with records done and records in all.
    /// - Returns: how many files were written.
    package func publish(
        to directory: String, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(BookError) -> Int {
        let disk = snapshot.place.disk
        var writer = TileWriter(disk: disk, directory: directory)
        try onDisk { () throws(DiskError) in try disk.makeDirectory(directory, mode: 0o755) }
        let size = signed.checkpoint.size
        var bundle: [UInt8] = []
        var leaves: [Digest] = snapshot.manifest.cut?.leaves ?? []
        var frontier = TileBuilder(continuing: snapshot.manifest.cutFrontier)
        var (levels, written) = try publishPruned(&writer)
        let firstKept = snapshot.firstKept

        func flushGroup(_ index: Int) throws(BookError) {
            if UInt64(index) * Limits.groupRecords >= firstKept {
                let path = EntryBundle.path(index: index, width: leaves.count)
                try writer.put(path ?? "", bundle)
            }
            try writer.put(Tile(level: 0, index: index, width: leaves.count), leaves)
            bundle.removeAll(keepingCapacity: true)
            leaves.removeAll(keepingCapacity: true)
        }
        func flushLevels(_ isLast: Bool) throws(BookError) {
            for (number, hashes) in frontier.takeCompleted().enumerated() {
                while levels.count <= number {
                    levels.append([])
                    written.append(0)
                }
                levels[number] += hashes
            }
            for number in levels.indices {
                while levels[number].count >= Tile.fullWidth {
                    try writer.put(
                        Tile(level: number + 1, index: Int(written[number])),
                        Array(levels[number][..<Tile.fullWidth]))
                    levels[number].removeFirst(Tile.fullWidth)
                    written[number] += 1
                }
                if isLast && !levels[number].isEmpty {
                    try writer.put(
                        Tile(
                            level: number + 1, index: Int(written[number]),
                            width: levels[number].count), levels[number])
                }
            }
        }

        try snapshot.forEachLine(in: 0..<UInt64(size)) { index, line throws(BookError) in
            let entry = UnsafeRawBufferPointer(line)
            guard (try? EntryBundle.append(entry, to: &bundle)) != nil else {
                throw BookError(
                    .damaged, "Record \(index) is longer than a book writes. Run `daybook verify`.")
            }
            let leaf = TreeHash.leaf(entry)
            leaves.append(leaf)
            frontier.append(leaf)
            if leaves.count == Tile.fullWidth {
                try flushGroup(Int(index / Limits.groupRecords))
                try flushLevels(false)
                progress(index + 1, UInt64(size))
            }
            return true
        }
        if !leaves.isEmpty { try flushGroup(size / Tile.fullWidth) }
        try flushLevels(true)
        guard frontier.root == signed.checkpoint.root else {
            throw BookError(
                .damaged,
                "The lines do not give the root that was signed; nothing of this checkpoint was "
                    + "published. Run `daybook verify`, which names the place.")
        }
        let note = signed.note.bytes
        try onDisk { () throws(DiskError) in
            try disk.replaceFile("\(directory)/checkpoint", with: note, mode: 0o644)
        }
        return writer.count + 1
    }

    /// Writes the full tiles of level 1 and up over what was pruned, and returns what of each level
    /// stands behind them.
    private func publishPruned(_ writer: inout TileWriter) throws(BookError)
        -> (levels: [[Digest]], written: [UInt64])
    {
        let place = snapshot.place
        let until = snapshot.firstKept
        var levels: [[Digest]] = []
        var written: [UInt64] = []
        var level = 1
        while BookTree.hashes(at: level, size: until) > 0 {
            let count = BookTree.hashes(at: level, size: until)
            let path = place.treePath(level: level)
            let hashes = try onDisk { () throws(DiskError) in
                let file = try place.disk.open(path, .reading, mode: 0)
                defer { place.disk.close(file) }
                return TreeFiles.digests(
                    try place.disk.bytes(
                        from: file, at: 0, count: Int(count) * Digest.byteCount))
            }
            guard hashes.count == Int(count) else {
                throw BookError(
                    .damaged, "\(path) is shorter than what was pruned. Run `daybook verify`.")
            }
            let full = hashes.count / Tile.fullWidth
            for tile in 0..<full {
                try writer.put(
                    Tile(level: level, index: tile),
                    Array(hashes[(tile * Tile.fullWidth)..<((tile + 1) * Tile.fullWidth)]))
            }
            levels.append(Array(hashes[(full * Tile.fullWidth)...]))
            written.append(UInt64(full))
            level += 1
        }
        return (levels, written)
    }
}

/// Writes tiles and bundles to their standard paths.
private struct TileWriter {
    let disk: any Disk
    let directory: String
    private(set) var count = 0

    init(disk: any Disk, directory: String) {
        self.disk = disk
        self.directory = directory
    }

    mutating func put(_ tile: Tile?, _ hashes: [Digest]) throws(BookError) {
        guard let tile else { return }
        try put(tile.path, Tile.encode(hashes))
    }

    mutating func put(_ path: String, _ bytes: [UInt8]) throws(BookError) {
        let path = "\(directory)/\(path)"
        let disk = disk
        let isWritten = try onDisk { () throws(DiskError) -> Bool in
            // A tile never changes: one that is there in its length is that tile.
            if disk.kind(of: path) == .file {
                let file = try disk.open(path, .reading, mode: 0)
                defer { disk.close(file) }
                if try disk.size(of: file) == bytes.count { return false }
            }
            try disk.makeDirectory(path.directoryPart, mode: 0o755)
            let file = try disk.open(path + ".tmp", .replacing, mode: 0o644)
            defer { disk.close(file) }
            try disk.write(bytes, to: file, at: 0)
            try disk.rename(path + ".tmp", to: path)
            return true
        }
        if isWritten { count += 1 }
    }
}
