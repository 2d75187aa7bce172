// SPDX-License-Identifier: Apache-2.0

/// What a byte is, as bits, so that one pass over a string can be summed up with OR.
enum ByteClass {
    static let lower: UInt8 = 1
    static let upper: UInt8 = 2
    static let digit: UInt8 = 4
    /// `_` and `-`.
    static let joiner: UInt8 = 8
    static let dot: UInt8 = 16
    /// Space, tab and line ends.
    static let space: UInt8 = 32
    /// Anything else: quotes, `=`, `:`, `/`, `@`, control bytes, bytes ≥ 0x80.
    static let other: UInt8 = 64
    /// Must be escaped in a JSON string, besides what else it is.
    static let escaped: UInt8 = 128

    static let letter: UInt8 = lower | upper
    static let alphanumeric: UInt8 = lower | upper | digit
    static let word: UInt8 = alphanumeric | joiner

    /// 256 entries that live as long as the process; read only, so shared without a lock.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for value in 0..<256 {
            table[value] =
                switch UInt8(value) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): lower
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit
                case UInt8(ascii: "_"), UInt8(ascii: "-"): joiner
                case UInt8(ascii: "."): dot
                case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20: space
                default: other
                }
            if value < 0x20 || value == 0x22 || value == 0x5C { table[value] |= escaped }
        }
        return UnsafePointer(table)
    }()
}

/// Bytes that answer 0 outside their bounds: detectors look ahead and behind without a check at
/// each place, and hostile input cannot make them read past the end.
struct Text {
    let base: UnsafePointer<UInt8>?
    let count: Int
    let table: UnsafePointer<UInt8>

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.init(base: bytes.baseAddress, count: bytes.count, table: ByteClass.table)
    }

    @inline(__always)
    init(base: UnsafePointer<UInt8>?, count: Int, table: UnsafePointer<UInt8>) {
        self.base = base
        self.count = count
        self.table = table
    }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        guard index >= 0, index < count, let base else { return 0 }
        return base[index]
    }

    @inline(__always)
    func kind(_ index: Int) -> UInt8 {
        guard index >= 0, index < count, let base else { return 0 }
        return table[Int(base[index])]
    }

    /// The bytes of a range that is cut to the bounds.
    @inline(__always)
    func slice(_ start: Int, _ end: Int) -> Text {
        let from = max(0, min(start, count))
        let to = max(from, min(end, count))
        return Text(base: base.map { $0 + from }, count: to - from, table: table)
    }

    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// Whether the bytes from `index` on are `text`, which is in lower case, in any case.
    @inline(__always)
    func has(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index <= count - length, let base else { return false }
        let other = text.utf8Start
        for offset in 0..<length where lowered(base[index + offset]) != other[offset] {
            return false
        }
        return true
    }

    /// Whether the bytes from `index` on are exactly `text`.
    @inline(__always)
    func hasExact(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index <= count - length, let base else { return false }
        let other = text.utf8Start
        for offset in 0..<length where base[index + offset] != other[offset] { return false }
        return true
    }

    /// Whether these bytes are `text`, which is in lower case, in any case.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && has(text, at: 0)
    }

    /// The place of `text` (lower case; any case matches) at or after `start`.
    func find(_ text: StaticString, from start: Int = 0) -> Int? {
        let length = text.utf8CodeUnitCount
        guard length > 0, count >= length else { return nil }
        let first = text.utf8Start[0]
        var index = max(0, start)
        while index <= count - length {
            if lowered(self[index]) == first, has(text, at: index) { return index }
            index += 1
        }
        return nil
    }
}

/// An ASCII capital as its small letter, any other byte as it is.
@inline(__always)
func lowered(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}

@inline(__always)
func isHex(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
}

/// What stands in place of a masked value, everywhere and exactly.
package let maskedText: StaticString = "***MASKED***"

extension Text {
    /// Whether the value is already masked.
    var isMasked: Bool { count == 12 && hasExact(maskedText, at: 0) }
}
