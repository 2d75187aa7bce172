// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records
internal import Synchronization

/// The way into one book.
///
/// Callers put masked records into the open batch under a lock that is held for a copy of a few
/// hundred bytes; a thread takes the batches and hands them over, so that no caller holds a lock
/// over I/O and order is that of the calls. A second thread, started when somebody first asks for
/// `synced`, waits for stable storage, so that a sync delays nobody who does not ask for it, and
/// those who ask share it.
final class Lane: Sendable {
    /// The book's name.
    let name: String
    /// What an append waits for unless the call says otherwise.
    let durability: Durability
    private let port: any BookPort
    private let pool: MaskingPool
    private let policy: StuckPolicy
    private let state: Mutex<LaneState>
    /// Set to wake the lane's thread.
    private let alarm = Monitor(false)
    /// The generation of the state's room, for those who wait for it.
    private let room = Monitor(Room())
    /// Tickets that wait for stable storage, for the sync thread; nil when it is to end.
    private let syncs = Monitor(Syncs())
    private let end = Monitor(End.running)

    private struct Room {
        var generation: UInt64 = 0
        var tasks: [CheckedContinuation<Void, Never>] = []
    }

    private struct Syncs {
        var waiting: [BatchTicket] = []
        var worker: Worker?
        var isClosing = false
    }

    private enum End {
        case running, closing
        case closed(DaybookError?)
    }

    init(
        name: String, port: any BookPort, pool: MaskingPool, durability: Durability,
        policy: StuckPolicy, limit: Int = DaybookLimits.queueBytes
    ) {
        self.name = name
        self.port = port
        self.pool = pool
        self.durability = durability
        self.policy = policy
        state = Mutex(LaneState(limit: limit, policy: policy))
    }

    /// Starts the lane's thread, which keeps the lane until it is closed; called once, before the
    /// first record.
    func start() {
        _ = Worker("lane-\(name)") { self.run() }
    }

    // MARK: - Callers

    /// Masks records and puts them into the open batch, or says that there is no room.
    private func offer(
        _ durability: Durability, _ fill: (MaskingPool.Scratch) -> Void
    ) throws(DaybookError) -> LaneState.Outcome {
        let outcome = try pool.withScratch { scratch throws(DaybookError) -> LaneState.Outcome in
            fill(scratch)
            return try state.withLock { state throws(DaybookError) in
                try state.add(scratch.records, durability)
            }
        }
        if case .added(_, _, true) = outcome { wake() }
        return outcome
    }

    /// Appends what `fill` masks, and waits as asked. Blocks the thread when there is no room.
    /// - Returns: the index of the first record; nil for `queued`.
    func append(
        _ durability: Durability, _ fill: (MaskingPool.Scratch) -> Void
    ) throws(DaybookError) -> UInt64? {
        while true {
            switch try offer(durability, fill) {
            case .added(nil, _, _):
                return nil
            case .added(let ticket?, let offset, _):
                return try ticket.wait(durability) + UInt64(offset)
            case .full(let generation):
                room.wait { $0.generation > generation ? () : nil }
            }
        }
    }

    /// As `append`, but suspends the task instead of blocking its thread.
    func append(
        suspending durability: Durability, _ fill: (MaskingPool.Scratch) -> Void
    ) async throws(DaybookError) -> UInt64? {
        while true {
            if Task.isCancelled {
                throw DaybookError(.cancelled, "The task was cancelled; nothing was recorded.")
            }
            switch try offer(durability, fill) {
            case .added(nil, _, _):
                return nil
            case .added(let ticket?, let offset, _):
                return try await ticket.wait(durability) + UInt64(offset)
            case .full(let generation):
                await waitForRoom(after: generation)
            }
        }
    }

    private func waitForRoom(after generation: UInt64) async {
        await withCheckedContinuation { continuation in
            let hasRoom = room.withLock { room in
                if room.generation > generation { return true }
                room.tasks.append(continuation)
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Notes records that are given up because there is no room and nobody may wait.
    func countLost(_ count: UInt64) {
        state.withLock { $0.countLost(count) }
    }

    /// What keeps the lane or its book from going on at the moment.
    var trouble: DaybookError? {
        state.withLock { $0.failure ?? $0.trouble } ?? port.trouble.map { DaybookError($0) }
    }

    var origin: String { port.origin }

    func checkpoint() throws(DaybookError) -> UInt64 {
        _ = try append(.written) { _ in }
        do throws(BookError) { return try port.checkpoint() } catch { throw DaybookError(error) }
    }

    // MARK: - Handing over

    private func wake() {
        alarm.withLock { $0 = true }
        alarm.broadcast()
    }

    private func run() {
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
            do throws(BookError) {
                try port.append(MaskedRecords(), .synced)
                for ticket in tickets { ticket.completeSynced() }
            } catch {
                for ticket in tickets { ticket.complete(.synced, .failure(DaybookError(error))) }
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

    /// Hands over what is queued, syncs, signs, and gives the book back. Safe to call twice, and
    /// from several threads: all return when it is done.
    ///
    /// - Throws: what kept the last records from stable storage, each time.
    func close() throws(DaybookError) {
        let isFirst = end.withLock { end in
            guard case .running = end else { return false }
            end = .closing
            return true
        }
        if isFirst, state.withLock({ $0.close() }) { wake() }
        while true {
            let closed = end.wait(nanoseconds: 1_000_000_000) { end -> DaybookError?? in
                if case .closed(let error) = end { .some(error) } else { nil }
            }
            if let closed {
                if let closed { throw closed }
                return
            }
            // The book waits for its disk: it gives up after a while when it is told to close.
            if port.trouble != nil { try? port.close() }
        }
    }
}
