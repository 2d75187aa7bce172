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

    /// Puts an event of a type that writes itself into the queue, without allocating.
    ///
    /// ```swift
    /// let fill = OrderFilled(orderID: id, asset: asset, fillPrice: price, filledAmount: amount)
    /// daybook.record(fill)
    /// ```
    ///
    /// In all else as `record` of an `Event`.
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

    /// Puts an event of the vocabulary into the queue: the shortest way that there is.
    ///
    /// ```swift
    /// daybook.record(.orderFilled(
    ///     orderID: id, asset: asset, fillPrice: price, filledAmount: amount))
    /// ```
    ///
    /// In all else as `record` of an `Event`, which takes its place where the call has `fields:` or
    /// an event that is not among these.
    @inlinable @inline(__always)
    public func record(_ event: EventInPlace, to book: String? = nil) {
        guard event.level.rawValue >= floor.rawValue else { return }
        if book == nil {
            var counting = FieldPen(knowingShortTexts: true)
            event.put(&counting)
            if let place = takePlace(
                counting.at, event.kind.utf8Start,
                counting.fieldCount | UInt64(event.kind.utf8CodeUnitCount) << 32,
                event.levelAndFlags, event.timestamp?.microseconds ?? .min)
            {
                var writing = FieldPen(at: place, knowingShortTexts: true)
                event.put(&writing)
                handOver(place)
                return
            }
        }
        // It is not taken, or has to wait, or is long.
        guard let lane = laneIfAny(event.kind, event.level, book) else { return }
        var counting = FieldPen(knowingShortTexts: false)
        event.put(&counting)
        var writer = begin(event.kind, event.level, event.timestamp, lane)
        var writing = FieldPen(
            at: writer.place(for: Int(bitPattern: counting.at), fields: counting.fieldCount),
            knowingShortTexts: false)
        event.put(&writing)
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

    /// A place in `audit` for an event whose fields take so many bytes; nil for whatever reason. What
    /// the C function says.
    @usableFromInline
    func takePlace(
        _ bytes: UInt, _ kind: UnsafePointer<UInt8>, _ counts: UInt64, _ levelAndFlags: UInt64,
        _ instant: Int64
    ) -> UnsafeMutableRawPointer? {
        guard knowsShortTexts, UInt8(truncatingIfNeeded: levelAndFlags) >= auditFloor.rawValue
        else { return nil }
        return UnsafeMutableRawPointer(
            daybook_event_begin(
                auditCells, Int(bitPattern: bytes), kind, counts, levelAndFlags, instant))
    }

    @usableFromInline
    func handOver(_ place: UnsafeMutableRawPointer) {
        daybook_event_finish(auditCells, place.assumingMemoryBound(to: UInt8.self))
    }

    /// The same two for an event whose kind is a literal of the vocabulary, no communication.
    @usableFromInline @inline(never)
    func laneIfAny(_ kind: StaticString, _ level: Level, _ book: String?) -> Unmanaged<Lane>? {
        laneIfAny(EventKind(rawValue: kind.description), level, book)
    }

    @usableFromInline @inline(never)
    func begin(
        _ kind: StaticString, _ level: Level, _ timestamp: Timestamp?, _ lane: Unmanaged<Lane>
    ) -> EventWriter {
        begin(EventKind(rawValue: kind.description), level, timestamp, lane)
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
