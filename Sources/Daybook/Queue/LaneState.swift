// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking

/// The state of a lane, as a value: what callers and the lane's thread do to it, step by step.
struct LaneState {
    /// What the lane's thread is doing, as far as callers must know.
    enum Activity {
        /// Handing over; looks again before it rests.
        case busy
        /// Waits a moment for company; to be woken for what cannot wait.
        case lingering
        /// To be woken for anything.
        case asleep
    }

    /// What became of an attempt to add.
    enum Outcome: Sendable {
        case added(ticket: BatchTicket?, offset: Int, mustWake: Bool)
        /// No room; `generation` changes once there is.
        case full(generation: UInt64)
    }

    private(set) var open = Batch()
    /// Full batches in order; they go before `open`.
    private(set) var sealed: [Batch] = []
    /// Bytes of `open`, `sealed` and the batch at the book.
    private(set) var waitingBytes = 0
    private(set) var activity = Activity.busy
    private(set) var isClosing = false
    /// Why the lane is over; set once.
    private(set) var failure: DaybookError?
    /// Why the thread cannot hand over at the moment.
    private(set) var trouble: DaybookError?
    /// Changes whenever room was made.
    private(set) var generation: UInt64 = 0
    /// Records of `record(_:)` that found no room and may not wait; no record tells of them yet.
    private(set) var lost: UInt64 = 0

    let limit: Int
    let policy: StuckPolicy

    init(limit: Int, policy: StuckPolicy) {
        self.limit = limit
        self.policy = policy
    }

    // MARK: - Callers

    /// Adds records, or says that there is no room.
    mutating func add(
        _ records: borrowing MaskedRecords, _ durability: Durability
    ) throws(DaybookError) -> Outcome {
        if let failure { throw failure }
        if isClosing { throw .closed }
        if policy == .fail, let trouble { throw trouble }
        // A barrier needs no room.
        if waitingBytes >= limit, records.count > 0 {
            guard policy == .fail else { return .full(generation: generation) }
            throw DaybookError(
                .queueFull,
                "The queue in front of the book is full: the disk takes less than the program "
                    + "gives. Nothing of this call was kept; try again, or choose "
                    + "`when_stuck: wait`.")
        }
        waitingBytes += records.byteCount
        let place = open.add(records, durability)
        if open.records.byteCount >= DaybookLimits.batchBytes { seal() }
        return .added(
            ticket: place?.ticket, offset: place?.offset ?? 0, mustWake: takeWake(place != nil))
    }

    private mutating func seal() {
        var next = Batch()
        // Where one batch is full the next will be, about as many records later.
        next.records.reserveCapacity(of: open.records)
        sealed.append(open)
        open = next
    }

    /// Whether the thread has to be woken now; if so, it counts as busy from here on.
    private mutating func takeWake(_ isUrgent: Bool) -> Bool {
        switch activity {
        case .busy: return false
        case .lingering: guard isUrgent || !sealed.isEmpty else { return false }
        case .asleep: break
        }
        activity = .busy
        return true
    }

    mutating func countLost(_ count: UInt64) { lost += count }

    // MARK: - The lane's thread

    enum Step {
        case handOver(Batch)
        case linger
        case sleep
        case finish
    }

    /// What to do next. `hasLingered` says that there was time for company already.
    mutating func next(hasLingered: Bool, isTired: Bool) -> Step {
        activity = .busy
        if !sealed.isEmpty { return .handOver(sealed.removeFirst()) }
        if open.isDue, hasLingered || open.ticket != nil || isClosing {
            defer { open = Batch() }
            return .handOver(open)
        }
        if isClosing { return .finish }
        if open.isDue || !isTired {
            activity = .lingering
            return .linger
        }
        activity = .asleep
        return .sleep
    }

    /// A batch is at the book: its bytes make room. Returns what records were lost before.
    mutating func handedOver(bytes: Int) -> UInt64 {
        waitingBytes -= bytes
        generation += 1
        trouble = nil
        defer { lost = 0 }
        return lost
    }

    /// A batch was refused, and the policy says to tell those who wait, here and behind it.
    /// Returns what they are to be told; the caller does so after it has let go of the lock.
    mutating func stuck(_ error: DaybookError, freed bytes: Int) -> [Batch] {
        trouble = error
        waitingBytes -= bytes
        generation += 1
        guard policy == .fail else { return [] }
        defer {
            sealed = []
            open = Batch()
        }
        return sealed + [open]
    }

    /// Puts back what stays after `stuck`, in front of everything that came since.
    mutating func putBack(_ batches: [Batch], freed bytes: Int) {
        sealed = batches.filter { $0.records.count > 0 } + sealed
        waitingBytes -= bytes
        generation += 1
    }

    mutating func clearTrouble() { trouble = nil }

    mutating func close() -> Bool {
        isClosing = true
        return takeWake(true)
    }

    /// Ends the lane; returns what was on its way.
    mutating func fail(_ error: DaybookError) -> [Batch] {
        failure = failure ?? error
        generation += 1
        waitingBytes = 0
        defer {
            sealed = []
            open = Batch()
        }
        return sealed + [open]
    }
}
