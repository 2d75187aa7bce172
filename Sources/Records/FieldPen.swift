// SPDX-License-Identifier: Apache-2.0

/// Writes the fields of an event straight into the place that a queue has for them: counts them
/// first, then, once there is a place of that size, writes them.
///
/// Only ``EventInPlace`` uses it, whose fields are the same at both times. Nothing may happen between
/// the taking of a place and its handing over that could wait: so it is not for closures of users.
public struct FieldPen {
    /// Bytes so far, or where the next field goes.
    @usableFromInline package var at: UInt = 0
    /// Fields so far.
    @usableFromInline package var fieldCount: UInt64 = 0
    @usableFromInline let isCounting: Bool
    /// Whether the two words of a short `String` may be taken as they are.
    @usableFromInline let knowsShortTexts: Bool

    /// A pen that counts.
    @inlinable @inline(__always)
    package init(knowingShortTexts knowsShortTexts: Bool) {
        isCounting = true
        self.knowsShortTexts = knowsShortTexts
    }

    /// A pen that writes to `place`, which has room for what one that knew as much counted.
    @inlinable @inline(__always)
    package init(at place: UnsafeMutableRawPointer, knowingShortTexts knowsShortTexts: Bool) {
        isCounting = false
        at = UInt(bitPattern: place)
        self.knowsShortTexts = knowsShortTexts
    }

    // MARK: - Fields of the vocabulary

    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: String) {
        if knowsShortTexts, ShortText.isShort(value) {
            let words = ShortText.words(value)
            if !isCounting {
                let place = put(EventLayout.vocabulary, name, words.1 >> 56 & 0xF)
                place.storeBytes(of: words.0, toByteOffset: 24, as: UInt64.self)
                place.storeBytes(
                    of: words.1 & 0x00FF_FFFF_FFFF_FFFF, toByteOffset: 32, as: UInt64.self)
            }
            at &+= UInt(bitPattern: EventLayout.head &+ EventLayout.room(0))
        } else if isCounting {
            at &+= UInt(bitPattern: EventLayout.head &+ EventLayout.room(value.utf8.count))
        } else {
            let count = Self.copy(value, to: at &+ UInt(bitPattern: EventLayout.head))
            _ = put(EventLayout.vocabulary, name, UInt64(UInt(bitPattern: count)))
            at &+= UInt(bitPattern: EventLayout.head &+ EventLayout.room(count))
        }
        fieldCount &+= 1
    }

    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: Decimal) {
        if !isCounting {
            let coefficient = value.coefficient
            let place = put(
                EventLayout.vocabulary | EventLayout.decimal
                    | UInt64(truncatingIfNeeded: value.scale) << 16,
                name, UInt64(truncatingIfNeeded: coefficient))
            place.storeBytes(
                of: UInt64(truncatingIfNeeded: coefficient >> 64), toByteOffset: 24,
                as: UInt64.self)
        }
        at &+= UInt(bitPattern: EventLayout.head &+ 8)
        fieldCount &+= 1
    }

    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: String?) {
        if let value { put(name, value) }
    }
    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: Decimal?) {
        if let value { put(name, value) }
    }
    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: some TradingName) {
        put(name, value.rawValue)
    }
    @inlinable @inline(__always)
    package mutating func put(_ name: StaticString, _ value: (some TradingName)?) {
        if let value { put(name, value.rawValue) }
    }

    /// The first three words of a field.
    @inlinable @inline(__always)
    func put(_ first: UInt64, _ name: StaticString, _ value: UInt64) -> UnsafeMutableRawPointer {
        let place = UnsafeMutableRawPointer(bitPattern: at).unsafelyUnwrapped
        place.storeBytes(of: first | UInt64(name.utf8CodeUnitCount) << 32, as: UInt64.self)
        place.storeBytes(
            of: UInt64(UInt(bitPattern: name.utf8Start)), toByteOffset: 8, as: UInt64.self)
        place.storeBytes(of: value, toByteOffset: 16, as: UInt64.self)
        return place
    }

    /// Copies a text of any kind; returns the count of its bytes.
    @usableFromInline @inline(never)
    static func copy(_ value: String, to place: UInt) -> Int {
        let target = UnsafeMutableRawPointer(bitPattern: place).unsafelyUnwrapped
        let done: Int? = value.utf8.withContiguousStorageIfAvailable { bytes in
            if let source = bytes.baseAddress {
                target.copyMemory(from: source, byteCount: bytes.count)
            }
            return bytes.count
        }
        if let done { return done }
        var value = value
        return value.withUTF8 { bytes in
            if let source = bytes.baseAddress {
                target.copyMemory(from: source, byteCount: bytes.count)
            }
            return bytes.count
        }
    }
}
