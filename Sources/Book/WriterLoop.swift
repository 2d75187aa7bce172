// SPDX-License-Identifier: Apache-2.0

internal import Masking
internal import Records

/// The append thread of a book: takes what is queued, appends it, and decides when to sync, sign
/// and rotate.
final class WriterLoop: @unchecked Sendable {
    // Sendable, because only the append thread calls `run`, and nothing else is reachable.
    var core: BookCore
    let shared: Monitor<BookWriter.Shared>
    let clock: any BookClock
    private let whenStuck: StuckPolicy

    /// Taken from the queue and refused by the disk; tried again before anything else.
    var stalled: [Submission] = []
    private var stalledUntil: UInt64 = 0
    /// Written, and waiting for the sync that covers their end.
    private var awaitingSync: [(ticket: Ticket, first: UInt64, end: UInt64)] = []
    private var awaitingCheckpoint: [Ticket] = []
    private var awaitingRotation: [Ticket] = []
    var awaitingSeal: [Ticket] = []
    var awaitingPrune: [Ticket] = []
    private var isJobRunning = false
    var isSealRunning = false
    /// Sealing was asked for: the live file is closed first.
    var mustRotateForSeal = false
    /// Monotonic time from which on the writer seals by itself.
    var sealFrom: UInt64 = 0
    /// When the first record came that no checkpoint, done or begun, covers.
    var uncoveredSince: UInt64?
    var mustCheckpoint = false
    private var trouble: BookError?
    /// Monotonic time at which closing gives up on a disk that refuses.
    private var closingUntil: UInt64?

    init(core: BookCore, shared: Monitor<BookWriter.Shared>) {
        self.core = core
        self.shared = shared
        clock = core.place.clock
        whenStuck = core.settings.whenStuck
        sealFrom = clock.monotonic() + core.settings.sealing.delayNanoseconds
        if core.size > core.checkpointed { uncoveredSince = clock.monotonic() }
    }

    private enum Work {
        case append([Submission])
        case commands([BookWriter.Command])
        case finished(SyncJob, SyncOutcome)
        case finishedSeal(SealJob, SealOutcome)
        case retry
        case giveUp
        case close
    }

    func run() {
        while true {
            let work = nextWork()
            switch work {
            case .append(let submissions):
                append(submissions)
            case .commands(let commands):
                for command in commands { take(command) }
            case .finished(let job, let outcome):
                finish(job, outcome)
            case .finishedSeal(let job, let outcome):
                finishSeal(job, outcome)
            case .retry:
                append([])
            case .giveUp:
                giveUp()
            case .close:
                close()
                return
            case nil:
                break
            }
            rotateIfDue()
            startSealIfDue()
            startJobIfDue()
            publishStatus()
        }
    }

    // MARK: - Waiting

    /// Waits for something to do; nil when only time has passed.
    private func nextWork() -> Work? {
        let now = clock.monotonic()
        let canAppend = !mustDrain && stalled.isEmpty
        return shared.wait(nanoseconds: waitingTime(now)) { shared in
            if let (job, outcome) = shared.finishedJob {
                shared.finishedJob = nil
                return .finished(job, outcome)
            }
            if let (job, outcome) = shared.finishedSeal {
                shared.finishedSeal = nil
                return .finishedSeal(job, outcome)
            }
            if !shared.commands.isEmpty {
                defer { shared.commands.removeAll() }
                return .commands(shared.commands)
            }
            if shared.isClosing && self.isOverTime(now) { return .giveUp }
            if !self.stalled.isEmpty {
                guard now >= self.stalledUntil else { return nil }
                return self.isJobRunning ? nil : .retry
            }
            if canAppend && !shared.queue.isEmpty { return .append(self.takeQueue(&shared)) }
            if shared.isClosing && shared.queue.isEmpty && !self.isJobRunning
                && !self.isSealRunning
            {
                return .close
            }
            return nil
        }
    }

    /// True when appends must wait until the running sync is over.
    private var mustDrain: Bool {
        guard isJobRunning else { return false }
        return core.unsyncedBytes >= Limits.unsyncedBytes || core.isRotationDue || core.isOverSize
            || !awaitingRotation.isEmpty || mustRotateForSeal
    }

    private func waitingTime(_ now: UInt64) -> UInt64 {
        // A second, so that midnight is not missed while nothing comes.
        var time: UInt64 = 1_000_000_000
        if let since = uncoveredSince, !isJobRunning {
            let due = since + Limits.checkpointNanoseconds
            time = min(time, due > now ? due - now : 0)
        }
        if trouble != nil || !stalled.isEmpty {
            time = min(time, Limits.retryNanoseconds)
        }
        return max(time, 1_000_000)
    }

    private func takeQueue(_ shared: inout BookWriter.Shared) -> [Submission] {
        var bytes = 0
        var count = 0
        while count < shared.queue.count && bytes < Limits.writeBytes {
            bytes += shared.queue[count].records.byteCount
            count += 1
        }
        let taken = Array(shared.queue[..<count])
        shared.queue.removeFirst(count)
        shared.queuedBytes -= bytes
        return taken
    }

    // MARK: - Appending

    private func append(_ submissions: [Submission]) {
        stalled += submissions
        guard !stalled.isEmpty, !isJobRunning || !core.mustReplaceLive else { return }
        do throws(BookError) {
            try mend()
            let ends = try write(stalled)
            acknowledge(stalled, ends)
            stalled.removeAll()
            trouble = nil
            if uncoveredSince == nil { uncoveredSince = clock.monotonic() }
        } catch {
            stall(error)
        }
        // Room in the queue, or trouble to tell: callers look again.
        shared.broadcast()
    }

    /// Writes what is not there yet.
    /// - Returns: of each submission the index of its first record, and where what was written of it
    ///   ends.
    private func write(_ submissions: [Submission]) throws(BookError) -> [Range<UInt64>] {
        let steps = core.marks.begin(submissions, at: core.size)
        var end = core.size
        do throws(BookError) {
            _ = try core.append(
                zip(submissions, steps).map { submission, step in
                    guard step.skipped > 0 else { return submission.records }
                    return submission.records.filtered { $0 >= step.skipped }
                })
        } catch {
            core.marks.fail(submissions)
            throw error
        }
        core.marks.end(submissions, steps)
        return zip(submissions, steps).map { submission, step in
            end += UInt64(submission.records.count - step.skipped)
            return min(step.first, end)..<end
        }
    }

    private func acknowledge(_ submissions: [Submission], _ places: [Range<UInt64>]) {
        for (submission, place) in zip(submissions, places) {
            switch submission.durability {
            case .queued: break
            case .written: submission.ticket.complete(.success(place.lowerBound))
            case .synced:
                awaitingSync.append((submission.ticket, place.lowerBound, place.upperBound))
            }
        }
    }

    private func stall(_ error: BookError) {
        trouble = error
        stalledUntil = clock.monotonic() + Limits.retryNanoseconds
        guard whenStuck == .fail else { return }
        // Whoever waits is told; what was promised by `queued` is kept and tried again.
        for submission in stalled where !submission.isQueuedOnly {
            submission.ticket.complete(.failure(error))
        }
        stalled.removeAll { !$0.isQueuedOnly }
    }

    /// Puts right what an earlier failure left, before anything else is written.
    func mend() throws(BookError) {
        if core.mustReplaceLive { try core.replaceLive() }
        if core.mustReopen { core = try core.reopened() }
        settleSynced()
    }

    // MARK: - Syncing

    private func startJobIfDue() {
        guard !isJobRunning, !core.mustReplaceLive, !core.mustReopen else {
            if !isJobRunning && stalled.isEmpty { mendWhenIdle() }
            return
        }
        let isDue =
            uncoveredSince.map { clock.monotonic() >= $0 + Limits.checkpointNanoseconds } ?? false
        let wantsCheckpoint = mustCheckpoint || !awaitingCheckpoint.isEmpty || isDue
        let wantsSync = !awaitingSync.isEmpty || core.unsyncedBytes >= Limits.syncBytes
        guard wantsCheckpoint || wantsSync else { return }
        if core.size == core.checkpointed {
            uncoveredSince = nil
            mustCheckpoint = false
            settleSynced()
            return
        }
        let job = core.beginSync(checkpoint: wantsCheckpoint)
        if wantsCheckpoint {
            uncoveredSince = nil
            mustCheckpoint = false
        }
        isJobRunning = true
        shared.withLock { $0.job = job }
        shared.broadcast()
    }

    private func mendWhenIdle() {
        guard clock.monotonic() >= stalledUntil else { return }
        do throws(BookError) {
            try mend()
            trouble = nil
            mustCheckpoint = true
        } catch {
            stall(error)
        }
    }

    private func finish(_ job: SyncJob, _ outcome: SyncOutcome) {
        isJobRunning = false
        do throws(BookError) {
            try core.endSync(job, outcome)
            // A sync that went well does not end the trouble of an append that waits.
            if stalled.isEmpty { trouble = nil }
        } catch {
            trouble = error
            // Tried again after a while, not at once: the disk is full or faulty.
            uncoveredSince = uncoveredSince ?? clock.monotonic()
            stalledUntil = clock.monotonic()
            if whenStuck == .fail { failWaiting(error) }
        }
        if core.size > core.checkpointed && uncoveredSince == nil {
            uncoveredSince = clock.monotonic()
        }
        settleSynced()
    }

    /// Tells those whose records are on stable storage.
    private func settleSynced() {
        let synced = core.synced.tree.size
        while let waiting = awaitingSync.first, waiting.end <= synced {
            waiting.ticket.complete(.success(waiting.first))
            awaitingSync.removeFirst()
        }
        if !awaitingCheckpoint.isEmpty && core.checkpointed == core.size {
            for ticket in awaitingCheckpoint { ticket.complete(.success(core.checkpointed)) }
            awaitingCheckpoint.removeAll()
        }
    }

    /// The records are written and may yet become durable; that they are not is all that is said.
    private func failWaiting(_ error: BookError) {
        for waiting in awaitingSync { waiting.ticket.complete(.failure(error)) }
        awaitingSync.removeAll()
        for ticket in awaitingCheckpoint { ticket.complete(.failure(error)) }
        awaitingCheckpoint.removeAll()
    }

    // MARK: - Commands, rotation, closing

    private func take(_ command: BookWriter.Command) {
        switch command {
        case .checkpoint(let ticket): awaitingCheckpoint.append(ticket)
        case .rotate(let ticket): awaitingRotation.append(ticket)
        case .seal(let ticket):
            awaitingSeal.append(ticket)
            mustRotateForSeal = true
            core.retrySealing()
        case .prune(let plan, let ticket): take(plan, ticket)
        }
    }

    private func rotateIfDue() {
        let isAsked = !awaitingRotation.isEmpty || mustRotateForSeal
        guard !isJobRunning, isAsked || core.isRotationDue || core.isOverSize else { return }
        guard isAsked || clock.monotonic() >= stalledUntil else { return }
        let result: Result<UInt64, BookError>
        do throws(BookError) {
            try mend()
            try core.rotate()
            trouble = nil
            mustRotateForSeal = false
            result = .success(core.size)
        } catch {
            trouble = error
            stalledUntil = clock.monotonic() + Limits.retryNanoseconds
            result = .failure(error)
        }
        if case .failure = result, whenStuck == .wait { return }
        for ticket in awaitingRotation { ticket.complete(result) }
        awaitingRotation.removeAll()
        if case .failure(let error) = result, mustRotateForSeal {
            mustRotateForSeal = false
            failSeals(error)
        }
        settleSynced()
    }

    /// True when the book was asked to close a while ago and the disk still refuses.
    private func isOverTime(_ now: UInt64) -> Bool {
        guard !stalled.isEmpty, !isJobRunning else { return false }
        let until = closingUntil ?? now + Limits.closingNanoseconds
        closingUntil = until
        return now >= until
    }

    /// Ends waiting for a disk that refuses: whoever waits is told.
    private func giveUp() {
        let error = trouble ?? BookError(.disk, "The disk refused the last records.")
        for submission in stalled { submission.ticket.complete(.failure(error)) }
        stalled.removeAll()
        let rest = shared.withLock { shared in
            defer { shared.queue.removeAll() }
            return shared.queue
        }
        for submission in rest { submission.ticket.complete(.failure(error)) }
    }

    private func close() {
        do throws(BookError) {
            try mend()
            if core.isRotationDue { try core.rotate() }
            if core.size > core.checkpointed { try core.checkpoint() }
            trouble = nil
        } catch {
            trouble = error
            failWaiting(error)
        }
        settleSynced()
        failSeals(Self.closing)
        failPrunes()
        core.marks.close()
        core.abandon()
        publishStatus()
        shared.withLock { $0.isClosed = true }
        shared.broadcast()
    }

    func publishStatus() {
        let trouble = trouble
        let core = core
        shared.withLock { shared in
            shared.status.update(core)
            shared.status.trouble = trouble
        }
    }
}
