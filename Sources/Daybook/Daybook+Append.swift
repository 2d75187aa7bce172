// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Records

extension Daybook {
    /// Appends an event and waits until it is as durable as asked.
    ///
    /// The event is copied into the queue and masked behind it. Then `queued` returns; `written`
    /// and `synced` block the thread, and those who wait at the same time share one write or sync.
    /// With a full queue it blocks or throws, as `when_stuck` says.
    ///
    /// - Parameters:
    ///   - event: what happened. Its own `timestamp`, when set, stays, and the record says besides
    ///     when it was recorded.
    ///   - durability: what to wait for; that of the book's settings (`written`) when nil.
    ///   - book: another book than that of the event's kind.
    /// - Returns: where the record stands; nil for `queued`, for it is not known yet.
    /// - Throws: `queueFull`, `disk`, `noSpace` under `when_stuck: fail`, and then nothing of the
    ///   event is kept; `closed`; `forked`; what opening a book throws.
    @discardableResult
    public func append(
        _ event: Event, durability: Durability? = nil, to book: String? = nil
    ) throws(DaybookError) -> RecordIndex? {
        let lane = try lane(for: event.kind, book)
        let index = try lane.append(event, durability?.inBook ?? lane.durability)
        return index.map { RecordIndex(book: lane.name, index: $0) }
    }

    /// As the other `append`, but suspends the task instead of blocking its thread.
    ///
    /// A task that is cancelled before there is room throws `cancelled`; after that the event is
    /// recorded, and the call waits for it.
    @discardableResult
    public func append(
        _ event: Event, durability: Durability? = nil, to book: String? = nil
    ) async throws(DaybookError) -> RecordIndex? {
        let lane = try lane(for: event.kind, book)
        let index = try await lane.append(suspending: durability?.inBook ?? lane.durability, event)
        return index.map { RecordIndex(book: lane.name, index: $0) }
    }

    /// Appends events in their order and waits once, for all of them.
    ///
    /// This is the fast way to be sure of many: waiting costs once what it else costs for each.
    /// Other threads' records may come between.
    ///
    /// - Returns: where the last event's record stands; nil for `queued` and without events.
    /// - Throws: as `append(_:durability:to:)`; events at the beginning may have been kept then.
    @discardableResult
    public func append(
        contentsOf events: some Sequence<Event>, durability: Durability? = nil,
        to book: String? = nil
    ) throws(DaybookError) -> RecordIndex? {
        var touched: [Lane] = []
        var last: (lane: Lane, event: Event)?
        for event in events {
            let lane = try lane(for: event.kind, book)
            if let (before, event) = last {
                _ = try before.append(event, .queued)
                if before !== lane, !touched.contains(where: { $0 === before }) {
                    touched.append(before)
                }
            }
            last = (lane, event)
        }
        guard let (current, event) = last else { return nil }
        let ticket = current.ticket(durability?.inBook ?? current.durability)
        let first = try current.append(event, ticket)
        // What another book has queued is at least as durable as a barrier behind it.
        for lane in touched where lane !== current {
            try lane.waitForAll(durability?.inBook ?? lane.durability)
        }
        guard let first, let ticket else { return nil }
        return RecordIndex(book: current.name, index: first + UInt64(max(ticket.count, 1)) - 1)
    }
}
