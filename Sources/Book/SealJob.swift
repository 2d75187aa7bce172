// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

/// One step of the work that goes on behind a book's back: parts, segments, files that go.
///
/// A value, run on a thread of its own beside appends and syncs. It writes files beside, checks
/// them, gives them their names, and enters them in the manifest; a crash at any point leaves
/// either state of the manifest and files that nothing names (docs/design/durability.md).
package struct SealJob: Sendable {
    let place: BookPlace
    let settings: BookSettings
    let manifestFile: ManifestFile
    let task: Task

    enum Task: Sendable {
        /// Removes what the manifest discards.
        case sweep
        /// Enters the indexes of `segment_sealed` records that a checkpoint covers, by the first
        /// index of their day.
        case confirm([UInt64: UInt64])
        /// Lets the lines of sealed days go, named by their first index.
        case dropLines([UInt64])
        /// Removes the oldest days; `record` says so and is covered by a checkpoint.
        case prune(PrunePlan, record: UInt64)
        /// Asks the retention rule.
        case plan
        /// Makes a part of lines.
        case part(PartTask)
        /// Makes the segment of a closed day, named by its first index.
        case segment(UInt64)
    }

    /// Does the I/O.
    /// - Parameter isCancelled: asked now and then; a step that is given up leaves nothing behind
    ///   but a temporary file.
    package func run(isCancelled: @escaping @Sendable () -> Bool = { false }) -> SealOutcome {
        var outcome = SealOutcome()
        do throws(BookError) {
            switch task {
            case .sweep: try sweep()
            case .confirm(let records): try confirm(records)
            case .dropLines(let days): try dropLines(days)
            case .prune(let plan, let record): try prune(plan, record)
            case .plan:
                outcome.plan = settings.retention?.plan(
                    segments: manifestFile.current.summaries(of: place), now: place.clock.now())
            case .part(let task): try makePart(task, isCancelled)
            case .segment(let first): try makeSegment(first, isCancelled)
            }
        } catch {
            outcome.error = error
            distrustParts(error)
        }
        if case .part(let task) = task, let file = task.live { place.disk.close(file) }
        return outcome
    }
}

/// How a step went.
package struct SealOutcome: Sendable {
    package var error: BookError?
    /// What the retention rule wants.
    package var plan: PrunePlan?
}

// MARK: - Files that go

extension SealJob {
    /// Gives up the parts of a day that could not be continued or merged: its lines are still
    /// there, and the next try makes them anew.
    private func distrustParts(_ error: BookError) {
        let day: UInt64
        switch task {
        case .part(let task): day = task.day
        case .segment(let first): day = first
        default: return
        }
        let isParts = error.code == .damaged || error.code == .missingFile
        guard isParts, !manifestFile.current.day(from: day).parts.isEmpty else { return }
        _ = try? manifestFile.update { manifest in
            manifest.discardParts(ofDay: day, in: place)
            return true
        }
    }
}

extension SealJob {
    /// Removes files that the manifest discards, those already gone included.
    func sweep() throws(BookError) {
        try manifestFile.exclusively { () throws(BookError) in
            try remove(manifestFile.current.discarded)
        }
    }

    /// Removes files, durably, and forgets them.
    func remove(_ names: [String]) throws(BookError) {
        guard !names.isEmpty else { return }
        try onDisk { () throws(DiskError) in
            var directories: Set<String> = []
            for name in names {
                let path = place.path(name)
                if place.disk.kind(of: path) == .file { try place.disk.remove(path) }
                directories.insert(path.directoryPart)
            }
            for directory in directories.sorted()
            where place.disk.kind(of: directory) == .directory {
                try place.disk.syncDirectory(directory)
            }
        }
        manifestFile.forgetDiscarded(Set(names))
    }

    private func confirm(_ records: [UInt64: UInt64]) throws(BookError) {
        try manifestFile.update { manifest in
            for (first, record) in records {
                _ = manifest.changeClosed(first: first) { $0.segment?.record = record }
            }
            return true
        }
    }

    /// The segment is looked at once more, whole, before it is the only copy.
    private func dropLines(_ days: [UInt64]) throws(BookError) {
        var sound: Set<UInt64> = []
        var failure: BookError?
        for file in manifestFile.current.closed where days.contains(file.first) {
            guard let segment = file.segment else { continue }
            do throws(BookError) {
                try checkDigest(place.segmentPath(segment.name), segment.sha256)
                sound.insert(file.first)
            } catch {
                failure = error
            }
        }
        if !sound.isEmpty {
            try manifestFile.update { manifest in
                for position in manifest.closed.indices {
                    let file = manifest.closed[position]
                    guard sound.contains(file.first), file.hasLines, file.segment?.record != nil
                    else { continue }
                    manifest.closed[position].hasLines = false
                    manifest.closed[position].mayNeedTrim = false
                    manifest.discarded.append(file.name)
                }
                return true
            } then: { manifest throws(BookError) in
                try remove(manifest.discarded)
            }
        }
        if let failure { throw failure }
    }

    func checkDigest(_ path: String, _ expected: Digest) throws(BookError) {
        guard try digest(of: path, place.disk) == expected else {
            throw BookError(
                .damaged,
                "\(path) is not the file that was sealed: its SHA-256 differs. The day's lines are "
                    + "kept; move the file away and run `daybook seal` to make it anew.")
        }
    }
}

/// SHA-256 of a file.
func digest(of path: String, _ disk: any Disk) throws(BookError) -> Digest {
    try onDisk { () throws(DiskError) in
        let file = try disk.open(path, .reading, mode: 0)
        defer { disk.close(file) }
        var hash = FileHash()
        var offset = 0
        while true {
            let bytes = try disk.bytes(from: file, at: offset, count: Limits.readBytes)
            if bytes.isEmpty { break }
            bytes.withUnsafeBytes { hash.update($0) }
            offset += bytes.count
        }
        return hash.finish()
    }
}
