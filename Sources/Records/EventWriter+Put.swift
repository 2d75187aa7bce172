// SPDX-License-Identifier: Apache-2.0

// Fields under names that the program has as literals. None of these allocates; nil is not written.
extension EventWriter {
    /// Text.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: String) {
        flags |= EventLayout.hasFreeNames
        write(0, name, value)
    }

    /// An exact number.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Decimal) {
        flags |= EventLayout.hasFreeNames
        write(0, name, value)
    }

    /// A count.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Int64) {
        flags |= EventLayout.hasFreeNames
        writeWord(EventLayout.integer, name, UInt64(bitPattern: value))
    }

    /// A count.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Int) { put(name, Int64(value)) }

    /// Yes or no.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Bool) {
        flags |= EventLayout.hasFreeNames
        writeWord(EventLayout.bool, name, value ? 1 : 0)
    }

    /// An instant.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Timestamp) {
        flags |= EventLayout.hasFreeNames
        writeWord(EventLayout.timestamp, name, UInt64(bitPattern: value.microseconds))
    }

    /// A word of the trade.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: some TradingName) {
        put(name, value.rawValue)
    }

    /// Known to be absent.
    @inlinable
    public mutating func putNull(_ name: StaticString) {
        flags |= EventLayout.hasFreeNames
        writeWord(EventLayout.null, name, 0)
    }

    /// Text, when there is any.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: String?) {
        if let value { put(name, value) }
    }

    /// An exact number, when there is one.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Decimal?) {
        if let value { put(name, value) }
    }

    /// A count, when there is one.
    @inlinable @inline(__always)
    public mutating func put(_ name: StaticString, _ value: Int64?) {
        if let value { put(name, value) }
    }

    // MARK: - The vocabulary's own names, which no rule has to look at

    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: String) {
        write(EventLayout.vocabulary, name, value)
    }
    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: Decimal) {
        write(EventLayout.vocabulary, name, value)
    }
    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: String?) {
        if let value { put(vocabulary: name, value) }
    }
    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: Decimal?) {
        if let value { put(vocabulary: name, value) }
    }
    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: some TradingName) {
        put(vocabulary: name, value.rawValue)
    }
    @inlinable @inline(__always)
    package mutating func put(vocabulary name: StaticString, _ value: (some TradingName)?) {
        if let value { put(vocabulary: name, value.rawValue) }
    }

    // MARK: - Words and bytes

    /// The first three words of a field, and room for `extra` bytes behind them.
    @inlinable @inline(__always)
    mutating func writeHead(_ first: UInt64, _ name: StaticString, _ value: UInt64, _ extra: Int) {
        if end - at < EventLayout.head &+ extra { grow(EventLayout.head &+ extra) }
        at.storeBytes(of: first | UInt64(name.utf8CodeUnitCount) << 32, as: UInt64.self)
        at.storeBytes(
            of: UInt64(UInt(bitPattern: name.utf8Start)), toByteOffset: 8, as: UInt64.self)
        at.storeBytes(of: value, toByteOffset: 16, as: UInt64.self)
        at += EventLayout.head
        fieldCount &+= 1
    }

    @inlinable @inline(__always)
    mutating func writeWord(_ first: UInt64, _ name: StaticString, _ value: UInt64) {
        writeHead(first, name, value, 0)
    }

    @inlinable @inline(__always)
    mutating func write(_ first: UInt64, _ name: StaticString, _ value: Decimal) {
        let coefficient = value.coefficient
        writeHead(
            first | EventLayout.decimal | UInt64(truncatingIfNeeded: value.scale) << 16, name,
            UInt64(truncatingIfNeeded: coefficient), 8)
        at.storeBytes(of: UInt64(truncatingIfNeeded: coefficient >> 64), as: UInt64.self)
        at += 8
    }

    @inlinable @inline(__always)
    mutating func write(_ first: UInt64, _ name: StaticString, _ value: String) {
        let done: Void? = value.utf8.withContiguousStorageIfAvailable { bytes in
            let count = bytes.count
            writeHead(first, name, UInt64(UInt(bitPattern: count)), EventLayout.room(count))
            if let source = bytes.baseAddress { at.copyMemory(from: source, byteCount: count) }
            at += EventLayout.room(count)
        }
        if done == nil { writeSlowly(first, name, value) }
    }

    @usableFromInline @inline(never)
    mutating func writeSlowly(_ first: UInt64, _ name: StaticString, _ value: String) {
        var value = value
        value.makeContiguousUTF8()
        write(first, name, value)
    }
}
