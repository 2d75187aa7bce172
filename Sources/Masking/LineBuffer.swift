// SPDX-License-Identifier: Apache-2.0

/// The bytes of a line while it is written: a growable run with one owner.
///
/// `Records.ByteBuffer` is the same thing, but the compiler does not inline `package` functions
/// across modules (measured with 6.3.1), and a call for each of the sixty short pieces of a record
/// costs more than the copying.
struct LineBuffer: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    /// Bytes allocated beyond the capacity, so that a short copy may store whole words.
    private static let slack = 32

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity + Self.slack)
    }

    deinit { base.deallocate() }

    /// The bytes written so far; valid until the next mutation.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func truncate(to newCount: Int) { count = min(count, max(0, newCount)) }

    @inline(__always)
    mutating func reserve(_ length: Int) {
        if capacity - count < length { grow(length) }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    /// Appends `length` bytes from `source`, which must not lie in this buffer.
    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        (base + count).update(from: source, count: length)
        count &+= length
    }

    /// The same where at least `length` rounded up to 16 bytes may be read from `source`.
    @inline(__always)
    mutating func appendReadingAhead(_ source: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(base + count)
        var offset = 0
        // The slack takes what is stored beyond `length`.
        repeat {
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
                toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < length
        count &+= length
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        append(source, bytes.count)
    }

    @inline(__always)
    mutating func append(_ literal: StaticString) {
        append(literal.utf8Start, literal.utf8CodeUnitCount)
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Appends text as the inside of a JSON string: what `CanonicalJSON.content` writes, for valid
    /// UTF-8.
    mutating func append(escaped text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        let table = ByteClass.table
        var position = 0
        while position < text.count {
            var stop = position
            while stop < text.count, table[Int(start[stop])] & ByteClass.escaped == 0 { stop &+= 1 }
            append(start + position, stop &- position)
            if stop < text.count { append(escape: start[stop]) }
            position = stop &+ 1
        }
    }

    @inline(never)
    private mutating func append(escape byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            append(0x30 &+ byte >> 4)
            let low = byte & 15
            append(low < 10 ? 0x30 &+ low : 0x57 &+ low)
        }
    }

    /// Appends bytes that need no escape as a JSON string with its quotes.
    @inline(__always)
    mutating func append(quotedPlain text: UnsafeBufferPointer<UInt8>) {
        let length = text.count
        reserve(length &+ 2)
        base[count] = 0x22
        if let source = text.baseAddress {
            (base + (count &+ 1)).update(from: source, count: length)
        }
        base[count &+ 1 &+ length] = 0x22
        count &+= length &+ 2
    }

    /// Room for `length` bytes at the end, of which `write` says how many it used.
    @inline(__always)
    mutating func append(upTo length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(length)
        count &+= min(length, max(0, write(base + count)))
    }

    /// Appends text as a JSON string with its quotes.
    mutating func append(string text: UnsafeBufferPointer<UInt8>) {
        append(0x22)
        append(escaped: text)
        append(0x22)
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        let wanted = max(count + additional, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.slack)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = wanted
    }
}

/// Safe to send: the pointer has one owner, since the type cannot be copied.
extension LineBuffer: @unchecked Sendable {}
