// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records
internal import TransparencyLog

/// The writer's state and every step it takes, without a thread: decides and writes, one call at a
/// time. `BookWriter` gives it threads; `Tests/Simulation` drives it step by step.
///
/// Confined to whoever calls it. Only a `SyncJob`, a value, is run elsewhere.
///
/// Cost per record, beside its bytes: one leaf hash, one node hash on average, 1/8 byte of tree.
package final class BookCore {
    package let place: BookPlace
    package let settings: BookSettings
    let manifestFile: ManifestFile
    package var manifest: Manifest { manifestFile.current }

    let signer: NoteKey
    /// The locks of the book and of its keys, held as long as this object lives.
    let locks: [OpenFile]
    var live: OpenFile
    /// Bytes of complete lines in the live file.
    var liveBytes: Int
    /// True when bytes of a failed write may follow `liveBytes`.
    var hasDirtyTail = false
    var tree: BookTree
    var treeFiles: TreeFiles
    /// The state up to which lines are on stable storage.
    var synced: SyncedState
    /// Lines written after `synced`, oldest first: what a failed sync makes us write again.
    var unsynced: [[UInt8]] = []
    /// Set when a sync failed: the live file must be replaced before anything else is written.
    package internal(set) var mustReplaceLive = false
    /// Set when a rotation was cut short after its manifest was in place: close and open again.
    package internal(set) var mustReopen = false
    /// Records covered by the newest checkpoint on disk.
    package internal(set) var checkpointed: UInt64
    var lastRecorded: Timestamp
    /// Index of the live file's first record.
    var liveFirst: UInt64
    /// The instant at which the trading date of the live file ends.
    var nextRotation: Timestamp
    /// Whether the live file has records other than those of the book's own upkeep, which wait for
    /// the next real record's day: else an idle book would close a file every day for ever.
    var hasOtherRecords = true
    var seal = SealState()
    /// How far the appends of other processes came.
    var marks: AppendMarks
    var session: MaskingSession
    var stamps = StampBuffer()

    /// Records in the book.
    package var size: UInt64 { tree.size }
    package var unsyncedBytes: Int { liveBytes - synced.bytes }

    struct SyncedState {
        var tree: BookTree
        /// Bytes of the live file that hold the records up to `tree.size`.
        var bytes: Int
    }

    init(
        place: BookPlace, settings: BookSettings, manifestFile: ManifestFile, signer: NoteKey,
        locks: [OpenFile], live: OpenFile, recovered: RecoveredState, marks: AppendMarks?
    ) {
        self.marks = marks ?? AppendMarks(place, size: recovered.tree.size)
        self.place = place
        self.settings = settings
        self.manifestFile = manifestFile
        liveFirst = manifestFile.current.live.first
        self.signer = signer
        self.locks = locks
        self.live = live
        treeFiles = recovered.treeFiles
        liveBytes = recovered.liveBytes
        tree = recovered.tree
        synced = SyncedState(tree: recovered.tree, bytes: recovered.liveBytes)
        checkpointed = recovered.checkpointed
        lastRecorded = recovered.recorded
        session = MaskingSession(place.masker)
        nextRotation = Timestamp(microseconds: .max)
        hasOtherRecords = !hasUpkeepAlone()
        nextRotation = endOfLiveDate()
    }

    /// Whether the live file of a book that was just opened is known to have upkeep records alone.
    private func hasUpkeepAlone() -> Bool {
        guard liveBytes <= Limits.upkeepBytes else { return false }
        var isAlone = true
        _ = try? LineFile(disk: place.disk, file: live).forEachLine(from: 0, to: liveBytes) {
            line in
            isAlone = UpkeepRecord.isOne(line)
            return isAlone
        }
        return isAlone
    }

    /// Gives files and locks back without another write.
    package func abandon() {
        place.disk.close(live)
        treeFiles.close(place.disk)
        for lock in locks { place.disk.close(lock) }
    }

    /// The recording time for records that are written now: never before the last one's.
    func recordingTime() -> Timestamp {
        max(place.clock.now(), lastRecorded)
    }

    /// When the live file's trading date is over.
    func endOfLiveDate() -> Timestamp {
        // An empty file takes the date of its first record.
        guard size > liveFirst, hasOtherRecords else { return Timestamp(microseconds: .max) }
        let calendar = settings.calendar
        var next = calendar.nextStart(after: lastRecorded)
        // A calendar without ends closes files by size only, however many dates they span.
        guard next < .max else { return next }
        if calendar.date(at: lastRecorded) != manifest.live.date {
            next = lastRecorded
        }
        return next
    }
}

// MARK: - Append

extension BookCore {
    /// Writes records to the live file and puts them into the tree.
    ///
    /// On return the lines survive the death of the process (`written`). On a throw nothing of the
    /// batches is in the book, and the same call can be tried again. Whoever calls looks at
    /// `isRotationDue` before.
    /// - Returns: the index of the first record.
    package func append(_ batches: [MaskedRecords]) throws(BookError) -> UInt64 {
        try append(batches, isUpkeep: false)
    }

    private func append(_ batches: [MaskedRecords], isUpkeep: Bool) throws(BookError) -> UInt64 {
        precondition(!mustReplaceLive, "the live file must be replaced first")
        let now = recordingTime()
        let first = size
        stamps.begin(at: now, after: lastRecorded)
        for batch in batches { stamps.add(batch) }
        guard stamps.count > 0 else { return first }
        let isFirst = size == liveFirst || !hasOtherRecords
        if isFirst { try dateEmptyLive(now) }

        try clearDirtyTail()
        let offset = liveBytes
        do throws(DiskError) {
            try stamps.withBytes { bytes throws(DiskError) in
                try place.disk.write(bytes, to: live, at: offset)
            }
        } catch {
            hasDirtyTail = true
            try? clearDirtyTail()
            throw BookError(error)
        }
        stamps.appendLeaves(to: &tree)
        liveBytes += stamps.byteCount
        unsynced.append(stamps.copyBytes())
        lastRecorded = stamps.lastRecorded
        hasOtherRecords = !isUpkeep || (hasOtherRecords && first > liveFirst)
        if isFirst { nextRotation = endOfLiveDate() }
        return first
    }

    /// Appends one of Daybook's own record-keeping records.
    /// - Parameter isUpkeep: whether the record is about the book's own files: such records alone
    ///   make no day.
    @discardableResult
    package func append(own event: Event, isUpkeep: Bool = false) throws(BookError) -> UInt64 {
        var records = MaskedRecords()
        session.append(recordKeeping: event, at: recordingTime(), to: &records)
        return try append([records], isUpkeep: isUpkeep)
    }

    /// True when the live file has reached its size limit.
    package var isOverSize: Bool {
        guard let limit = settings.rotateBytes else { return false }
        return liveBytes >= limit
    }

    /// True when the trading date of the live file is over.
    package var isRotationDue: Bool {
        size > liveFirst && hasOtherRecords && recordingTime() >= nextRotation
    }

    /// Cuts what a failed write left behind the last whole line.
    private func clearDirtyTail() throws(BookError) {
        guard hasDirtyTail else { return }
        try onDisk { () throws(DiskError) in try place.disk.truncate(live, to: liveBytes) }
        hasDirtyTail = false
    }

    /// An empty live file, or one that has upkeep records alone, belongs to the date of the first
    /// record that comes.
    private func dateEmptyLive(_ now: Timestamp) throws(BookError) {
        let date = settings.calendar.date(at: now)
        guard date != manifest.live.date else { return }
        try manifestFile.update { manifest in
            manifest.live.date = date
            return true
        }
    }
}

extension BookSettings {
    /// Mode of the files beside the lines: as readable as the lines, which tell more.
    var directoryFileMode: UInt32 { mode & 0o666 }
    /// Mode of the book's directories: whoever may read the lines may look in.
    var directoryMode: UInt32 { 0o700 | (mode & 0o044) | ((mode & 0o044) >> 2) }
    /// Mode of closed files: nobody writes them.
    var closedMode: UInt32 { mode & 0o444 }
}
