// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records
internal import Synchronization

// The lane's own threads: one hands batches to the book, one waits for stable storage.
extension Lane {
    /// The body of the lane's thread.
    func run() {
        var hasLingered = false
        var idleRounds = 0
        while true {
            let isTired = idleRounds >= DaybookLimits.lingerRounds
            switch state.withLock({ $0.next(hasLingered: hasLingered, isTired: isTired) }) {
            case .handOver(let batch):
                hasLingered = false
                idleRounds = 0
                guard handOver(batch) else { return finish() }
            case .linger:
                _ = alarm.wait(nanoseconds: DaybookLimits.lingerNanoseconds) { Self.take(&$0) }
                hasLingered = true
                idleRounds += 1
            case .sleep:
                alarm.wait { Self.take(&$0) }
                hasLingered = false
                idleRounds = 0
            case .finish:
                return finish()
            }
        }
    }

    private static func take(_ flag: inout Bool) -> Void? {
        guard flag else { return nil }
        flag = false
        return ()
    }

    /// Brings one batch to the book, however long it takes. False when the lane is over.
    private func handOver(_ given: Batch) -> Bool {
        var batch = given
        var bytes = batch.records.byteCount
        var cause: DaybookError?
        while true {
            do throws(BookError) {
                try port.settle(&batch.records)
                // Nobody waits: then the book need not be waited for either.
                let first = try port.append(
                    batch.records, batch.ticket == nil ? .queued : .written)
                let lost = state.withLock { $0.handedOver(bytes: bytes) }
                makeRoom()
                if let ticket = batch.ticket {
                    ticket.complete(.written, .success(first))
                    if batch.wantsSync { sync(ticket, first) }
                }
                if lost > 0 { declareGap(lost) }
                return true
            } catch {
                guard Self.mayPass(error) else {
                    // A book that was closed while its disk refused: the disk is what to tell.
                    end(error.code == .closed ? cause ?? .closed : DaybookError(error), with: batch)
                    return false
                }
                if error.code == .queueFull {
                    // The disk is sound and the writer busy: callers feel it when the queue here
                    // is full as well.
                    pause(nanoseconds: DaybookLimits.busyNanoseconds)
                    continue
                }
                cause = DaybookError(error)
                bytes -= refuse(&batch, DaybookError(error))
                guard batch.records.count > 0 || batch.ticket != nil else {
                    state.withLock { $0.clearTrouble() }
                    return true
                }
                pause(nanoseconds: DaybookLimits.retryNanoseconds)
            }
        }
    }

    /// Whether it makes sense to try again.
    private static func mayPass(_ error: BookError) -> Bool {
        switch error.code {
        case .disk, .noSpace, .queueFull, .held, .connection: true
        default: false
        }
    }

    /// By policy, tells everybody who waits. Returns the bytes that the batch lost by it.
    private func refuse(_ batch: inout Batch, _ error: DaybookError) -> Int {
        guard policy == .fail else {
            _ = state.withLock { $0.stuck(error, freed: 0) }
            return 0
        }
        let before = batch.records.byteCount
        batch.refuseAwaited(error)
        let freed = before - batch.records.byteCount
        var behind = state.withLock { $0.stuck(error, freed: freed) }
        var freedBehind = 0
        for index in behind.indices {
            let before = behind[index].records.byteCount
            behind[index].refuseAwaited(error)
            freedBehind += before - behind[index].records.byteCount
        }
        let kept = behind
        state.withLock { $0.putBack(kept, freed: freedBehind) }
        makeRoom()
        return freed
    }

    private func makeRoom() {
        let generation = state.withLock { $0.generation }
        let tasks = room.withLock { room in
            room.generation = generation
            defer { room.tasks = [] }
            return room.tasks
        }
        room.broadcast()
        for task in tasks { task.resume() }
    }

    /// Puts a record of what was lost where the lost records would have been, or soon after.
    private func declareGap(_ count: UInt64) {
        let batch = pool.withScratch { scratch -> Batch in
            scratch.session.append(
                recordKeeping: .logGapDeclared(
                    reason: "the queue had no room and the caller did not wait",
                    missingCount: Int64(clamping: count)),
                at: Timestamp.now, to: &scratch.records)
            var batch = Batch()
            _ = batch.add(scratch.records, .queued)
            return batch
        }
        do throws(BookError) {
            try port.append(batch.records, .queued)
        } catch {
            state.withLock { $0.countLost(count) }
        }
    }

    // MARK: - Stable storage

    /// Answers a ticket once everything up to its batch is on stable storage.
    private func sync(_ ticket: BatchTicket, _ first: UInt64) {
        syncs.withLock { syncs in
            syncs.waiting.append(ticket)
            if syncs.worker == nil { syncs.worker = Worker("await-\(name)") { self.runSyncs() } }
        }
        syncs.broadcast()
    }

    private func runSyncs() {
        while true {
            let tickets = syncs.wait { syncs -> [BatchTicket]? in
                guard !syncs.waiting.isEmpty else { return syncs.isClosing ? [] : nil }
                defer { syncs.waiting = [] }
                return syncs.waiting
            }
            if tickets.isEmpty { return }
            let failure = awaitStorage()
            for ticket in tickets {
                if let failure {
                    ticket.complete(.synced, .failure(failure))
                } else {
                    ticket.completeSynced()
                }
            }
        }
    }

    /// Waits until all that the book has is on stable storage. Returns why it cannot be.
    private func awaitStorage() -> DaybookError? {
        while true {
            do throws(BookError) {
                try port.append(MaskedRecords(), .synced)
                return nil
            } catch {
                guard policy == .wait, Self.mayPass(error) else { return DaybookError(error) }
                pause(nanoseconds: DaybookLimits.retryNanoseconds)
            }
        }
    }

    // MARK: - Ends

    /// The lane cannot go on: everybody is told.
    private func end(_ error: DaybookError, with batch: Batch) {
        let rest = state.withLock { $0.fail(error) }
        for batch in [batch] + rest {
            batch.ticket?.fail(error)
        }
        makeRoom()
    }

    private func finish() {
        let worker = syncs.withLock { syncs in
            syncs.isClosing = true
            return syncs.worker
        }
        syncs.broadcast()
        worker?.join()
        let failure = state.withLock { $0.failure }
        let outcome = failure ?? closePort()
        end.withLock { $0 = .closed(outcome) }
        end.broadcast()
    }

    private func closePort() -> DaybookError? {
        do throws(BookError) {
            try port.close()
            return nil
        } catch {
            return DaybookError(error)
        }
    }
}
