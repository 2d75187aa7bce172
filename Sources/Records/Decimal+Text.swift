// SPDX-License-Identifier: Apache-2.0

extension Decimal: LosslessStringConvertible {
    /// Reads `[+-]digits[.digits][e[+-]digits]`; `nil` when the text is anything else or needs
    /// more than 38 digits or more than 38 places after the point.
    public init?(_ text: String) {
        var copy = text
        guard let parsed = copy.withUTF8({ Decimal(parsing: $0) }) else { return nil }
        self = parsed
    }

    /// Reads a number from bytes, without allocating. See `init(_:)`.
    package init?(parsing text: UnsafeBufferPointer<UInt8>) {
        var position = 0
        var negative = false
        if position < text.count,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            negative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        var coefficient: UInt128 = 0
        var scale = 0
        var digits = 0
        var point = false
        while position < text.count {
            let byte = text[position]
            if byte &- 0x30 < 10 {
                guard coefficient < Self.tenthOfBound else { return nil }
                coefficient = coefficient * 10 + UInt128(byte &- 0x30)
                digits += 1
                if point { scale += 1 }
            } else if byte == UInt8(ascii: "."), !point, digits > 0 {
                point = true
            } else {
                break
            }
            position += 1
        }
        guard digits > 0, !point || scale > 0 else { return nil }
        if position < text.count {
            guard text[position] | 0x20 == UInt8(ascii: "e"),
                let exponent = Self.exponent(text, from: position + 1)
            else { return nil }
            scale -= exponent
            if coefficient == 0, scale < 0 { scale = 0 }
            while scale < 0 {
                guard coefficient < Self.tenthOfBound else { return nil }
                coefficient *= 10
                scale += 1
            }
        }
        self.init(
            coefficient: negative ? -Int128(coefficient) : Int128(coefficient), scale: scale)
    }

    /// A signed exponent that fills the rest of the text; one beyond ±9999 is none.
    private static func exponent(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        var position = start
        var negative = false
        if position < text.count,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            negative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < text.count else { return nil }
        var value = 0
        while position < text.count {
            let digit = text[position] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            guard value <= 9999 else { return nil }
            position += 1
        }
        return negative ? -value : value
    }

    /// Bytes that the longest number takes: sign, 38 digits or more zeros, point.
    package static let textCountMax = 48

    /// Writes the plain notation, `-1234.50`, and returns its length. Needs room for
    /// `textCountMax` bytes; does not allocate.
    package func write(to p: UnsafeMutablePointer<UInt8>) -> Int {
        var magnitude = coefficient.magnitude
        // Digits go in from the right; at most 39 digits and a point.
        var at = Self.textCountMax
        var places = 0
        func put(_ digit: UInt8) {
            if places == scale, scale > 0 {
                at -= 1
                p[at] = UInt8(ascii: ".")
            }
            at -= 1
            p[at] = 0x30 &+ digit
            places += 1
        }
        while magnitude > UInt128(UInt64.max) {
            let (rest, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
            put(UInt8(truncatingIfNeeded: digit))
            magnitude = rest
        }
        var small = UInt64(truncatingIfNeeded: magnitude)
        while small > 0 || places <= scale {
            put(UInt8(truncatingIfNeeded: small % 10))
            small /= 10
        }
        if coefficient < 0 {
            at -= 1
            p[at] = UInt8(ascii: "-")
        }
        let length = Self.textCountMax - at
        p.update(from: p + at, count: length)
        return length
    }

    /// The plain notation with all places of its scale: `1.50`, `0.00000000`, `-12`.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textCountMax) { bytes in
            bytes.baseAddress.map { write(to: $0) } ?? 0
        }
    }
}
