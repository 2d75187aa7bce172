// SPDX-License-Identifier: Apache-2.0

/// An event as an ``EventWriter`` wrote it, read in place.
///
/// The bytes come from this process's own writer and are trusted in their form, not in their
/// content. Valid as long as the memory is.
package struct RawEvent {
    @usableFromInline let base: UnsafeRawPointer

    /// - Parameter base: an entry's first byte.
    @inlinable
    package init(at base: UnsafeRawPointer) { self.base = base }

    package var level: Level {
        Level(rawValue: base.load(fromByteOffset: EventLayout.level, as: UInt8.self)) ?? .info
    }

    /// When it happened, if the caller said so.
    package var instant: Timestamp? {
        let microseconds = base.load(fromByteOffset: EventLayout.instant, as: Int64.self)
        return microseconds == .min ? nil : Timestamp(microseconds: microseconds)
    }

    /// What the queue's owner knows it by; 0 for nothing.
    package var ticket: UInt {
        UInt(base.load(fromByteOffset: EventLayout.ticket, as: UInt64.self))
    }

    package var fieldCount: Int {
        Int(base.load(fromByteOffset: EventLayout.fieldCount, as: UInt32.self))
    }

    package var kind: UnsafeBufferPointer<UInt8> {
        var start = base + EventLayout.fields
        if flags & EventLayout.hasKindAddress != 0 { start = start.load(as: UnsafeRawPointer.self) }
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self),
            count: Int(base.load(fromByteOffset: EventLayout.kindCount, as: UInt32.self)))
    }

    private var flags: UInt64 {
        UInt64(base.load(fromByteOffset: EventLayout.flags, as: UInt8.self))
    }

    /// Whether the kind is one that only Daybook may write.
    package var isClaimed: Bool {
        flags & EventLayout.isClaimed != 0
            || (flags & EventLayout.isUnchecked != 0 && EventKind.isRecordKeeping(name: kind))
    }

    /// A cursor before the first field.
    package var fields: RawFields {
        let count = flags & EventLayout.hasKindAddress != 0 ? 8 : kind.count
        return RawFields(at: base + EventLayout.fields + (count + 7) & ~7)
    }

    /// Whether it can be written field by field: names once and none of ours, texts UTF-8.
    /// Else ``event`` has it put right.
    package var isPlain: Bool {
        if flags & (EventLayout.hasFreeNames | EventLayout.isUnchecked) == 0 { return true }
        return isPlainByLooking
    }

    @inline(never)
    private var isPlainByLooking: Bool {
        let isUnchecked = flags & EventLayout.isUnchecked != 0
        if isUnchecked, String(validating: kind, as: UTF8.self) == nil { return false }
        var cursor = fields
        for position in 0..<fieldCount {
            cursor.next()
            if Event.isReserved(cursor.name) { return false }
            if isUnchecked, !cursor.isUTF8 { return false }
            let name = cursor.name
            cursor.skipNested()
            var earlier = fields
            for _ in 0..<position {
                earlier.next()
                if earlier.name.count == name.count, earlier.name.elementsEqual(name) {
                    return false
                }
                earlier.skipNested()
            }
        }
        return true
    }

    private var isUTF8: Bool {
        guard String(validating: kind, as: UTF8.self) != nil else { return false }
        var cursor = fields
        return (0..<fieldCount).allSatisfy { _ in
            cursor.next()
            defer { cursor.skipNested() }
            return cursor.isUTF8
        }
    }

    /// The event as a value, by the rules of `Event.set`; ill-formed UTF-8 is repaired. Allocates.
    package var event: Event {
        var event = Event(
            EventKind(rawValue: String(decoding: kind, as: UTF8.self)), level: level, at: instant)
        var cursor = fields
        for _ in 0..<fieldCount {
            cursor.next()
            let name = String(decoding: cursor.name, as: UTF8.self)
            if cursor.isVocabulary {
                event.put(name, cursor.value())
            } else {
                event.set(name, cursor.value())
            }
        }
        if flags & EventLayout.isUnchecked != 0, !isUTF8 { event.note(.invalidUTF8) }
        return event
    }
}

/// Goes from field to field of a ``RawEvent``.
package struct RawFields {
    private var at: UnsafeRawPointer
    private var head: UInt64 = 0
    private var word: UInt64 = 0
    package private(set) var name = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    init(at start: UnsafeRawPointer) { at = start }

    /// What a field holds.
    package enum Content {
        case text(UnsafeBufferPointer<UInt8>)
        case decimal(Decimal)
        case integer(Int64)
        case bool(Bool)
        case timestamp(Timestamp)
        case null
        /// A list or an object: ``value()`` has it.
        case nested
    }

    package var isVocabulary: Bool { head & EventLayout.vocabulary != 0 }
    private var tag: UInt64 { head & 0xFF }

    /// Goes to the next field; there must be one.
    package mutating func next() {
        head = at.load(as: UInt64.self)
        word = at.load(fromByteOffset: 16, as: UInt64.self)
        let count = Int(head >> 32)
        let address = at.load(fromByteOffset: 8, as: UInt.self)
        at += EventLayout.head
        if let literal = UnsafePointer<UInt8>(bitPattern: address) {
            name = UnsafeBufferPointer(start: literal, count: count)
        } else {
            name = UnsafeBufferPointer(start: at.assumingMemoryBound(to: UInt8.self), count: count)
            at += (count + 7) & ~7
        }
        content = readContent()
    }

    /// What the field at hand holds.
    package private(set) var content = Content.null

    private mutating func readContent() -> Content {
        switch tag {
        case EventLayout.string, EventLayout.digits:
            let count = Int(word)
            defer { at += EventLayout.room(count) }
            let text = UnsafeBufferPointer(
                start: at.assumingMemoryBound(to: UInt8.self), count: count)
            if tag == EventLayout.digits, let number = Decimal(parsing: text) {
                return .decimal(number)
            }
            return .text(text)
        case EventLayout.decimal:
            let high = at.load(as: UInt64.self)
            at += 8
            let coefficient =
                Int128(truncatingIfNeeded: Int64(bitPattern: high)) << 64 | Int128(word)
            guard let number = Decimal(coefficient: coefficient, scale: Int(head >> 16 & 0xFFFF))
            else { return .null }
            return .decimal(number)
        case EventLayout.integer: return .integer(Int64(bitPattern: word))
        case EventLayout.bool: return .bool(word != 0)
        case EventLayout.timestamp:
            return .timestamp(Timestamp(microseconds: Int64(bitPattern: word)))
        case EventLayout.null: return .null
        default: return .nested
        }
    }

    /// The field's value as an event has it; goes past what is nested in it. Allocates for texts.
    package mutating func value() -> FieldValue {
        switch content {
        case .text(let bytes): return .string(String(decoding: bytes, as: UTF8.self))
        case .decimal(let number): return .decimal(number)
        case .integer(let count): return .integer(count)
        case .bool(let flag): return .bool(flag)
        case .timestamp(let instant): return .timestamp(instant)
        case .null: return .null
        case .nested: break
        }
        let (tag, count) = (tag, Int(word))
        if tag == EventLayout.object {
            return .object(
                (0..<count).map { _ in
                    next()
                    let name = String(decoding: name, as: UTF8.self)
                    return Field(name, value())
                })
        }
        let values = (0..<count).map { _ in
            next()
            return value()
        }
        guard tag == EventLayout.strings else { return .array(values) }
        return .strings(
            values.map { if case .string(let text) = $0 { text } else { "" } })
    }

    /// Goes past what is nested in the field at hand.
    mutating func skipNested() {
        guard case .nested = content else { return }
        for _ in 0..<Int(word) {
            next()
            skipNested()
        }
    }

    /// Whether the name and a text are UTF-8.
    var isUTF8: Bool {
        guard String(validating: name, as: UTF8.self) != nil else { return false }
        if case .text(let bytes) = content {
            return String(validating: bytes, as: UTF8.self) != nil
        }
        return true
    }
}

extension Event {
    /// Whether these bytes are a name that a line uses itself.
    static func isReserved(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.count {
        case 5...14: reservedNames.contains { $0.utf8.elementsEqual(name) }
        default: false
        }
    }

    private static let reservedNames = reserved.sorted()
}
