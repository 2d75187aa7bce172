// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Records
internal import TransparencyLog

private typealias Digest = TransparencyLog.Digest

/// What recovery found, and what the writer goes on from.
struct RecoveredState {
    var tree: BookTree
    var treeFiles: TreeFiles
    var liveBytes: Int
    /// Records that the checkpoint on disk covers.
    var checkpointed: UInt64
    var recorded: Timestamp
    /// Records found behind the high-water mark and kept.
    var beyond: UInt64 = 0
    var gap: Gap?

    /// Bytes at the end of the live file that were no whole line: cut, and declared.
    struct Gap {
        var bytes: Int
        /// SHA-256 of those bytes.
        var sha256: [UInt8]
    }
}

/// Finds the longest state of a book that can be trusted (docs/design/durability.md, "On start").
///
/// What the high-water mark or the checkpoint covers must be there, byte for byte; behind it the
/// longest run of valid lines is kept and the rest is cut and declared. O(records since the mark).
struct Recovery {
    let place: BookPlace
    let settings: BookSettings
    let manifest: Manifest

    private var disk: any Disk { place.disk }
    private var livePath: String { place.path(manifest.live.name) }

    func openLive() throws(BookError) -> OpenFile {
        switch disk.kind(of: livePath) {
        case .file:
            return try onDisk { () throws(DiskError) in
                try disk.open(livePath, .writing, mode: settings.mode)
            }
        case .missing:
            if let mark = try place.keys.highWater(for: manifest.origin),
                mark.size > manifest.live.first
            {
                throw BookError(
                    .missingFile,
                    "\(livePath) is gone, with records \(manifest.live.first) to \(mark.size - 1). "
                        + "Restore it from a copy; nothing is appended until then.")
            }
            return try onDisk { () throws(DiskError) in
                let file = try disk.open(livePath, .creating, mode: settings.mode)
                try disk.syncDirectory(place.logs)
                return file
            }
        case .directory, .other:
            throw BookError(
                .damaged, "\(livePath) is not a regular file. Put the live file back in its place.")
        }
    }

    func run(_ live: OpenFile, _ verifier: VerifierKey) throws(BookError) -> RecoveredState {
        try checkClosedFiles()
        let mark = try requiredMark(verifier)
        var treeFiles = TreeFiles()
        let restored = try restoreTree(to: mark, live, &treeFiles)
        let checkpoint = try readCheckpoint(place, verifier)
        var state = RecoveredState(
            tree: restored.tree, treeFiles: treeFiles, liveBytes: 0,
            checkpointed: UInt64(checkpoint?.size ?? 0),
            recorded: Timestamp(microseconds: mark.recorded))
        try extend(&state, live, from: restored.position)
        return state
    }

    /// What has the records of a closed day must be there in its length; its content is `verify`'s
    /// business.
    private func checkClosedFiles() throws(BookError) {
        for file in manifest.closed {
            let path = place.path(file.holder(in: place))
            let expected = file.hasLines ? file.bytes : file.segment?.bytes ?? 0
            let opened = try openFound(path, disk, file.range)
            defer { disk.close(opened) }
            let size = try onDisk { () throws(DiskError) in try disk.size(of: opened) }
            guard size == expected else {
                throw BookError(
                    .rollback,
                    "\(path) has \(size) bytes; when it was closed it had \(expected). Restore it "
                        + "from a copy; nothing is appended until then.")
            }
        }
    }

    // MARK: - The mark

    /// The newest state that may have been signed: the later of high-water mark and checkpoint.
    private func requiredMark(_ verifier: VerifierKey) throws(BookError) -> HighWater {
        let mark = try place.keys.highWater(for: manifest.origin)
        let checkpoint = try readCheckpoint(place, verifier)
        if let checkpoint, UInt64(checkpoint.size) > mark?.size ?? 0 {
            // The key directory is older than the book: the checkpoint is the better witness.
            return HighWater(
                size: UInt64(checkpoint.size), root: checkpoint.root, fileFirst: .max, fileBytes: 0,
                recorded: mark?.recorded ?? .min)
        }
        if let checkpoint, let mark, UInt64(checkpoint.size) == mark.size,
            checkpoint.root != mark.root
        {
            throw BookError(
                .rollback,
                "The checkpoint of \(manifest.origin) and its high-water mark contradict each "
                    + "other at \(mark.size) records. Do not append; keep both and run "
                    + "`daybook verify`.")
        }
        return mark
            ?? HighWater(size: 0, root: TreeHash.empty, fileFirst: 0, fileBytes: 0, recorded: .min)
    }

    // MARK: - What the mark covers

    private struct Position {
        /// Which closed file (or the live one, at their count) the next line is in.
        var file: Int
        var index: UInt64
        /// Where it begins, in the live file.
        var offset = 0
    }

    private func restoreTree(
        to mark: HighWater, _ live: OpenFile, _ treeFiles: inout TreeFiles
    ) throws(BookError) -> (tree: BookTree, position: Position) {
        let position = try locate(mark, live)
        let leaves = try leaves(before: position, live)
        if let tree = try treeFiles.load(
            place, size: mark.size, tailLeaves: leaves, mode: settings.directoryFileMode),
            tree.root == mark.root
        {
            return (tree, position)
        }
        // The stored hashes are short or wrong; the lines decide.
        let rebuilt = try rebuild(to: mark.size, live)
        guard rebuilt.root == mark.root else {
            throw BookError(
                .rollback,
                "The first \(mark.size) records of \(manifest.origin) are not those that were "
                    + "signed. `daybook verify` names the place; restore those files from a copy. "
                    + "Nothing is appended until then.")
        }
        treeFiles.close(disk)
        treeFiles = TreeFiles(cutAt: manifest.firstKept)
        return (rebuilt, position)
    }

    /// Where the first line behind the mark is.
    private func locate(_ mark: HighWater, _ live: OpenFile) throws(BookError) -> Position {
        guard mark.size >= manifest.firstKept else {
            throw BookError(
                .rollback,
                "\(manifest.firstKept) records were pruned, and the high-water mark knows only of "
                    + "\(mark.size): the key directory is an older copy. Restore the newest one; "
                    + "nothing is appended until then.")
        }
        if let file = manifest.position(of: mark.size) {
            return Position(file: file, index: mark.size)
        }
        let first = manifest.live.first
        guard mark.size > first else {
            return Position(file: manifest.closed.count, index: mark.size)
        }
        let size = try onDisk { () throws(DiskError) in try disk.size(of: live) }
        return Position(
            file: manifest.closed.count, index: mark.size,
            offset: try offset(of: mark, live, end: size))
    }

    /// Where the mark is in the live file.
    private func offset(of mark: HighWater, _ live: OpenFile, end: Int) throws(BookError) -> Int {
        if mark.fileFirst == manifest.live.first {
            if mark.fileBytes <= end { return mark.fileBytes }
        } else {
            // Counted, since the mark does not know this file.
            var left = mark.size - manifest.live.first
            let lines = LineFile(disk: disk, file: live)
            let offset = try lines.forEachLine(from: 0, to: end) { _ in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
            if left == 0 { return offset }
        }
        throw BookError(
            .rollback,
            "\(livePath) is shorter than when it was last signed (\(mark.size) records in the "
                + "book). An older copy was put in its place, or its tail was cut. Restore the "
                + "newest copy; nothing is appended until then.")
    }

    /// Leaf hashes of the records from the start of a position's group of 256 up to it.
    private func leaves(before position: Position, _ live: OpenFile) throws(BookError) -> [Digest] {
        let first = manifest.live.first
        guard position.index > first else {
            return try manifest.leavesOfGroup(before: position.index, in: place)
        }
        let start = max(position.index - position.index % Limits.groupRecords, first)
        let before =
            start == first && !first.isMultiple(of: Limits.groupRecords)
            ? try manifest.leavesOfGroup(before: first, in: place) : []
        let lines = try LineFile(disk: disk, file: live)
            .lastLines(Int(position.index - start), endingAt: position.offset)
        // Too few lines give another root, which the caller reports.
        return before + lines.map { TreeHash.leaf($0) }
    }

    /// The tree over the first `size` records, read from the first file on.
    private func rebuild(to size: UInt64, _ live: OpenFile) throws(BookError) -> BookTree {
        var tree = BookTree(continuing: manifest.cutFrontier)
        for file in manifest.closed where tree.size < size {
            try ClosedLines(place, manifest, file).forEachLine(in: tree.size..<size) { _, line in
                tree.append(line: line)
                return true
            }
        }
        guard tree.size < size else { return tree }
        let end = try onDisk { () throws(DiskError) in try disk.size(of: live) }
        _ = try LineFile(disk: disk, file: live).forEachLine(from: 0, to: end) { line in
            guard tree.size < size else { return false }
            tree.append(line: line)
            return true
        }
        return tree
    }

    // MARK: - What lies behind it

    /// Takes in the lines behind the mark as far as they are whole and valid, and makes them
    /// durable.
    private func extend(_ state: inout RecoveredState, _ live: OpenFile, from position: Position)
        throws(BookError)
    {
        var position = position
        while position.file < manifest.closed.count {
            let closed = manifest.closed[position.file]
            try ClosedLines(place, manifest, closed).forEachLine(
                in: position.index..<closed.end
            ) { _, line in
                state.take(line)
                return true
            }
            guard state.tree.size == closed.end, state.tree.root == closed.root else {
                throw BookError(
                    .rollback,
                    "\(place.path(closed.holder(in: place))) does not hold the records "
                        + "\(closed.first) to \(closed.end - 1) that the manifest gives it. Restore "
                        + "it from a copy.")
            }
            position = Position(file: position.file + 1, index: closed.end)
        }
        let lines = LineFile(disk: disk, file: live)
        let size = try onDisk { () throws(DiskError) in try disk.size(of: live) }
        var checker = LineChecker()
        let end = try lines.forEachLine(from: position.offset, to: size) { line in
            guard checker.accepts(line) else { return false }
            state.take(line)
            return true
        }
        state.liveBytes = end
        if end < size {
            state.gap = try measureGap(live, from: end, to: size)
        }
        try onDisk { () throws(DiskError) in
            if end < size { try disk.truncate(live, to: end) }
            if state.beyond > 0 || end < size {
                // Written again, since an earlier sync may have failed: then the kernel would show
                // these bytes, call them clean, and never put them on the disk.
                try rewrite(live, from: position.offset, to: end)
                try disk.syncData(live)
            }
        }
    }

    private func rewrite(_ live: OpenFile, from start: Int, to end: Int) throws(DiskError) {
        var offset = start
        while offset < end {
            let bytes = try disk.bytes(
                from: live, at: offset, count: min(Limits.readBytes, end - offset))
            if bytes.isEmpty { return }
            try disk.write(bytes, to: live, at: offset)
            offset += bytes.count
        }
    }

    private func measureGap(_ live: OpenFile, from start: Int, to end: Int) throws(BookError)
        -> RecoveredState.Gap
    {
        var hash = SHA256()
        var offset = start
        while offset < end {
            let bytes = try onDisk { () throws(DiskError) in
                try disk.bytes(from: live, at: offset, count: min(Limits.readBytes, end - offset))
            }
            if bytes.isEmpty { break }
            hash.update(data: bytes)
            offset += bytes.count
        }
        return RecoveredState.Gap(bytes: end - start, sha256: Array(hash.finalize()))
    }
}

extension RecoveredState {
    /// Takes a line that was written after the mark.
    mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
        tree.append(line: line)
        beyond += 1
        if let instant = LineChecker.recordingTime(line), instant > recorded { recorded = instant }
    }
}

/// The checkpoint on disk, checked against the book's own key; nil when there is none.
///
/// A damaged one is not an error here: the high-water mark rules, and `verify` reports it.
func readCheckpoint(_ place: BookPlace, _ verifier: VerifierKey) throws(BookError) -> Checkpoint? {
    let bytes = try onDisk { () throws(DiskError) in
        try place.disk.contents(of: place.checkpointPath, limit: Limits.checkpointBytes)
    }
    guard let bytes else { return nil }
    guard let signed = try? SignedCheckpoint(parsing: bytes),
        signed.verify(with: verifier).isAccepted
    else { return nil }
    return signed.checkpoint
}
