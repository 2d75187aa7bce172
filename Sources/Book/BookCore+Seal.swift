// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

/// What the writer knows of the work behind its back.
struct SealState {
    /// Index of the `segment_sealed` record of days whose manifest entry does not have it yet, by
    /// the day's first index.
    var announced: [UInt64: UInt64] = [:]
    /// A plan whose record is in the book, and that record's index.
    var pruning: (plan: PrunePlan, record: UInt64)?
    /// Days (and the live file) that failed, by first index, and until when they are left alone.
    var failedUntil: [UInt64: UInt64] = [:]
    /// The retention rule is to be asked.
    var isPlanDue = true
    /// Something happened after which there may be work: opening, rotation, a step that went well.
    var mustLook = true
    /// When to look in any case: lines are kept for a time.
    var nextLook: UInt64 = 0
    /// Why the last step failed.
    var trouble: BookError?
}

extension BookCore {
    /// The next step of the work behind the writer's back; nil when there is none now.
    ///
    /// Cheap when nothing has happened since the last look. May append a `segment_sealed` record.
    /// One step at a time; nothing else of this book may need `mustReplaceLive` or `mustReopen`.
    /// - Parameter isForced: seal although `SealSettings.isAutomatic` is off.
    package func nextSeal(isForced: Bool = false) throws(BookError) -> SealJob? {
        let now = place.clock.monotonic()
        let manifest = manifest
        if let part = try livePart(manifest, now, isForced) { return part }
        // A rule that goes by time wants to be asked while nothing else happens too.
        if now >= seal.nextLook { seal.isPlanDue = true }
        guard seal.mustLook || isForced || now >= seal.nextLook else { return nil }
        seal.nextLook = now + Limits.sealLookNanoseconds
        if !manifest.discarded.isEmpty, !isHeldBack(.max, now) { return job(.sweep) }
        if let pruning = seal.pruning, checkpointed > pruning.record {
            return job(.prune(pruning.plan, record: pruning.record))
        }
        let confirmed = seal.announced.filter { $0.value < checkpointed }
        if !confirmed.isEmpty, !isHeldBack(.max, now) { return job(.confirm(confirmed)) }
        try announceSealed(manifest)
        if let job = dropJob(manifest, now) { return job }
        if settings.sealing.isAutomatic || isForced, let job = sealJob(manifest, now) {
            return job
        }
        if seal.isPlanDue, settings.retention != nil, seal.pruning == nil {
            seal.isPlanDue = false
            return job(.plan)
        }
        seal.mustLook = false
        return nil
    }

    /// Takes in how a step went. Throws when a record of it could not be appended.
    package func endSeal(_ job: SealJob, _ outcome: SealOutcome) throws(BookError) {
        seal.mustLook = true
        if let error = outcome.error {
            let until = place.clock.monotonic() + Limits.sealRetryNanoseconds
            seal.failedUntil[job.place(in: self)] = until
            seal.nextLook = min(seal.nextLook, until)
            seal.trouble = error
            if case .prune = job.task { seal.pruning = nil }
            return
        }
        seal.failedUntil[job.place(in: self)] = nil
        if seal.failedUntil.isEmpty { seal.trouble = nil }
        switch job.task {
        case .confirm(let records):
            for first in records.keys { seal.announced[first] = nil }
        case .prune:
            seal.pruning = nil
        case .segment:
            seal.isPlanDue = true
        case .part:
            break
        case .plan:
            if let plan = outcome.plan { try beginPrune(plan) }
        case .sweep, .dropLines:
            break
        }
    }

    /// Forgets what failed, so that it is tried again at once.
    package func retrySealing() {
        seal.failedUntil.removeAll()
        seal.mustLook = true
    }

    /// Whether all closed days are sealed, and checkpointed records say so.
    package var isSealed: Bool {
        manifest.closed.allSatisfy { $0.segment?.record != nil }
    }

    // MARK: - Choosing

    private func job(_ task: SealJob.Task) -> SealJob {
        SealJob(place: place, settings: settings, manifestFile: manifestFile, task: task)
    }

    /// Whether the day that begins at a record failed a moment ago.
    private func isHeldBack(_ first: UInt64, _ now: UInt64) -> Bool {
        seal.failedUntil[first].map { now < $0 } ?? false
    }

    /// A part of the live file, as soon as enough lines of it are synced.
    private func livePart(_ manifest: Manifest, _ now: UInt64, _ isForced: Bool)
        throws(BookError) -> SealJob?
    {
        guard settings.sealing.isAutomatic || isForced else { return nil }
        let last = manifest.live.parts.last
        let first = last?.end ?? liveFirst
        let offset = last?.lineEnd ?? 0
        guard synced.tree.size >= first, synced.bytes >= offset else { return nil }
        let records = synced.tree.size - first
        guard
            records >= UInt64(settings.sealing.partRecords)
                || synced.bytes - offset >= settings.sealing.partBytes,
            records > 0, !isHeldBack(liveFirst, now)
        else { return nil }
        // Opened here: a rotation gives the name to another file.
        let path = place.path(manifest.live.name)
        let file = try onDisk { () throws(DiskError) in
            try place.disk.open(path, .reading, mode: 0)
        }
        return job(
            .part(
                PartTask(
                    day: liveFirst, live: file, name: manifest.live.name, first: first,
                    offset: offset, records: records, end: synced.bytes)))
    }

    /// The next step towards the segment of the oldest day that has none.
    private func sealJob(_ manifest: Manifest, _ now: UInt64) -> SealJob? {
        for file in manifest.closed where file.segment == nil {
            // Only what is signed is sealed: nothing may ever take it back.
            guard file.end <= checkpointed, !isHeldBack(file.first, now) else { continue }
            let first = file.parts.last?.end ?? file.first
            let offset = file.parts.last?.lineEnd ?? 0
            let rest = file.end - first
            guard
                rest > UInt64(settings.sealing.partRecords)
                    || file.bytes - offset > settings.sealing.partBytes
            else { return job(.segment(file.first)) }
            return job(
                .part(
                    PartTask(
                        day: file.first, live: nil, name: file.name, first: first,
                        offset: offset, records: rest, end: file.bytes)))
        }
        return nil
    }

    /// Lines whose time to stay is over.
    private func dropJob(_ manifest: Manifest, _ now: UInt64) -> SealJob? {
        let keep = settings.encryptSegments ? 0 : settings.plainKeep.microseconds
        let instant = place.clock.now().microseconds
        let days = manifest.closed.filter { file in
            guard file.hasLines, file.segment?.record != nil, !isHeldBack(file.first, now),
                let last = file.recorded?.upperBound.microseconds
            else { return false }
            return instant.subtractingReportingOverflow(last).partialValue >= keep
        }
        return days.isEmpty ? nil : job(.dropLines(days.map(\.first)))
    }

    /// Says in the book which days were sealed: once a day, and again after a crash that came
    /// between the record and its entry in the manifest.
    private func announceSealed(_ manifest: Manifest) throws(BookError) {
        for file in manifest.closed {
            guard let segment = file.segment, segment.record == nil,
                seal.announced[file.first] == nil
            else { continue }
            seal.announced[file.first] = try append(
                own: .segmentSealed(
                    file: segment.name, firstIndex: Int64(clamping: file.first),
                    recordCount: Int64(clamping: file.records), sizeBytes: Int64(segment.bytes),
                    digest: segment.sha256.hex), isUpkeep: true)
        }
    }
}

extension SealJob {
    /// Under which index a failure of this step is remembered.
    fileprivate func place(in core: BookCore) -> UInt64 {
        switch task {
        case .part(let task): task.day
        case .segment(let first): first
        case .dropLines(let days): days.first ?? .max
        case .sweep, .confirm, .prune, .plan: .max
        }
    }
}

extension Duration {
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000).overflow
            ? .max : seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
