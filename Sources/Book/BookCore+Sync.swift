// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

// The order of durability, each step waiting for the one before (docs/design/durability.md):
// lines → tree files → high-water mark → sign → checkpoint.

extension BookCore {
    /// Takes what a sync needs to know, as a value that can be run on another thread while records
    /// go on being appended. One job at a time.
    ///
    /// - Parameter checkpoint: whether to go on to a signed checkpoint, or only to sync lines.
    package func beginSync(checkpoint: Bool) -> SyncJob {
        precondition(!mustReplaceLive, "the live file must be replaced first")
        var job = SyncJob(place: place, live: live, mark: mark(tree, bytes: liveBytes))
        if checkpoint && tree.size > checkpointed {
            job.publication = SyncJob.Publication(
                tree: tree, signer: signer, treeFiles: treeFiles,
                mode: settings.directoryFileMode)
        }
        job.state = SyncedState(tree: tree, bytes: liveBytes)
        job.unsyncedChunks = unsynced.count
        return job
    }

    /// Takes in how a job went. Throws what the disk said; the book stays usable.
    package func endSync(_ job: SyncJob, _ outcome: SyncOutcome) throws(BookError) {
        if outcome.linesSynced, let state = job.state {
            synced = state
            unsynced.removeFirst(job.unsyncedChunks)
        } else if outcome.linesFailed {
            mustReplaceLive = true
        }
        if let files = outcome.treeFiles {
            treeFiles = files
            tree.dropStored(files.stored)
        }
        if outcome.checkpointed {
            checkpointed = job.mark.size
            // Records that had to be signed before the next step.
            if !seal.announced.isEmpty || seal.pruning != nil { seal.mustLook = true }
        }
        if let error = outcome.error { throw BookError(error) }
    }

    /// Syncs and publishes everything, here and now.
    package func checkpoint() throws(BookError) {
        let job = beginSync(checkpoint: true)
        try endSync(job, job.run())
    }

    func mark(_ tree: BookTree, bytes: Int) -> HighWater {
        HighWater(
            size: tree.size, root: Digest(), fileFirst: liveFirst, fileBytes: bytes,
            recorded: lastRecorded.microseconds)
    }
}

/// One sync of lines and, when asked for, the checkpoint that covers them.
package struct SyncJob: Sendable {
    let place: BookPlace
    let live: OpenFile
    var mark: HighWater
    var publication: Publication?
    var state: BookCore.SyncedState?
    var unsyncedChunks = 0

    struct Publication: Sendable {
        var tree: BookTree
        var signer: NoteKey
        var treeFiles: TreeFiles
        var mode: UInt32
    }

    /// Records that are on stable storage when the job succeeds.
    package var size: UInt64 { mark.size }

    /// Does the I/O. Touches nothing of the book's state, so that it can run beside appends.
    package func run() -> SyncOutcome {
        var outcome = SyncOutcome()
        do throws(DiskError) {
            try place.disk.syncData(live)
            outcome.linesSynced = true
        } catch {
            outcome.linesFailed = true
            outcome.error = error
            return outcome
        }
        guard var publication else { return outcome }
        do throws(DiskError) {
            defer { outcome.treeFiles = publication.treeFiles }
            try publication.treeFiles.store(publication.tree, in: place, mode: publication.mode)
            var mark = mark
            mark.root = publication.tree.root
            let origin = publication.signer.name
            try place.keys.store(mark, for: origin)
            guard let note = Self.sign(mark, publication.signer) else {
                throw DiskError(operation: "sign", path: place.checkpointPath, code: 0)
            }
            try place.disk.replaceFile(
                place.checkpointPath, with: note, mode: publication.mode)
            outcome.checkpointed = true
        } catch {
            outcome.error = error
        }
        return outcome
    }
}

extension SyncJob {
    /// The signed checkpoint; nil when the key cannot sign, which no valid key does.
    private static func sign(_ mark: HighWater, _ signer: NoteKey) -> [UInt8]? {
        let checkpoint = try? Checkpoint(
            origin: signer.name, size: Int(mark.size), root: mark.root)
        return try? checkpoint?.signed(by: [signer]).bytes
    }
}

/// How a sync went.
package struct SyncOutcome: Sendable {
    package var linesSynced = false
    /// The sync of the lines failed: their file can no longer be trusted.
    package var linesFailed = false
    package var checkpointed = false
    package var error: DiskError?
    var treeFiles: TreeFiles?
}
