// SPDX-License-Identifier: Apache-2.0

internal import Records
package import TransparencyLog

/// Recomputes a whole book and compares it with everything that is stored about it: manifest, tree
/// files, checkpoint and, where the keys are at hand, the high-water mark.
///
/// Reads each record once, in order, sealed days on all processors. Takes no lock; a book that is being written is checked as far as
/// it was when this began. O(n) hashes, bounded memory.
package struct BookVerifier {
    let place: BookPlace
    /// The key that checkpoints must be signed with; the book's own, from the key directory, when
    /// nil.
    let key: VerifierKey?

    /// Threads that rebuild sealed days; as many as there are processors when nil.
    let threads: Int?

    package init(_ place: BookPlace, key: VerifierKey? = nil, threads: Int? = nil) {
        self.place = place
        self.threads = threads
        self.key = key
    }

    /// - Parameter progress: called now and then with bytes read and bytes in all.
    /// - Throws: where the book could not be looked at; what is wrong with it is in the verdict.
    package func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in })
        throws(BookError) -> Verdict
    {
        var verdict = Verdict(book: place.name)
        // Read before the lines: a writer that goes on can only add behind it.
        let checkpointBytes = try onDisk { () throws(DiskError) in
            try place.disk.contents(of: place.checkpointPath, limit: Limits.checkpointBytes)
        }
        guard let manifest = try readManifest(&verdict) else { return verdict }
        verdict.origin = manifest.origin
        let checkpoint = readCheckpoint(checkpointBytes, manifest, &verdict)
        let mark = readMark(manifest, hasCheckpoint: checkpointBytes != nil, &verdict)
        verdict.checkpointSize = checkpoint.map { UInt64($0.size) } ?? 0

        let snapshot: BookSnapshot
        do throws(BookError) {
            snapshot = try BookSnapshot(place)
        } catch {
            guard error.code == .missingFile else { throw error }
            verdict.findings.append(
                .init(
                    file: place.path(manifest.live.name), what: "the live file is missing",
                    remedy: "Restore it from a copy."))
            return verdict
        }
        verdict.snapshot = snapshot
        let walk = TreeWalk(
            place: place, snapshot: snapshot,
            sizes: Set([checkpoint?.size ?? 0, Int(mark?.size ?? 0)]), threads: threads)
        try walk.run(&verdict, progress: progress)
        verdict.size = snapshot.size
        verdict.root = walk.root.base64
        if checkpointBytes == nil && mark == nil && snapshot.size > 0 {
            verdict.notes.append(
                "There is no checkpoint: nothing was signed yet, or it was removed. A book is "
                    + "signed within a second of its first record.")
        }
        judge(checkpoint, mark, walk, snapshot, &verdict)
        try judgeCut(snapshot, &verdict)
        judgeCatalog(snapshot, &verdict)
        return verdict
    }

    /// Whoever can write a catalog can make one that hides records from a search.
    private func judgeCatalog(_ snapshot: BookSnapshot, _ verdict: inout Verdict) {
        let catalog = CatalogFile(place)
        guard let file = catalog.firstContradiction(snapshot.manifest) else { return }
        verdict.findings.append(
            .init(
                file: catalog.path, records: file.first...(file.end - 1),
                what: "it says something else of this segment than the segment itself: a search "
                    + "may pass records over",
                remedy: "Remove it; the next search makes it anew."))
    }

    /// Says what was pruned, and looks whether the record that says so is there.
    private func judgeCut(_ snapshot: BookSnapshot, _ verdict: inout Verdict) throws(BookError) {
        guard let cut = snapshot.manifest.cut else { return }
        verdict.pruned = cut.until
        var said: UpkeepRecord.Pruned?
        try snapshot.forEachLine(in: cut.record..<(cut.record + 1)) { _, line in
            said = UpkeepRecord.pruned(line)
            return false
        }
        guard let said, said.until == cut.until, said.root == cut.root.base64 else {
            verdict.findings.append(
                .init(
                    file: place.manifestPath,
                    what: "it says that record \(cut.record) tells of the pruning of records 0 to "
                        + "\(cut.until - 1), and that record does not",
                    remedy: "Restore the newest copy of the book's directory."))
            return
        }
        verdict.notes.append(
            "Records 0 to \(cut.until - 1) were pruned by record \(cut.record) (\(said.rule)). Their "
                + "hashes are still there, and the tree over all records was checked with them.")
    }

    // MARK: - What is stored about the book

    private func readManifest(_ verdict: inout Verdict) throws(BookError) -> Manifest? {
        do throws(BookError) {
            guard let manifest = try BookCore.readManifest(place) else {
                throw BookError(
                    .noBook,
                    "There is no book at \(place.directory). `--dir` names another place.")
            }
            return manifest
        } catch {
            guard error.code == .damaged else { throw error }
            verdict.findings.append(
                .init(
                    file: place.manifestPath, what: error.message,
                    remedy: "Restore it from a copy."))
            return nil
        }
    }

    private func readCheckpoint(
        _ bytes: [UInt8]?, _ manifest: Manifest, _ verdict: inout Verdict
    ) -> Checkpoint? {
        func no(_ what: String) {
            verdict.findings.append(
                .init(
                    file: place.checkpointPath, what: what,
                    remedy: "Compare with a copy that you or a witness kept; opening the book for "
                        + "writing signs a new one once the lines are found sound."))
        }
        guard let bytes else { return nil }
        let signed: SignedCheckpoint
        do throws(TransparencyLogError) {
            signed = try SignedCheckpoint(parsing: bytes)
        } catch {
            no("the checkpoint is damaged (\(error.message))")
            return nil
        }
        guard signed.note.bytes == bytes else {
            no("the checkpoint is damaged (it is not in its one form)")
            return nil
        }
        guard let key = key ?? ownKey(manifest) else {
            verdict.notes.append(
                "The checkpoint's signature was not checked: no key. Give --key, which "
                    + "`daybook key` prints where the book is written.")
            return signed.checkpoint
        }
        verdict.isSignatureChecked = true
        let answer = signed.verify(with: key, origin: manifest.origin)
        guard answer.isAccepted else {
            let reasons = answer.reasons.map(\.description).joined(separator: "; ")
            no("the checkpoint is not what the book's key signed (\(reasons))")
            return nil
        }
        return signed.checkpoint
    }

    private func ownKey(_ manifest: Manifest) -> VerifierKey? {
        (try? place.keys.key(for: manifest.origin))??.verifier
    }

    private func readMark(
        _ manifest: Manifest, hasCheckpoint: Bool, _ verdict: inout Verdict
    ) -> HighWater? {
        do throws(BookError) {
            if let mark = try place.keys.highWater(for: manifest.origin) { return mark }
            // A book without records has no mark to miss.
            guard hasCheckpoint else { return nil }
            verdict.notes.append(
                "No high-water mark at \(place.keys.directory(for: manifest.origin)): that the "
                    + "book was not cut back to an older state could not be checked.")
        } catch {
            verdict.findings.append(
                .init(
                    file: place.keys.highWaterPath(for: manifest.origin), what: error.message,
                    remedy: "Restore the key directory from its backup."))
        }
        return nil
    }

    // MARK: - The comparison

    private func judge(
        _ checkpoint: Checkpoint?, _ mark: HighWater?, _ walk: TreeWalk, _ snapshot: BookSnapshot,
        _ verdict: inout Verdict
    ) {
        let livePath = place.path(snapshot.manifest.live.name)
        if let checkpoint {
            let size = UInt64(checkpoint.size)
            if size > snapshot.size {
                verdict.findings.append(
                    .init(
                        file: livePath, records: snapshot.size...(size - 1),
                        what: "the checkpoint covers \(size) records, and only \(snapshot.size) "
                            + "are there: the tail was cut, or an older copy was put in place",
                        remedy: "Restore the newest copy of the file."))
            } else if size < snapshot.firstKept {
                verdict.findings.append(
                    .init(
                        file: place.checkpointPath,
                        what:
                            "the checkpoint covers \(size) records, and \(snapshot.firstKept) were "
                            + "pruned after being signed: an older one was put in place",
                        remedy: "Restore the newest copy."))
            } else if walk.roots[checkpoint.size] != checkpoint.root {
                walk.blame(checkpoint, &verdict)
            }
        } else if (mark?.size ?? 0) > 0 && verdict.findings.isEmpty {
            verdict.findings.append(
                .init(
                    file: place.checkpointPath, what: "the checkpoint is missing",
                    remedy: "Restore it; opening the book for writing signs a new one once the "
                        + "lines are found sound."))
        }
        // Tree hashes that differ although the lines are as signed.
        walk.reportTree(&verdict)
        guard let mark else { return }
        if mark.size > snapshot.size {
            verdict.findings.append(
                .init(
                    file: livePath, records: snapshot.size...(mark.size - 1),
                    what: "the book once had \(mark.size) records and now has \(snapshot.size): "
                        + "an older copy was put in place, or the tail was cut",
                    remedy: "Restore the newest copy of the book's directory."))
        } else if mark.size >= snapshot.firstKept, walk.roots[Int(mark.size)] != mark.root,
            verdict.findings.isEmpty
        {
            verdict.findings.append(
                .init(
                    file: livePath, records: mark.size == 0 ? nil : 0...(mark.size - 1),
                    what: "the first \(mark.size) records are not those that were signed",
                    remedy: "Restore the newest copy of the book's directory."))
        }
        if let checkpoint, UInt64(checkpoint.size) < mark.size {
            verdict.notes.append(
                "The checkpoint covers \(checkpoint.size) records, the high-water mark "
                    + "\(mark.size): a crash came between, or an older checkpoint was put in "
                    + "place. The next writer signs again.")
        }
    }
}
