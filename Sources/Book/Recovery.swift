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

    /// Every closed file must be there in its length; its content is `verify`'s business.
    private func checkClosedFiles() throws(BookError) {
        for file in manifest.closed {
            let path = place.path(file.name)
            let size = try withFile(path) { lines throws(BookError) in
                try onDisk { () throws(DiskError) in try disk.size(of: lines.file) }
            }
            guard size == file.bytes else {
                throw BookError(
                    .rollback,
                    "\(path) has \(size) bytes; when it was closed it had \(file.bytes). Restore it "
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
        /// Which closed file (or the live one, at their count) the next line is in, and where.
        var file: Int
        var offset: Int
        var index: UInt64
    }

    private func restoreTree(
        to mark: HighWater, _ live: OpenFile, _ treeFiles: inout TreeFiles
    ) throws(BookError) -> (tree: BookTree, position: Position) {
        let position = try locate(mark, live)
        let groupStart = mark.size - mark.size % Limits.groupRecords
        let leaves = try leaves(from: groupStart, to: position, live)
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
        treeFiles = TreeFiles()
        return (rebuilt, position)
    }

    /// Where the first line behind the mark is.
    private func locate(_ mark: HighWater, _ live: OpenFile) throws(BookError) -> Position {
        for (number, file) in manifest.closed.enumerated() where file.end >= mark.size {
            if file.end == mark.size { continue }
            return try Position(
                file: number,
                offset: offset(
                    of: mark, in: place.path(file.name), first: file.first, end: file.bytes),
                index: mark.size)
        }
        let first = manifest.live.first
        guard mark.size >= first else {
            throw BookError(
                .damaged, "\(place.manifestPath) does not cover record \(mark.size). Restore it.")
        }
        if mark.size == first {
            return Position(file: manifest.closed.count, offset: 0, index: mark.size)
        }
        let size = try onDisk { () throws(DiskError) in try disk.size(of: live) }
        let offset = try offset(of: mark, in: livePath, first: first, end: size)
        return Position(file: manifest.closed.count, offset: offset, index: mark.size)
    }

    private func offset(of mark: HighWater, in path: String, first: UInt64, end: Int)
        throws(BookError) -> Int
    {
        try withFile(path) { lines throws(BookError) in
            if mark.fileFirst == first {
                if mark.fileBytes <= end { return mark.fileBytes }
            } else {
                // Counted, since the mark does not know this file.
                var left = mark.size - first
                let offset = try lines.forEachLine(from: 0, to: end) { _ in
                    guard left > 0 else { return false }
                    left -= 1
                    return true
                }
                if left == 0 { return offset }
            }
            throw BookError(
                .rollback,
                "\(path) is shorter than when it was last signed (\(mark.size) records in the "
                    + "book). An older copy was put in its place, or its tail was cut. Restore the "
                    + "newest copy; nothing is appended until then.")
        }
    }

    /// Leaf hashes of the lines from `groupStart` up to a position: fewer than 256.
    private func leaves(from groupStart: UInt64, to position: Position, _ live: OpenFile)
        throws(BookError) -> [Digest]
    {
        var needed = Int(position.index - groupStart)
        var lines: [[UInt8]] = []
        var file = position.file
        var end = position.offset
        while needed > 0 {
            let path = file < manifest.closed.count ? manifest.closed[file].name : nil
            let found = try withFile(path.map(place.path) ?? livePath) { file throws(BookError) in
                try file.lastLines(needed, endingAt: end)
            }
            lines = found + lines
            needed -= found.count
            if needed == 0 || file == 0 { break }
            file -= 1
            end = manifest.closed[file].bytes
        }
        // Too few lines give another root, which the caller reports.
        return lines.map { TreeHash.leaf($0) }
    }

    /// The tree over the first `size` lines, read from the first file on.
    private func rebuild(to size: UInt64, _ live: OpenFile) throws(BookError) -> BookTree {
        var tree = BookTree()
        for file in 0...manifest.closed.count where tree.size < size {
            let closed = file < manifest.closed.count ? manifest.closed[file] : nil
            let path = closed.map { place.path($0.name) } ?? livePath
            try withFile(path) { lines throws(BookError) in
                let size = try onDisk { () throws(DiskError) in try disk.size(of: lines.file) }
                let end = closed?.bytes ?? size
                _ = try lines.forEachLine(from: 0, to: end) { line in
                    guard tree.size < size else { return false }
                    tree.append(line: line)
                    return true
                }
            }
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
            let path = place.path(closed.name)
            let end = try withFile(path) { lines throws(BookError) in
                try lines.forEachLine(from: position.offset, to: closed.bytes) { line in
                    state.take(line)
                    return true
                }
            }
            guard end == closed.bytes, state.tree.size == closed.end,
                state.tree.root == closed.root
            else {
                throw BookError(
                    .rollback,
                    "\(path) does not hold the records \(closed.first) to \(closed.end - 1) that "
                        + "the manifest gives it. Restore it from a copy.")
            }
            position = Position(file: position.file + 1, offset: 0, index: closed.end)
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

    private func withFile<Value>(
        _ path: String, _ body: (LineFile) throws(BookError) -> Value
    ) throws(BookError) -> Value {
        guard disk.kind(of: path) == .file else {
            throw BookError(
                .missingFile,
                "\(path) is gone; the book's manifest names it. Restore it from a copy; nothing is "
                    + "appended until then.")
        }
        let file = try onDisk { () throws(DiskError) in try disk.open(path, .reading, mode: 0) }
        defer { disk.close(file) }
        return try body(LineFile(disk: disk, file: file))
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

/// Says whether bytes are a line that a book writes, and reads the recording time from it.
struct LineChecker: ~Copyable {
    private var tape = JSONTape()

    /// True for a canonical JSON object of at most 65,535 bytes.
    mutating func accepts(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line.count >= 2, line.count <= Limits.lineBytes, line.first == UInt8(ascii: "{")
        else { return false }
        do throws(JSONError) {
            try tape.parse(line)
        } catch {
            return false
        }
        return tape.isCanonical
    }

    /// `recorded`, else `timestamp`: always among the last members, so looked for from the end.
    static func recordingTime(_ line: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        for key in [#""recorded":""#, #""timestamp":""#] {
            let key = Array(key.utf8)
            let length = key.count + Timestamp.textCount
            guard line.count > length + 3 else { continue }
            let tail = line[(line.count - length - 2)...]
            guard tail.starts(with: key) else { continue }
            let text = UnsafeBufferPointer(
                rebasing: tail.dropFirst(key.count).prefix(Timestamp.textCount))
            if let (instant, _) = Timestamp.parse(text) { return instant }
        }
        return nil
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
