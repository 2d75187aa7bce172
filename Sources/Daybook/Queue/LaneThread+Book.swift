// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
internal import Masking
internal import Records
internal import Synchronization

// Handing batches to the book, and what to do when it does not take them.
extension LaneThread {
    /// Brings one batch to the book, however long it takes. False when the lane is over.
    func handOver(_ given: Batch) -> Bool {
        var batch = given
        var cause: DaybookError?
        while true {
            do throws(BookError) {
                try lane.port.settle(&batch.records)
                // Nobody waits: then the book need not be waited for either.
                let first = try lane.port.append(
                    batch.records, batch.waiters.isEmpty ? .queued : .written)
                clearTrouble()
                let syncing = batch.complete(from: first)
                if !syncing.isEmpty { lane.sync(syncing) }
                declareGaps()
                return true
            } catch {
                guard Lane.mayPass(error) else {
                    // A book that was closed while its disk refused: the disk is what to tell.
                    end(error.code == .closed ? cause ?? .closed : DaybookError(error), with: batch)
                    return false
                }
                if error.code == .queueFull {
                    // The disk is sound and the writer busy: callers feel it when the ring is full
                    // as well.
                    pause(nanoseconds: DaybookLimits.busyNanoseconds)
                    continue
                }
                cause = DaybookError(error)
                refuse(&batch, DaybookError(error))
                guard batch.isDue else {
                    clearTrouble()
                    return true
                }
                pause(nanoseconds: DaybookLimits.retryNanoseconds)
            }
        }
    }

    private func clearTrouble() {
        let hadTrouble = lane.status.withLock { status in
            defer { status.trouble = nil }
            return status.trouble != nil
        }
        if hadTrouble { daybook_ring_refuse(lane.ring.pointer, 0) }
    }

    /// By policy, tells everybody who waits, here and in the ring, and lets nobody in meanwhile.
    private func refuse(_ batch: inout Batch, _ error: DaybookError) {
        lane.status.withLock { $0.trouble = error }
        guard lane.policy == .fail else { return }
        daybook_ring_refuse(lane.ring.pointer, 1)
        takeOutAll()
        batch.refuseAwaited(error)
        for place in pending.indices { pending[place].refuseAwaited(error) }
        pending.removeAll { !$0.isDue }
        lane.makeRoom()
    }

    /// Puts a record of what was lost where the lost records would have been, or soon after.
    private func declareGaps() {
        let lost = daybook_ring_take_lost(lane.ring.pointer)
        if lost > 0, !declare("the queue had no room and the caller did not wait", lost) {
            lane.countLost(lost)
        }
        let torn = takeTorn()
        if torn > 0 { _ = declare("a thread ended while it recorded", torn) }
    }

    private func declare(_ reason: String, _ count: UInt64) -> Bool {
        var records = MaskedRecords()
        session.append(
            recordKeeping: .logGapDeclared(reason: reason, missingCount: Int64(clamping: count)),
            at: Timestamp.now, to: &records)
        do throws(BookError) {
            try lane.port.append(records, .queued)
            return true
        } catch {
            return false
        }
    }

    // MARK: - Ends

    /// The lane cannot go on: everybody is told.
    private func end(_ error: DaybookError, with given: Batch) {
        lane.status.withLock { $0.failure = $0.failure ?? error }
        daybook_ring_close(lane.ring.pointer)
        var batches = [given] + pending
        pending = []
        for place in batches.indices { batches[place].fail(error) }
        discard(error)
        lane.makeRoom()
    }

    func finish() {
        lane.makeRoom()
        let worker = lane.syncs.withLock { syncs in
            syncs.isClosing = true
            return syncs.worker
        }
        lane.syncs.broadcast()
        worker?.join()
        let failure = lane.status.withLock { $0.failure }
        let outcome = failure ?? closePort()
        // Whoever still holds the lane does not hold the queue's memory.
        daybook_ring_give_back(lane.ring.pointer)
        lane.end.withLock { $0 = .closed(outcome) }
        lane.end.broadcast()
    }

    private func closePort() -> DaybookError? {
        do throws(BookError) {
            try lane.port.close()
            return nil
        } catch {
            return DaybookError(error)
        }
    }
}
