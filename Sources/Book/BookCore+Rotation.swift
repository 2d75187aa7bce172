// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

// Closing the live file. The manifest is put in place first and says what the names will be; the
// renames follow, and recovery finishes them after a crash at any point between
// (docs/design/durability.md).

extension BookCore {
    /// Closes the live file under its date and starts a new one. Does nothing when it is empty, or
    /// has only records about the book's own files.
    ///
    /// No sync job may be under way. On return everything before is synced and covered by a
    /// checkpoint. On a throw the book is as it was, or as `finishRenames` can complete it.
    /// - Returns: whether a file was closed.
    @discardableResult
    package func rotate() throws(BookError) -> Bool {
        guard size > liveFirst, hasOtherRecords else { return false }
        if mustReplaceLive { try replaceLive() }
        try checkpoint()
        guard checkpointed == size else { return false }
        try closeLive(tree: tree, bytes: liveBytes, carrying: [])
        return true
    }

    /// Replaces a live file whose sync failed: lines that were synced stay in it, the others are
    /// written again to a new file, which is synced before it takes the name.
    ///
    /// After a failed sync the kernel may have dropped the pages and report success the next time,
    /// so nothing that was unsynced then is looked for in the old file again.
    package func replaceLive() throws(BookError) {
        guard mustReplaceLive else { return }
        try closeLive(tree: synced.tree, bytes: synced.bytes, carrying: unsynced)
        mustReplaceLive = false
        hasDirtyTail = false
    }

    /// - Parameters:
    ///   - tree: the book up to the end of the file that closes.
    ///   - bytes: bytes of that file that count.
    ///   - carrying: lines that the new file starts with.
    private func closeLive(tree: BookTree, bytes: Int, carrying chunks: [[UInt8]])
        throws(BookError)
    {
        let disk = place.disk
        let livePath = place.path(manifest.live.name)
        let next = try onDisk { () throws(DiskError) in
            try disk.open(livePath + ".new", .replacing, mode: settings.mode)
        }
        do throws(BookError) {
            let carried = try fillNext(next, livePath + ".new", chunks)
            if tree.size > liveFirst {
                try manifestFile.exclusively { () throws(BookError) in
                    try enterClosed(tree: tree, bytes: bytes, mayNeedTrim: !chunks.isEmpty)
                }
            } else {
                // Nothing in the old file counts: the new one takes its place.
                try onDisk { () throws(DiskError) in
                    try disk.rename(livePath + ".new", to: livePath)
                    try disk.syncDirectory(place.logs)
                }
            }
            mustReopen = false
            disk.close(live)
            live = next
            liveFirst = manifest.live.first
            liveBytes = carried
            // What was carried over is not looked at: it counts as a day.
            hasOtherRecords = carried > 0
            seal.mustLook = true
            seal.isPlanDue = true
            synced = SyncedState(tree: self.tree, bytes: carried)
            unsynced.removeAll()
            nextRotation = endOfLiveDate()
        } catch {
            disk.close(next)
            throw error
        }
    }

    /// Puts the manifest in place that names the live file as a closed one, and then the names.
    private func enterClosed(tree: BookTree, bytes: Int, mayNeedTrim: Bool) throws(BookError) {
        let known = manifest
        var changed = known
        changed.closed.append(
            Manifest.ClosedFile(
                name: known.closedName(live: known.live.name, date: known.live.date),
                date: known.live.date, first: liveFirst, records: tree.size - liveFirst,
                bytes: bytes, root: tree.root, mayNeedTrim: mayNeedTrim,
                recorded: recordedRange(bytes: bytes), parts: known.live.parts))
        changed.live.first = tree.size
        changed.live.parts = []
        do throws(BookError) {
            try manifestFile.store(changed)
        } catch {
            // The new state may be in place although its sync failed. Then it counts: lines that
            // went on behind the end of the file that it closes would be cut at the next start.
            if (try? BookCore.readManifest(place)) != known { mustReopen = true }
            throw error
        }
        // From here on the manifest names the new state; only names are still to change.
        mustReopen = true
        try finishRenames(place, changed, closedMode: settings.closedMode)
    }

    /// Recording times of the first and the last line; nil when they cannot be read now.
    private func recordedRange(bytes: Int) -> ClosedRange<Timestamp>? {
        let lines = LineFile(disk: place.disk, file: live)
        var first: Timestamp?
        _ = try? lines.forEachLine(from: 0, to: min(bytes, Limits.lineBytes + 1)) { line in
            first = LineChecker.recordingTime(line)
            return false
        }
        let last = (try? lines.lastLines(1, endingAt: bytes))?.first?.withUnsafeBufferPointer {
            LineChecker.recordingTime($0)
        }
        guard let first, let last = last ?? nil, first <= last else { return nil }
        return first...last
    }

    /// Fills the file that will be live next, and makes it durable under its temporary name.
    private func fillNext(_ next: OpenFile, _ path: String, _ chunks: [[UInt8]])
        throws(BookError) -> Int
    {
        let disk = place.disk
        return try onDisk { () throws(DiskError) in
            var offset = 0
            for chunk in chunks {
                try disk.write(chunk, to: next, at: offset)
                offset += chunk.count
            }
            try disk.setMode(path, mode: settings.mode, group: settings.group)
            try disk.syncData(next)
            try disk.syncDirectory(place.logs)
            return offset
        }
    }
}

/// Gives the files the names that the manifest says, after a rotation that may have been cut short
/// at any point. Harmless when there is nothing to do.
func finishRenames(_ place: BookPlace, _ manifest: Manifest, closedMode: UInt32)
    throws(BookError)
{
    let disk = place.disk
    let livePath = place.path(manifest.live.name)
    let nextPath = livePath + ".new"
    guard disk.kind(of: nextPath) == .file else { return }
    try onDisk { () throws(DiskError) in
        // A day whose lines went after it was sealed is missing rightly, and waits for no rename.
        if let last = manifest.closed.last, last.hasLines,
            disk.kind(of: place.path(last.name)) == .missing
        {
            let closedPath = place.path(last.name)
            try trim(livePath, to: last.bytes, disk)
            try disk.rename(livePath, to: closedPath)
            try disk.syncDirectory(place.logs)
            try disk.setMode(closedPath, mode: closedMode, group: nil)
        }
        if disk.kind(of: livePath) == .missing {
            try disk.rename(nextPath, to: livePath)
        } else {
            // Left by a rotation that never reached its manifest.
            try disk.remove(nextPath)
        }
        try disk.syncDirectory(place.logs)
    }
}

/// Cuts what a failed write or sync left behind the lines that count.
func trim(_ path: String, to bytes: Int, _ disk: any Disk) throws(DiskError) {
    let file = try disk.open(path, .writing, mode: 0)
    defer { disk.close(file) }
    guard try disk.size(of: file) > bytes else { return }
    try disk.truncate(file, to: bytes)
    // Repeated at the next start if this sync is lost (`mayNeedTrim`).
    try? disk.syncData(file)
}
