// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
internal import Masking
internal import Records
internal import Synchronization

/// The lane's thread: takes events out of the ring, masks them, and hands batches to the book.
///
/// Sendable, because only that thread calls it after it was made.
final class LaneThread: @unchecked Sendable {
    let lane: Lane
    private let ring: UnsafeMutablePointer<daybook_ring>
    var session: MaskingSession
    private var clock = CycleClock()
    /// What was taken out and is not at the book yet.
    var batch = Batch()
    /// Batches that were taken out while the book refused; they go before `batch`.
    var pending: [Batch] = []
    /// Events whose producers died while they copied; no record tells of them yet.
    private var torn: UInt64 = 0
    /// How long to rest when there is nothing.
    private var rest = DaybookLimits.restMin
    /// Looks in a row at an entry that its producer is still copying.
    private var copyLooks = 0

    init(_ lane: Lane) {
        self.lane = lane
        ring = lane.ring.pointer
        session = lane.pool.session()
    }

    /// What taking out came to.
    enum Found {
        /// A batch is full.
        case more
        case empty
        /// A producer is still copying.
        case copying
    }

    /// The thread's body.
    func run() {
        while true {
            // Asked first: what is in the ring once it is closed is all there will be.
            let isClosing = lane.ring.isClosed
            let found = takeOut()
            lane.makeRoom()
            while !pending.isEmpty {
                guard handOver(pending.removeFirst()) else { return finish() }
            }
            if batch.isDue {
                let size = batch.records.byteCount
                guard handOver(takeBatch()) else { return finish() }
                lane.makeRoom()
                chooseRest(after: size)
            } else if found == .empty {
                if isClosing { return finish() }
                rest = min(rest * 2, DaybookLimits.restIdle)
            }
            switch found {
            case .more: break
            case .empty: if !isClosing { sleep(rest) }
            case .copying: waitForCopy()
            }
        }
    }

    private func takeBatch() -> Batch {
        var next = Batch()
        // Where one batch is full the next will be, about as many records later.
        if batch.records.byteCount >= DaybookLimits.batchBytes {
            next.records.reserveCapacity(of: batch.records)
        }
        swap(&next, &batch)
        return next
    }

    // MARK: - Resting

    private func chooseRest(after bytes: Int) {
        if bytes < DaybookLimits.restBytes.lowerBound {
            rest = min(rest * 2, DaybookLimits.restMax)
        } else if bytes > DaybookLimits.restBytes.upperBound || bytes >= DaybookLimits.batchBytes {
            rest = max(rest / 2, DaybookLimits.restMin)
        }
    }

    private func sleep(_ nanoseconds: UInt64) {
        _ = lane.alarm.wait(nanoseconds: nanoseconds) { flag -> Void? in
            guard flag else { return nil }
            flag = false
            return ()
        }
    }

    /// A producer was stopped between taking its place and filling it. It goes on in a moment,
    /// unless its thread is gone: then what it began is given up, and a record will say so.
    private func waitForCopy() {
        pause(nanoseconds: DaybookLimits.copyNanoseconds)
        copyLooks += 1
        guard copyLooks >= DaybookLimits.copyLooks else { return }
        copyLooks = 0
        if daybook_ring_skip_dead(ring) != 0 { torn += 1 }
    }

    // MARK: - Taking out

    /// Takes events out until there are none or the batch is full.
    private func takeOut() -> Found {
        var entry = daybook_ring_entry()
        while batch.records.byteCount < DaybookLimits.batchBytes {
            let state = UInt32(daybook_ring_next(ring, &entry))
            if state != DAYBOOK_RING_ENTRY.rawValue {
                return state == DAYBOOK_RING_EMPTY.rawValue ? .empty : .copying
            }
            take(entry)
            daybook_ring_release(ring)
            copyLooks = 0
        }
        daybook_ring_publish(ring)
        return .more
    }

    private func take(_ entry: daybook_ring_entry) {
        guard let bytes = entry.bytes else { return }
        let base = UnsafeRawPointer(bytes)
        switch EventRing.Entry(rawValue: entry.type) {
        case .event:
            take(RawEvent(at: base), entry.ticks)
        case .block:
            withBlock(base) { take(RawEvent(at: $0), entry.ticks) }
        case .barrier:
            if let ticket = Self.ticket(base.load(fromByteOffset: 16, as: UInt.self)) {
                let end = batch.records.count
                batch.waiters.append(.init(ticket: ticket, records: end..<end))
            }
        case nil:
            break
        }
    }

    private func withBlock(_ base: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void) {
        let address = base.load(fromByteOffset: 16, as: UInt.self)
        let count = base.load(fromByteOffset: 24, as: UInt64.self)
        guard let block = UnsafeMutableRawPointer(bitPattern: address) else { return }
        body(UnsafeRawPointer(block))
        block.deallocate()
        daybook_ring_drop_heavy(ring, count)
    }

    private func take(_ event: RawEvent, _ ticks: UInt64) {
        let start = batch.records.count
        session.append(
            raw: event, at: clock.instant(ticks), sealing: lane.rule, to: &batch.records)
        guard let ticket = Self.ticket(event.ticket) else { return }
        batch.waiters.append(.init(ticket: ticket, records: start..<batch.records.count))
    }

    private static func ticket(_ address: UInt) -> BatchTicket? {
        guard let pointer = UnsafeRawPointer(bitPattern: address) else { return nil }
        return Unmanaged<BatchTicket>.fromOpaque(pointer).takeRetainedValue()
    }

    /// Takes out everything that is there, whatever the book says, so that whoever waits for it can
    /// be told.
    func takeOutAll() {
        while takeOut() == .more {
            pending.append(takeBatch())
        }
        if batch.isDue { pending.append(takeBatch()) }
    }

    /// Takes out what came before the ring was closed, and gives it up.
    func discard(_ error: DaybookError) {
        while true {
            let found = takeOut()
            batch.fail(error)
            batch.records.removeAll()
            if found == .empty { return }
            if found == .copying { waitForCopy() }
        }
    }

    /// How many records a gap is to tell of, and clears the count.
    func takeTorn() -> UInt64 {
        defer { torn = 0 }
        return torn
    }
}
