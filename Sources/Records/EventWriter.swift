// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// Writes one event into memory that is ready for it, without allocating.
///
/// `Daybook.record(_:level:at:_:)` hands one to its closure; a type of your own gets one as a
/// ``TypedEvent``:
///
/// ```swift
/// daybook.record(.custom("momentum_threshold")) {
///     $0.put("asset", asset)
///     $0.put("ticks", 12)
/// }
/// ```
///
/// What is put is copied: a text once, numbers as they are. Nothing is looked at, encoded or
/// masked here; that happens behind the queue, by the same rules as for an `Event`. As there, of
/// equal names the later value counts, in the place of the first, and the names that a line uses
/// itself become `claimed_…`.
///
/// An event of up to about four kilobytes lies in memory of the calling thread; a longer one takes
/// a block of its own.
public struct EventWriter: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    /// Where the next field goes.
    @usableFromInline var at: UnsafeMutableRawPointer
    /// The end of the room.
    @usableFromInline var end: UnsafeMutableRawPointer
    @usableFromInline var fieldCount: UInt64 = 0
    @usableFromInline var flags: UInt64
    private var isThreads: Bool
    /// The block belongs to somebody else from here on.
    private var isGivenAway = false

    /// Begins an event in the calling thread's room, or in a block when that is in use.
    ///
    /// - Parameters:
    ///   - kind: what happened.
    ///   - level: how much it matters; the kind's own when nil.
    ///   - instant: when it happened, if that is known better than the moment of recording.
    package init(_ kind: EventKind, level: Level? = nil, at instant: Timestamp? = nil) {
        self.init(
            level ?? kind.level, instant,
            flags: kind.isRecordKeeping ? EventLayout.isClaimed : 0, room: kind.rawValue.utf8.count)
        writeKind(kind.rawValue)
    }

    /// Begins an event whose kind is given as bytes, perhaps not even UTF-8, as C programs do.
    /// Whether it is a kind that only Daybook may write is looked at behind the queue.
    package init(kindBytes: UnsafeRawBufferPointer, level: Level, at instant: Timestamp? = nil) {
        self.init(level, instant, flags: EventLayout.isUnchecked, room: kindBytes.count)
        writeKind(kindBytes)
    }

    private init(_ level: Level, _ instant: Timestamp?, flags: UInt64, room: Int) {
        let wanted = EventLayout.fields + room + 8
        if let own = daybook_scratch_begin() {
            isThreads = true
            base = UnsafeMutableRawPointer(own)
            end = base + EventLayout.entryMax
        } else {
            isThreads = false
            base = .allocate(byteCount: max(wanted, 1024), alignment: 16)
            end = base + max(wanted, 1024)
        }
        self.flags = flags
        at = base + EventLayout.fields
        base.storeBytes(
            of: instant?.microseconds ?? .min, toByteOffset: EventLayout.instant, as: Int64.self)
        base.storeBytes(of: 0, toByteOffset: EventLayout.ticket, as: UInt64.self)
        base.storeBytes(of: level.rawValue, toByteOffset: EventLayout.level, as: UInt8.self)
        if end - at < room + 8 { grow(room + 8) }
    }

    deinit {
        if isThreads {
            daybook_scratch_end()
        } else if !isGivenAway {
            base.deallocate()
        }
    }

    private mutating func writeKind(_ name: String) {
        let done: Void? = name.utf8.withContiguousStorageIfAvailable {
            writeKind(UnsafeRawBufferPointer($0))
        }
        if done != nil { return }
        var name = name
        name.withUTF8 { writeKind(UnsafeRawBufferPointer($0)) }
    }

    private mutating func writeKind(_ name: UnsafeRawBufferPointer) {
        base.storeBytes(
            of: UInt32(clamping: name.count), toByteOffset: EventLayout.kindCount, as: UInt32.self)
        if let source = name.baseAddress { at.copyMemory(from: source, byteCount: name.count) }
        at += (name.count + 7) & ~7
    }

    // MARK: - Room

    /// Moves the event into a block with room for `count` more bytes.
    @usableFromInline @inline(never)
    mutating func grow(_ count: Int) {
        let used = at - base
        let size = max(used + count, (end - base) * 2)
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        block.copyMemory(from: base, byteCount: used)
        if isThreads {
            // Of the thread's own: nothing of the event stays in it.
            base.initializeMemory(as: UInt8.self, repeating: 0, count: used)
            daybook_scratch_end()
            isThreads = false
        } else {
            base.deallocate()
        }
        base = block
        at = block + used
        end = block + size
    }

    /// Room for `bytes` bytes of so many fields that something else writes at once.
    @usableFromInline
    package mutating func place(for bytes: Int, fields: UInt64) -> UnsafeMutableRawPointer {
        if end - at < bytes { grow(bytes) }
        defer { at += bytes }
        fieldCount &+= fields
        return at
    }

    // MARK: - Handing over

    /// Completes the event and calls `body` with it: as a queue takes it.
    ///
    /// - Parameter ticket: what the queue's owner wants to know it again by; 0 for nothing.
    package mutating func withEntry<Result>(
        ticket: UInt, _ body: (UnsafeRawBufferPointer, _ isShort: Bool) -> Result
    ) -> Result {
        base.storeBytes(of: UInt64(ticket), toByteOffset: EventLayout.ticket, as: UInt64.self)
        base.storeBytes(
            of: UInt32(clamping: fieldCount), toByteOffset: EventLayout.fieldCount, as: UInt32.self)
        base.storeBytes(
            of: UInt8(truncatingIfNeeded: flags), toByteOffset: EventLayout.flags, as: UInt8.self)
        let count = at - base
        return body(
            UnsafeRawBufferPointer(start: base, count: count),
            count <= EventLayout.entryMax)
    }

    /// The completed event without a ticket, if it is short enough for a queue's own room; valid
    /// until the writer changes.
    @inlinable
    package var shortEntry: UnsafeRawBufferPointer? {
        @inline(__always) mutating get {
            base.storeBytes(
                of: UInt32(truncatingIfNeeded: fieldCount), toByteOffset: EventLayout.fieldCount,
                as: UInt32.self)
            base.storeBytes(
                of: UInt8(truncatingIfNeeded: flags), toByteOffset: EventLayout.flags,
                as: UInt8.self)
            let count = at - base
            return count <= EventLayout.entryMax
                ? UnsafeRawBufferPointer(start: base, count: count) : nil
        }
    }

    /// Leaves the block to whoever took the entry; it is freed with `deallocate()`.
    ///
    /// - Precondition: the entry was not short.
    package mutating func giveBlockAway() {
        precondition(!isThreads, "an entry of a thread's room was to be given away")
        isGivenAway = true
    }
}

/// Where things are in an entry. The first 16 bytes are the queue's own.
@usableFromInline
package enum EventLayout {
    /// Bytes of the longest entry; the same as DAYBOOK_RING_ENTRY_MAX.
    @inlinable static var entryMax: Int { 4096 }

    @inlinable static var instant: Int { 16 }
    @inlinable static var ticket: Int { 24 }
    @inlinable static var fieldCount: Int { 32 }
    @inlinable static var kindCount: Int { 36 }
    @inlinable static var level: Int { 40 }
    @inlinable static var flags: Int { 41 }
    /// The kind's name, filled up to 8 bytes, or its address; then the fields.
    @inlinable package static var fields: Int { 48 }

    /// The kind is one that only Daybook may write.
    @inlinable static var isClaimed: UInt64 { 1 }
    /// Names may come twice or be those that a line uses itself.
    @inlinable static var hasFreeNames: UInt64 { 2 }
    /// Bytes may not be UTF-8.
    @inlinable static var isUnchecked: UInt64 { 4 }
    /// The kind's name is a literal: its address stands in its place.
    @inlinable static var hasKindAddress: UInt64 { 8 }

    // A field: a word of tag (8 bits), flags (8), scale (16) and length of the name (32); a word
    // with the name's address, or 0 when it follows; a word with the value or its length; then the
    // name, then the text or the upper half of a decimal, each filled up to 8 bytes, a text to at least
    // 16: a short one is two words, written without a look at how long it is.
    @inlinable static var head: Int { 24 }

    /// Bytes that a text takes.
    @inlinable @inline(__always)
    static func room(_ count: Int) -> Int { count <= 16 ? 16 : (count &+ 7) & ~7 }
    @inlinable static var vocabulary: UInt64 { 1 << 8 }

    @inlinable static var string: UInt64 { 0 }
    @inlinable static var decimal: UInt64 { 1 }
    @inlinable static var integer: UInt64 { 2 }
    @inlinable static var bool: UInt64 { 3 }
    @inlinable static var timestamp: UInt64 { 4 }
    @inlinable static var null: UInt64 { 5 }
    /// Elements follow, as fields without names.
    @inlinable static var array: UInt64 { 6 }
    @inlinable static var object: UInt64 { 7 }
    @inlinable static var strings: UInt64 { 8 }
    /// Text of a number, as programs in C have it: a decimal if it is one, else a string. It is read
    /// behind the queue.
    @inlinable static var digits: UInt64 { 9 }
}
