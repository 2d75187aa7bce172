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
    let port: any BookPort
    let pool: MaskingPool
    let policy: StuckPolicy
    /// What is personal in the book's records.
    let rule: SealRule
    let state: Mutex<LaneState>
    /// Set to wake the lane's thread.
    let alarm = Monitor(false)
    /// The generation of the state's room, for those who wait for it.
    let room = Monitor(Room())
    /// Tickets that wait for stable storage, for the sync thread; nil when it is to end.
    let syncs = Monitor(Syncs())
    let end = Monitor(End.running)

    struct Room {
        var generation: UInt64 = 0
        var tasks: [CheckedContinuation<Void, Never>] = []
    }

    struct Syncs {
        var waiting: [BatchTicket] = []
        var worker: Worker?
        var isClosing = false
    }

    enum End {
        case running, closing
        case closed(DaybookError?)
    }

    init(
        name: String, port: any BookPort, pool: MaskingPool, durability: Durability,
        policy: StuckPolicy, rule: SealRule = .none, limit: Int = DaybookLimits.queueBytes
    ) {
        self.name = name
        self.port = port
        self.pool = pool
        self.durability = durability
        self.policy = policy
        self.rule = rule
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

    // MARK: - Ends

    private func wake() {
        alarm.withLock { $0 = true }
        alarm.broadcast()
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
