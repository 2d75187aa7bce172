// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records

extension Daybook {
    /// Appends an event and waits until it is as durable as asked.
    ///
    /// Masks on the calling thread, which costs about a microsecond for a typed event and does not
    /// allocate unless a rule fires. Then `queued` returns; `written` and `synced` block the
    /// thread, and those who wait at the same time share one write or sync. With a full queue it
    /// blocks or throws, as `when_stuck` says.
    ///
    /// - Parameters:
    ///   - event: what happened. Its own `timestamp`, when set, stays, and the record says besides
    ///     when it was recorded.
    ///   - durability: what to wait for; that of the book's settings (`written`) when nil.
    ///   - book: another book than that of the event's kind.
    /// - Returns: where the record stands; nil for `queued`, for it is not known yet.
    /// - Throws: `queueFull`, `disk`, `noSpace` under `when_stuck: fail`, and then nothing of the
    ///   event is kept; `closed`; what opening a book throws.
    @discardableResult
    public func append(
        _ event: Event, durability: Durability? = nil, to book: String? = nil
    ) throws(DaybookError) -> RecordIndex? {
        let lane = try lane(for: event, book)
        let index = try lane.append(durability?.inBook ?? lane.durability) { scratch in
            scratch.add(event, lane.rule)
        }
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
        let lane = try lane(for: event, book)
        let index = try await lane.append(suspending: durability?.inBook ?? lane.durability) {
            scratch in
            scratch.add(event, lane.rule)
        }
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
        var chunk: [Event] = []
        chunk.reserveCapacity(DaybookLimits.chunkEvents)
        var current: Lane?
        for event in events {
            let lane = try lane(for: event, book)
            if let before = current, before !== lane || chunk.count == DaybookLimits.chunkEvents {
                _ = try before.append(chunk, .queued)
                chunk.removeAll(keepingCapacity: true)
                if !touched.contains(where: { $0 === before }) { touched.append(before) }
            }
            current = lane
            chunk.append(event)
        }
        guard let current else { return nil }
        let wanted = durability?.inBook ?? current.durability
        let last = try current.append(chunk, wanted)
        // What another book has queued is at least as durable as a barrier behind it.
        for lane in touched where lane !== current {
            _ = try lane.append(durability?.inBook ?? lane.durability) { _ in }
        }
        return last.map { RecordIndex(book: current.name, index: $0) }
    }

    /// Puts an event into the queue and forgets about it: never throws, and waits only for room.
    ///
    /// Under `when_stuck: fail` it does not wait either: events that find no room are counted, and
    /// once there is room again a `log_gap_declared` record tells how many are missing. The same
    /// holds for events after `close`, save that no record can tell of them.
    public func record(_ event: Event, to book: String? = nil) {
        var lane: Lane?
        do throws(DaybookError) {
            let found = try self.lane(for: event, book)
            lane = found
            _ = try found.append(.queued) { $0.add(event, found.rule) }
        } catch {
            lane?.countLost(1)
        }
    }
}

extension Lane {
    /// Appends events together.
    /// - Returns: the index of the last of their records; nil for `queued`.
    fileprivate func append(
        _ events: [Event], _ durability: BookDurability
    ) throws(DaybookError) -> UInt64? {
        var count = 0
        let first = try append(durability) { scratch in
            for event in events { scratch.add(event, rule) }
            count = scratch.records.count
        }
        return first.map { $0 + UInt64(max(count, 1)) - 1 }
    }
}

extension MaskingPool.Scratch {
    /// Masks an event and adds it; what is personal in it waits for its envelope.
    func add(_ event: Event, _ rule: SealRule = .none) {
        session.append(event: event, at: .now, sealing: rule, to: &records)
    }
}
