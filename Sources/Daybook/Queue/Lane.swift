// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
internal import Masking
internal import Records
internal import Synchronization

/// The way into one book.
///
/// Callers copy what they record into a ring and return: no lock, no system call, nothing
/// allocated. A thread of the lane takes the events out in their order, masks them, and hands them
/// over in batches, so that order is that of the calls and no caller waits for I/O that it did not
/// ask for. A second thread, started when somebody first asks for `synced`, waits for stable
/// storage, so that a sync delays nobody who does not ask for it, and those who ask share it.
///
/// Nobody wakes the thread for an event that nobody waits for: it looks by itself, more often the
/// more there is. docs/design/hot-path.md has the reasons.
@usableFromInline
final class Lane: @unchecked Sendable {
    // Sendable, because `cells` is shared as `EventRing` says; all else is.
    /// The book's name.
    let name: String
    /// What an append waits for unless the call says otherwise.
    let durability: BookDurability
    let port: any BookPort
    let pool: MaskingPool
    let policy: StuckPolicy
    /// What is personal in the book's records.
    let rule: SealRule
    /// The level below which `record` takes nothing.
    let floor: Level
    let ring: EventRing
    /// The ring's own, which `ring` keeps: reached without counting a reference.
    let cells: UnsafeMutablePointer<daybook_ring>
    let status = Mutex(Status())
    /// Set to wake the lane's thread.
    let alarm = Monitor(false)
    /// Tasks that wait for room; threads wait for the monitor itself.
    let room = Monitor([CheckedContinuation<Void, Never>]())
    /// Tickets that wait for stable storage, for the sync thread.
    let syncs = Monitor(Syncs())
    let end = Monitor(End.running)

    /// What keeps the lane from going on.
    struct Status {
        /// Why the lane is over; set once.
        var failure: DaybookError?
        /// Why the thread cannot hand over at the moment.
        var trouble: DaybookError?
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
        name: String, port: any BookPort, pool: MaskingPool, durability: BookDurability,
        policy: StuckPolicy, rule: SealRule = .none, floor: Level = .debug,
        queueBytes: Int = DaybookLimits.queueBytes
    ) {
        self.name = name
        self.port = port
        self.pool = pool
        self.durability = durability
        self.policy = policy
        self.rule = rule
        self.floor = floor
        ring = EventRing(bytes: queueBytes)
        cells = ring.pointer
    }

    /// Starts the lane's thread, which keeps the lane until it is closed; called once, before the
    /// first record.
    func start() {
        let thread = LaneThread(self)
        _ = Worker("lane-\(name)") { thread.run() }
    }

    // MARK: - Callers

    /// Puts an event in if there is room; the first try of all that do not wait.
    @inline(__always)
    func takes(_ writer: inout EventWriter) -> Bool {
        guard let entry = writer.shortEntry else { return false }
        return daybook_ring_push(
            cells, entry.baseAddress, entry.count, EventRing.Entry.event.rawValue) == 0
    }

    /// Puts an event in and forgets about it; waits for room if the policy says so.
    /// - Throws: why it was not taken.
    func record(_ writer: inout EventWriter) throws(DaybookError) {
        if takes(&writer) { return }
        try recordSlowly(&writer)
    }

    @inline(never)
    func recordSlowly(_ writer: inout EventWriter) throws(DaybookError) {
        while try !isTaken(ring.push(&writer, ticket: nil)) { waitForRoom() }
    }

    /// Appends an event, and waits as asked. Blocks the thread when there is no room.
    /// - Returns: the index of the first of its records; nil for `queued`.
    func append(
        _ event: borrowing Event, _ durability: BookDurability
    ) throws(DaybookError) -> UInt64? {
        try append(event, ticket(durability))
    }

    /// The same with the answer's place made before.
    func append(
        _ event: borrowing Event, _ ticket: BatchTicket?
    ) throws(DaybookError) -> UInt64? {
        while try !offer(event, ticket) { waitForRoom() }
        return try ticket?.wait()
    }

    /// Appends an event that is written already, and waits as asked. Blocks the thread.
    func append(
        _ writer: inout EventWriter, _ ticket: BatchTicket?
    ) throws(DaybookError) -> UInt64? {
        while try !isTaken(ring.push(&writer, ticket: ticket)) { waitForRoom() }
        guard let ticket else { return nil }
        wake()
        return try ticket.wait()
    }

    /// As `append`, but suspends the task instead of blocking its thread.
    func append(
        suspending durability: BookDurability, _ event: Event
    ) async throws(DaybookError) -> UInt64? {
        let ticket = ticket(durability)
        while true {
            if Task.isCancelled {
                throw DaybookError(.cancelled, "The task was cancelled; nothing was recorded.")
            }
            if try offer(event, ticket) { break }
            await waitForRoom()
        }
        return try await ticket?.wait()
    }

    /// Waits until what was recorded before is as durable as asked. Blocks the thread.
    func waitForAll(_ durability: BookDurability) throws(DaybookError) {
        guard let ticket = ticket(durability) else { return }
        while try !offerBarrier(ticket) { waitForRoom() }
        _ = try ticket.wait()
    }

    /// As the other one, but suspends the task instead of blocking its thread.
    func waitForAll(suspending durability: BookDurability) async throws(DaybookError) {
        guard let ticket = ticket(durability) else { return }
        while try !offerBarrier(ticket) { await waitForRoom() }
        _ = try await ticket.wait()
    }

    func ticket(_ durability: BookDurability) -> BatchTicket? {
        durability == .queued ? nil : BatchTicket(durability)
    }

    /// Puts an event in; false when there is no room and the policy is to wait.
    private func offer(
        _ event: borrowing Event, _ ticket: BatchTicket?
    ) throws(DaybookError) -> Bool {
        var writer = EventWriter(event.kind, level: event.level, at: event.timestamp)
        writer.put(fieldsOf: event)
        guard try isTaken(ring.push(&writer, ticket: ticket)) else { return false }
        if ticket != nil { wake() }
        return true
    }

    private func offerBarrier(_ ticket: BatchTicket) throws(DaybookError) -> Bool {
        guard try isTaken(ring.pushBarrier(ticket), mayFail: false) else { return false }
        wake()
        return true
    }

    /// Whether it was taken; false when the caller is to wait.
    private func isTaken(
        _ answer: EventRing.Answer, mayFail: Bool = true
    ) throws(DaybookError) -> Bool {
        switch answer {
        case .taken:
            return true
        case .full:
            guard mayFail, policy == .fail else { return false }
            throw DaybookError(
                .queueFull,
                "The queue in front of the book is full: the disk takes less than the program "
                    + "gives. Nothing of this call was kept; try again, or choose "
                    + "`when_stuck: wait`.")
        case .closed:
            throw status.withLock { $0.failure } ?? .closed
        case .refusing:
            // None any more: it passed between the two looks.
            guard let trouble = status.withLock({ $0.trouble }) else { return false }
            throw trouble
        case .forked:
            throw .forked
        }
    }

    // MARK: - Room

    /// Blocks the thread until there may be room.
    private func waitForRoom() {
        wake()
        daybook_ring_add_waiter(ring.pointer, 1)
        // A look now and then besides, so that nothing depends on a single wake-up.
        _ = room.wait(nanoseconds: 100_000_000) { _ in ring.hasRoom ? () : nil }
        daybook_ring_add_waiter(ring.pointer, -1)
    }

    private func waitForRoom() async {
        wake()
        daybook_ring_add_waiter(ring.pointer, 1)
        await withCheckedContinuation { continuation in
            let hasRoom = room.withLock { tasks in
                if ring.hasRoom { return true }
                tasks.append(continuation)
                return false
            }
            if hasRoom { continuation.resume() }
        }
        daybook_ring_add_waiter(ring.pointer, -1)
    }

    /// Wakes who waits for room, if there is some: the lane's thread calls it now and then.
    func makeRoom() {
        guard daybook_ring_owes_room(ring.pointer) != 0 else { return }
        let tasks = room.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        room.broadcast()
        for task in tasks { task.resume() }
    }

    /// Notes records that are given up because there is no room and nobody may wait.
    func countLost(_ count: UInt64) {
        daybook_ring_count_lost(ring.pointer, count)
    }

    // MARK: - State

    /// What keeps the lane or its book from going on at the moment.
    var trouble: DaybookError? {
        if ring.isForked { return .forked }
        return status.withLock { $0.failure ?? $0.trouble } ?? port.trouble.map { DaybookError($0) }
    }

    var origin: String { port.origin }

    func checkpoint() throws(DaybookError) -> UInt64 {
        try waitForAll(.written)
        do throws(BookError) { return try port.checkpoint() } catch { throw DaybookError(error) }
    }

    // MARK: - Ends

    func wake() {
        alarm.withLock { $0 = true }
        alarm.broadcast()
    }

    /// Hands over what is queued, syncs, signs, and gives the book back. Safe to call twice, and
    /// from several threads: all return when it is done. In a forked child nothing is done: the
    /// book is its parent's.
    ///
    /// - Throws: what kept the last records from stable storage, each time.
    func close() throws(DaybookError) {
        if ring.isForked { return }
        let isFirst = end.withLock { end in
            guard case .running = end else { return false }
            end = .closing
            return true
        }
        if isFirst {
            daybook_ring_close(ring.pointer)
            wake()
        }
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
