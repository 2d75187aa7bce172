// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking

/// Records that go to a book together.
struct Batch {
    /// Somebody who waits for a part of the batch, or for what went before it.
    struct Waiter {
        let ticket: BatchTicket
        /// Places of the records that are the caller's own.
        let records: Range<Int>
    }

    var records = MaskedRecords()
    var waiters: [Waiter] = []

    /// True when there is something to hand over, if only somebody who waits for what went before.
    var isDue: Bool { records.count > 0 || !waiters.isEmpty }

    /// Answers all who wait that the batch is written. Returns those who wait for stable storage.
    func complete(from first: UInt64) -> [BatchTicket] {
        var syncing: [BatchTicket] = []
        for waiter in waiters {
            waiter.ticket.complete(
                .written, .success(first + UInt64(waiter.records.lowerBound)),
                count: waiter.records.count)
            if waiter.ticket.durability == .synced { syncing.append(waiter.ticket) }
        }
        return syncing
    }

    /// Tells those who wait that their records were refused, and keeps the others, whose callers
    /// have returned: what they were told stays true.
    mutating func refuseAwaited(_ error: DaybookError) {
        guard !waiters.isEmpty else { return }
        var ranges = waiters.map(\.records)[...]
        records = records.filtered { place in
            while let first = ranges.first, first.upperBound <= place { ranges.removeFirst() }
            return !(ranges.first?.contains(place) ?? false)
        }
        fail(error)
    }

    /// Tells all who wait why nothing came of it.
    mutating func fail(_ error: DaybookError) {
        for waiter in waiters { waiter.ticket.fail(error) }
        waiters = []
    }
}
