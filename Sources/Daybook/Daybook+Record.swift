// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
public import Records

// Recording without waiting. What a call costs, and why, is in docs/design/hot-path.md.
extension Daybook {
    /// Puts an event into the queue and forgets about it: never throws, and waits only for room.
    ///
    /// Copies the event's values and returns: no lock, no system call, nothing allocated. Masking,
    /// encoding and writing happen behind the queue. The record reaches the operating system within
    /// 40 ms or so while records come, 100 ms after a pause.
    ///
    /// An event below the book's `level` (settings) is not taken.
    ///
    /// Under `when_stuck: fail` it does not wait for room either: events that find none are
    /// counted, and once there is room again a `log_gap_declared` record tells how many are
    /// missing. The same holds for events after `close`, save that no record can tell of them, and
    /// in a forked child, which ``trouble`` tells.
    @_disfavoredOverload
    public func record(_ event: Event, to book: String? = nil) {
        guard event.level >= floor, let lane = laneIfAny(event.kind, event.level, book) else {
            return
        }
        var writer = begin(event.kind, event.level, event.timestamp, lane)
        writer.put(fieldsOf: event)
        commit(&writer, lane)
    }

    /// Puts an event of a type that writes itself into the queue: the way that allocates nothing
    /// from your values to the queue.
    ///
    /// ```swift
    /// daybook.record(.orderFilled(
    ///     orderID: id, asset: asset, fillPrice: price, filledAmount: amount))
    /// ```
    ///
    /// In all else as `record` of an `Event`, which takes its place where the call has `fields:` or
    /// an event that no such type is for.
    @inlinable @inline(__always)
    public func record<Typed: TypedEvent>(_ event: Typed, to book: String? = nil) {
        let level = event.level
        guard level.rawValue >= floor.rawValue else { return }
        let kind = Typed.kind
        guard let lane = laneIfAny(kind, level, book) else { return }
        var writer = begin(kind, level, event.timestamp, lane)
        event.put(into: &writer)
        commit(&writer, lane)
    }

    /// Puts an event into the queue whose fields a closure writes, without allocating.
    ///
    /// ```swift
    /// static let threshold = EventKind.custom("momentum_threshold")
    ///
    /// daybook.record(threshold) {
    ///     $0.put("asset", asset)
    ///     $0.put("ticks", ticks)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - kind: what happened; keep one of your own in a constant.
    ///   - level: how much it matters; the kind's own when nil.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    ///   - book: another book than that of the kind.
    ///   - fields: writes them. It may not wait for another thread.
    @inlinable @inline(__always)
    public func record(
        _ kind: EventKind, level: Level? = nil, at timestamp: Timestamp? = nil,
        to book: String? = nil, _ fields: (inout EventWriter) -> Void
    ) {
        let level = level ?? kind.level
        guard level.rawValue >= floor.rawValue, let lane = laneIfAny(kind, level, book) else {
            return
        }
        var writer = begin(kind, level, timestamp, lane)
        fields(&writer)
        commit(&writer, lane)
    }

    // MARK: - The two halves of a call

    /// The lane of a kind; nil when it does not take the level, or its book cannot be opened.
    ///
    /// A reference that counts nothing: this object keeps its lanes, and a count that all threads
    /// change would be the one thing that they share beside the ring.
    @usableFromInline
    func laneIfAny(_ kind: EventKind, _ level: Level, _ book: String?) -> Unmanaged<Lane>? {
        if book == nil, kind.group != .communications {
            return level >= auditFloor ? auditLane : nil
        }
        return otherLane(kind, level, book)
    }

    @inline(never)
    private func otherLane(
        _ kind: EventKind, _ level: Level, _ book: String?
    ) -> Unmanaged<Lane>? {
        let lane: Lane
        if book == nil, let chat = openChat {
            lane = chat
        } else {
            do throws(DaybookError) { lane = try self.lane(for: kind, book) } catch { return nil }
        }
        return level >= lane.floor ? Unmanaged.passUnretained(lane) : nil
    }

    /// Begins an event for a lane.
    @usableFromInline
    func begin(
        _ kind: EventKind, _ level: Level, _ timestamp: Timestamp?, _ lane: Unmanaged<Lane>
    ) -> EventWriter {
        // While the fields are written, the cells come near.
        lane._withUnsafeGuaranteedRef { daybook_ring_prefetch($0.cells) }
        return EventWriter(kind, level: level, at: timestamp)
    }

    /// Puts the event into the lane's queue, or counts it.
    @usableFromInline
    func commit(_ writer: inout EventWriter, _ lane: Unmanaged<Lane>) {
        lane._withUnsafeGuaranteedRef { lane in
            if lane.takes(&writer) { return }
            do throws(DaybookError) {
                try lane.recordSlowly(&writer)
            } catch {
                lane.countLost(1)
            }
        }
    }
}
