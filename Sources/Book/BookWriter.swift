// SPDX-License-Identifier: Apache-2.0

package import Masking
internal import CDaybook
internal import Records

/// The one writer of a book: a queue in front, a thread that appends, a thread that syncs, a
/// thread that seals.
///
/// The append thread owns the `BookCore`. The sync thread gets a `SyncJob`, a value, and hands back
/// how it went, so that a slow disk delays acknowledgements and not appends; callers that wait for
/// `synced` meanwhile share the next sync.
package final class BookWriter: Sendable {
    let shared: Monitor<Shared>
    private let threads: [Worker]
    private let whenStuck: StuckPolicy

    /// What callers, append thread and sync thread exchange.
    struct Shared {
        var queue: [Submission] = []
        var queuedBytes = 0
        var commands: [Command] = []
        var isClosing = false
        var isClosed = false
        var status: BookStatus
        var job: SyncJob?
        var finishedJob: (job: SyncJob, outcome: SyncOutcome)?
        var sealJob: SealJob?
        var finishedSeal: (job: SealJob, outcome: SealOutcome)?
    }

    enum Command {
        case checkpoint(Ticket)
        case rotate(Ticket)
        case seal(Ticket)
        case prune(PrunePlan, Ticket)
    }

    /// Starts the threads. The writer owns `core` from here on.
    package init(_ core: sending BookCore) {
        whenStuck = core.settings.whenStuck
        let shared = Monitor(Shared(status: BookStatus(core)))
        self.shared = shared
        let name = core.place.name
        let loop = WriterLoop(core: core, shared: shared)
        threads = [
            Worker("book-\(name)") { loop.run() },
            Worker("sync-\(name)") { Self.sync(shared) },
            Worker("seal-\(name)") { Self.seal(shared) },
        ]
    }

    /// Appends records and waits until they are as durable as asked.
    ///
    /// Blocks when the queue is full and the policy is to wait. Order of indexes follows the order
    /// of calls: a call that returned before another began has the lower ones.
    /// - Returns: the index of the first record; 0 for `queued`, whose index is not known yet.
    @discardableResult
    package func append(_ records: MaskedRecords, _ durability: Durability) throws(BookError)
        -> UInt64
    {
        try append(records, durability, as: nil)
    }

    /// The same of an append that may have been begun by a holder before: what is there of it is not
    /// appended again.
    func append(_ records: MaskedRecords, _ durability: Durability, as key: AppendKey?)
        throws(BookError) -> UInt64
    {
        guard records.count > 0 || durability != .queued else { return 0 }
        let ticket = try submit(records, durability, key)
        return durability == .queued ? 0 : try ticket.wait()
    }

    private func submit(_ records: MaskedRecords, _ durability: Durability, _ key: AppendKey?)
        throws(BookError) -> Ticket
    {
        let ticket = Ticket()
        let submission = Submission(
            records: records, durability: durability, ticket: ticket, key: key)
        let mustWake = try shared.wait { shared throws(BookError) -> Bool? in
            guard !shared.isClosing else {
                throw BookError(.closed, "The book was closed; open it again to append.")
            }
            if shared.queuedBytes >= Limits.queueBytes {
                guard self.whenStuck == .fail else { return nil }
                throw shared.status.trouble
                    ?? BookError(
                        .queueFull,
                        "The queue of the book is full: the disk takes less than the program "
                            + "gives. Nothing of this call was kept; try again, or choose `wait`.")
            }
            if let trouble = shared.status.trouble, self.whenStuck == .fail { throw trouble }
            shared.queue.append(submission)
            shared.queuedBytes += records.byteCount
            return shared.queue.count == 1
        }
        if mustWake { shared.broadcast() }
        return ticket
    }

    /// Closes the live file under its date now.
    /// - Returns: the number of records in the book.
    @discardableResult
    package func rotate() throws(BookError) -> UInt64 {
        try command { .rotate($0) }
    }

    /// Syncs everything appended so far and signs a checkpoint over it.
    /// - Returns: the number of records that it covers.
    @discardableResult
    package func checkpoint() throws(BookError) -> UInt64 {
        try command { .checkpoint($0) }
    }

    /// Closes the live file and seals every closed day; on return records say so, and a checkpoint
    /// covers them. Takes as long as it takes to encode those days; appends go on meanwhile.
    /// - Returns: the number of records in the book.
    package func seal() throws(BookError) -> UInt64 {
        try command { .seal($0) }
    }

    /// Removes the oldest days.
    /// - Returns: the index of the record that says so.
    package func prune(_ plan: PrunePlan) throws(BookError) -> UInt64 {
        try command { .prune(plan, $0) }
    }

    private func command(_ make: (Ticket) -> Command) throws(BookError) -> UInt64 {
        let ticket = Ticket()
        let command = make(ticket)
        try shared.withLock { shared throws(BookError) in
            guard !shared.isClosing else {
                throw BookError(.closed, "The book was closed; open it again.")
            }
            shared.commands.append(command)
        }
        shared.broadcast()
        return try ticket.wait()
    }

    /// Numbers and trouble of the moment.
    package var status: BookStatus {
        shared.withLock { shared in
            var status = shared.status
            status.queuedBytes = shared.queuedBytes
            return status
        }
    }

    /// Refuses appends from here on; what is queued is still written.
    func stopTaking() {
        shared.withLock { $0.isClosing = true }
        shared.broadcast()
    }

    /// Writes what is queued, syncs, signs, and gives the lock back. Safe to call twice.
    /// - Throws: what kept the last records from stable storage.
    package func close() throws(BookError) {
        stopTaking()
        for thread in threads { thread.join() }
        if let trouble = status.trouble { throw trouble }
    }

    /// The sync thread: runs one job after another until the writer has closed.
    private static func sync(_ shared: Monitor<Shared>) {
        while true {
            let job = shared.wait { shared -> SyncJob?? in
                if let job = shared.job {
                    shared.job = nil
                    return .some(job)
                }
                return shared.isClosed ? .some(nil) : nil
            }
            guard let job else { return }
            let began = ContinuousClock.now
            let outcome = job.run()
            let took = (ContinuousClock.now - began).components
            shared.withLock { shared in
                shared.finishedJob = (job, outcome)
                shared.status.syncs += 1
                shared.status.syncNanoseconds +=
                    UInt64(took.seconds) * 1_000_000_000
                    + UInt64(took.attoseconds / 1_000_000_000)
            }
            shared.broadcast()
        }
    }

    /// The sealing thread: the same, for work that may take minutes and is given up at closing.
    private static func seal(_ shared: Monitor<Shared>) {
        // What encodes must not take the time of what records.
        daybook_lower_thread_priority()
        while true {
            let job = shared.wait { shared -> SealJob?? in
                if let job = shared.sealJob {
                    shared.sealJob = nil
                    return .some(job)
                }
                return shared.isClosed ? .some(nil) : nil
            }
            guard let job else { return }
            let outcome = job.run { shared.withLock { $0.isClosing } }
            shared.withLock { $0.finishedSeal = (job, outcome) }
            shared.broadcast()
        }
    }
}

/// What a book says of itself while it is open.
package struct BookStatus: Sendable {
    package var origin: String
    /// Records appended.
    package var size: UInt64
    /// Records on stable storage.
    package var syncedSize: UInt64
    /// Records covered by the newest checkpoint.
    package var checkpointed: UInt64
    /// What keeps the writer from going on, while it does.
    package var trouble: BookError?
    /// Why the last step of sealing or pruning failed; it is tried again. Appends do not mind.
    package var sealTrouble: BookError?
    /// Syncs of the disk since it was opened, and how long they took in all.
    package var syncs: UInt64 = 0
    package var syncNanoseconds: UInt64 = 0
    /// Bytes that wait to be written.
    package var queuedBytes = 0

    init(_ core: BookCore) {
        origin = core.manifest.origin
        size = core.size
        syncedSize = core.synced.tree.size
        checkpointed = core.checkpointed
    }

    mutating func update(_ core: BookCore) {
        size = core.size
        syncedSize = core.synced.tree.size
        checkpointed = core.checkpointed
        sealTrouble = core.seal.trouble
    }
}
