// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A reader over the bytes of one line that cannot leave them: every look is checked.
struct Scan {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int = 0) {
        self.bytes = bytes
        at = min(max(start, 0), bytes.count)
    }

    var isAtEnd: Bool { at >= bytes.count }
    var byte: UInt8? { at < bytes.count ? bytes[at] : nil }
    var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[at...]) }

    func peek(_ ahead: Int) -> UInt8? {
        at + ahead < bytes.count && ahead >= 0 ? bytes[at + ahead] : nil
    }

    mutating func advance(_ count: Int = 1) { at = min(at + max(count, 0), bytes.count) }

    mutating func skip(_ wanted: UInt8) -> Bool {
        guard byte == wanted else { return false }
        at += 1
        return true
    }

    mutating func skip(_ literal: StaticString) -> Bool {
        guard has(literal) else { return false }
        at += literal.utf8CodeUnitCount
        return true
    }

    func has(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard bytes.count - at >= count else { return false }
        for offset in 0..<count where bytes[at + offset] != literal.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Skips blanks and tabs, the blanks that do not break (U+00A0, U+202F) and marks of direction
    /// (U+200E, U+200F) that phones put around times.
    mutating func skipBlanks() {
        while let byte {
            if Self.isSpace(byte) {
                at += 1
            } else if byte == 0xC2, peek(1) == 0xA0 {
                at += 2
            } else if byte == 0xE2, peek(1) == 0x80,
                let last = peek(2), last == 0xAF || last == 0x8E || last == 0x8F
            {
                at += 3
            } else {
                return
            }
        }
    }

    /// Digits as a number: as many as there are, if the count is in `digits`.
    mutating func number(_ digits: ClosedRange<Int>) -> (value: Int, digits: Int)? {
        var value = 0
        var count = 0
        while let byte = peek(count), byte &- 0x30 < 10 {
            guard count < digits.upperBound else { return nil }
            value = value * 10 + Int(byte &- 0x30)
            count += 1
        }
        guard count >= digits.lowerBound else { return nil }
        at += count
        return (value, count)
    }

    /// The bytes before the next `end`, which is passed over; nil when it does not come.
    mutating func take(before end: UInt8, atMost limit: Int = .max) -> UnsafeBufferPointer<UInt8>? {
        var position = at
        let last = limit < bytes.count - at ? at + limit : bytes.count
        while position < last, bytes[position] != end { position += 1 }
        guard position < last else { return nil }
        defer { at = position + 1 }
        return UnsafeBufferPointer(rebasing: bytes[at..<position])
    }

    /// The bytes up to the next blank or the end.
    mutating func takeWord() -> UnsafeBufferPointer<UInt8> {
        let start = at
        while let byte, !Self.isSpace(byte) { at += 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<at])
    }

    // MARK: - Bytes

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func lineFeed(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else {
            return nil
        }
        return UnsafeRawPointer(base).distance(to: found)
    }

    /// Without blanks, tabs and a carriage return at either end.
    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = bytes.count
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) || bytes[end - 1] == 0x0D { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Where the literal begins.
    static func find(_ literal: StaticString, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let count = literal.utf8CodeUnitCount
        guard let base = bytes.baseAddress, count > 0 else { return nil }
        var at = 0
        while bytes.count - at >= count,
            let found = memchr(base + at, Int32(literal.utf8Start[0]), bytes.count - at)
        {
            at = UnsafeRawPointer(base).distance(to: found)
            guard bytes.count - at >= count else { return nil }
            if memcmp(base + at, literal.utf8Start, count) == 0 { return at }
            at += 1
        }
        return nil
    }

    static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ literal: StaticString) -> Bool {
        bytes.count == literal.utf8CodeUnitCount && Scan(bytes).has(literal)
    }
}
