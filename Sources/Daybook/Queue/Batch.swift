// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking

/// Records that go to a book together.
struct Batch {
    var records = MaskedRecords()
    /// Who waits for them; nil when nobody does.
    var ticket: BatchTicket?
    /// Places of the records that somebody waits for, in order.
    var awaited: [Range<Int>] = []
    /// Whether somebody waits for stable storage.
    var wantsSync = false

    /// True when there is something to hand over, if only somebody who waits for what went before.
    var isDue: Bool { records.count > 0 || ticket != nil }

    /// Adds records. Returns the ticket of the batch and the place of the first record in it when
    /// `durability` is one that the caller waits for.
    mutating func add(
        _ more: borrowing MaskedRecords, _ durability: Durability
    ) -> (ticket: BatchTicket, offset: Int)? {
        let offset = records.count
        records.append(contentsOf: more)
        guard durability != .queued else { return nil }
        let ticket = self.ticket ?? BatchTicket()
        self.ticket = ticket
        if durability == .synced { wantsSync = true }
        if more.count > 0 {
            if let last = awaited.last, last.upperBound == offset {
                awaited[awaited.count - 1] = last.lowerBound..<records.count
            } else {
                awaited.append(offset..<records.count)
            }
        }
        return (ticket, offset)
    }

    /// Tells those who wait that their records were refused, and keeps the others, whose callers
    /// have returned: what they were told stays true.
    mutating func refuseAwaited(_ error: DaybookError) {
        guard let ticket else { return }
        var ranges = awaited[...]
        records = records.filtered { place in
            while let first = ranges.first, first.upperBound <= place { ranges.removeFirst() }
            return !(ranges.first?.contains(place) ?? false)
        }
        awaited = []
        wantsSync = false
        self.ticket = nil
        ticket.fail(error)
    }
}
