// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Between the text of a decimal number and what its columns hold: the number, and one byte that
/// says how it was written.
///
/// The byte is 0 to 38 for plain notation with that many digits after the point; `scientific` + s
/// for `1.5E+3` as Python's `Decimal` writes it, where the number has s digits after the point
/// when its exponent is taken away (s may be negative); `float` + s for `1.5e-07`, with at least two
/// digits of exponent, as Python's `float` writes it.
enum DecimalText {
    static let plainMax: UInt8 = 38
    static let scientific = 90
    static let float = 190
    static let exponentScales = -45...45

    /// The byte when no notation above gives the text again: the line itself is kept.
    static let unknown: UInt8 = 255

    static let powers: [UInt64] = {
        var powers: [UInt64] = [1]
        for _ in 1..<19 { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    /// Where a number goes.
    enum Parsed {
        /// In units of 10^-8, below 10^18.
        case narrow(Int64, notation: UInt8)
        /// In units of 10^-18, below 10^38.
        case wide(Int128, notation: UInt8)
        /// It is no number, or has more digits than the columns.
        case text
    }

    /// Reads plain notation that fits DECIMAL(18,8); nil for everything else, valid or not.
    @inline(__always)
    static func parsePlain(
        _ p: UnsafePointer<UInt8>, _ count: Int
    ) -> (value: Int64, notation: UInt8)? {
        guard count > 0, count <= 19 else { return nil }
        let isNegative = p[0] == UInt8(ascii: "-")
        var position = isNegative ? 1 : 0
        let first = position
        var value: UInt64 = 0
        while position < count {
            let digit = p[position] &- 0x30
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            position &+= 1
        }
        let whole = position &- first
        guard whole > 0, whole == 1 || p[first] != 0x30 else { return nil }
        var scale = 0
        if position < count {
            guard p[position] == UInt8(ascii: ".") else { return nil }
            position &+= 1
            scale = count &- position
            guard scale > 0, scale <= 8 else { return nil }
            while position < count {
                let digit = p[position] &- 0x30
                guard digit < 10 else { return nil }
                value = value &* 10 &+ UInt64(digit)
                position &+= 1
            }
        }
        guard whole <= 10, value > 0 || !isNegative else { return nil }
        // At most 10 digits before the point and 8 behind it: below 10^18.
        let scaled = Int64(truncatingIfNeeded: value &* Self.raising(scale))
        return (isNegative ? 0 &- scaled : scaled, UInt8(truncatingIfNeeded: scale))
    }

    /// 10^(8 - scale).
    @inline(__always)
    private static func raising(_ scale: Int) -> UInt64 {
        switch scale {
        case 0: 100_000_000
        case 1: 10_000_000
        case 2: 1_000_000
        case 3: 100_000
        case 4: 10_000
        case 5: 1000
        case 6: 100
        case 7: 10
        default: 1
        }
    }

    /// Reads any number. Slow.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Parsed {
        guard let number = Decimal(parsing: text) else { return .text }
        let notation = notation(of: text, number)
        if let narrow = scaled(number, to: SegmentVocabulary.decimalScale),
            narrow.magnitude < 1_000_000_000_000_000_000
        {
            return .narrow(Int64(truncatingIfNeeded: narrow), notation: notation)
        }
        guard let wide = scaled(number, to: SegmentVocabulary.wideScale),
            Decimal(coefficient: wide, scale: SegmentVocabulary.wideScale) != nil
        else { return .text }
        return .wide(wide, notation: notation)
    }

    /// The coefficient at another scale, when it is exact.
    private static func scaled(_ number: Decimal, to scale: Int) -> Int128? {
        scaled(number.coefficient, by: scale - number.scale)
    }

    /// `coefficient` × 10^`exponent`, when it is a whole number of at most 38 digits.
    static func scaled(_ coefficient: Int128, by exponent: Int) -> Int128? {
        if coefficient == 0 { return 0 }
        guard abs(exponent) <= 38 else { return nil }
        let power = Int128(power(abs(exponent)))
        if exponent < 0 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: power)
            return remainder == 0 ? quotient : nil
        }
        let (raised, overflow) = coefficient.multipliedReportingOverflow(by: power)
        return overflow ? nil : raised
    }

    private static func power(_ exponent: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// The notation that writes exactly this text again, or `unknown`.
    private static func notation(of text: UnsafeBufferPointer<UInt8>, _ number: Decimal) -> UInt8 {
        var candidate = number.scale
        if let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            var exponent = 0
            for byte in text[(mark + 1)...] where byte &- 0x30 < 10 {
                exponent = exponent * 10 + Int(byte &- 0x30)
                guard exponent <= 99 else { return unknown }
            }
            if text[(mark + 1)...].first == UInt8(ascii: "-") { exponent = -exponent }
            let point = text[..<mark].firstIndex(of: UInt8(ascii: "."))
            let scale = (point.map { mark - $0 - 1 } ?? 0) - exponent
            guard exponentScales.contains(scale) else { return unknown }
            candidate = (text[mark] == UInt8(ascii: "E") ? scientific : float) + scale
        }
        guard candidate >= 0, candidate < Int(unknown) else { return unknown }
        let notation = UInt8(truncatingIfNeeded: candidate)
        let isSame = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: textCountMax) { out in
            guard let base = out.baseAddress,
                let count = write(
                    number.coefficient, scale: number.scale, notation: notation, to: base)
            else { return false }
            return UnsafeBufferPointer(rebasing: out[..<count]).elementsEqual(text)
        }
        return isSame ? notation : unknown
    }

    /// Bytes that the longest text takes, whatever the notation.
    static let textCountMax = 96

    /// Writes `value` × 10^-`valueScale` in the notation and returns the length; nil when the
    /// notation cannot say this number exactly, which only a damaged file asks for.
    @inline(never)
    static func write(
        _ value: Int128, scale valueScale: Int, notation: UInt8, to out: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        if notation <= plainMax {
            let scale = Int(notation)
            guard let coefficient = scaled(value, by: scale - valueScale),
                let number = Decimal(coefficient: coefficient, scale: scale)
            else { return nil }
            return number.write(to: out)
        }
        let isFloat = Int(notation) >= float + exponentScales.lowerBound
        let scale = Int(notation) - (isFloat ? float : scientific)
        guard exponentScales.contains(scale),
            let coefficient = scaled(value, by: scale - valueScale),
            let digits = Decimal(coefficient: coefficient, scale: 0)
        else { return nil }
        var count = digits.write(to: out)
        let first = coefficient < 0 ? 1 : 0
        let behind = count - first - 1
        if behind > 0 {
            // d.ddd: the digits behind the first one move to make room for the point.
            (out + first + 2).update(from: out + first + 1, count: behind)
            out[first + 1] = UInt8(ascii: ".")
            count += 1
        }
        let exponent = behind - scale
        out[count] = isFloat ? UInt8(ascii: "e") : UInt8(ascii: "E")
        out[count + 1] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        count += 2
        let magnitude = abs(exponent)
        if isFloat || magnitude >= 10 {
            out[count] = UInt8(truncatingIfNeeded: 0x30 + magnitude / 10)
            count += 1
        }
        out[count] = UInt8(truncatingIfNeeded: 0x30 + magnitude % 10)
        return count + 1
    }

    /// Writes a narrow decimal in plain notation with at most 8 digits after the point; nil when
    /// digits that are not zero would be lost.
    @inline(__always)
    static func writePlain(
        _ value: Int64, notation: UInt8, to out: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        var at = out
        if value < 0 {
            at.pointee = UInt8(ascii: "-")
            at += 1
        }
        let magnitude = value.magnitude
        let whole = magnitude / 100_000_000
        let fraction = UInt32(truncatingIfNeeded: magnitude % 100_000_000)
        at = Digits.write(whole, to: at)
        let scale = Int(notation)
        if scale == 0 { return fraction == 0 ? at - out : nil }
        at.pointee = UInt8(ascii: ".")
        let digits = at + 1
        Digits.write8(fraction, to: digits)
        var unused = scale
        while unused < 8 {
            guard digits[unused] == 0x30 else { return nil }
            unused &+= 1
        }
        return digits + scale - out
    }
}

/// Decimal digits of integers, two at a time.
enum Digits {
    @inline(__always)
    static func two(_ value: UInt32, _ out: UnsafeMutablePointer<UInt8>) {
        // 103 / 1024 is a tenth for all values below 100.
        let tens = (value &* 103) &>> 10
        let ones = value &- tens &* 10
        UnsafeMutableRawPointer(out).storeBytes(
            of: UInt16(truncatingIfNeeded: (0x3030 &+ tens) | ones &<< 8).littleEndian,
            as: UInt16.self)
    }

    /// Exactly eight digits of a number below 10^8.
    @inline(__always)
    static func write8(_ value: UInt32, to out: UnsafeMutablePointer<UInt8>) {
        let (high, low) = (value / 10_000, value % 10_000)
        two(high / 100, out)
        two(high % 100, out + 2)
        two(low / 100, out + 4)
        two(low % 100, out + 6)
    }

    /// As many digits as the number has; returns the position behind them.
    @inline(__always)
    static func write(
        _ value: UInt64, to out: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        if value < 10 {
            out.pointee = 0x30 &+ UInt8(truncatingIfNeeded: value)
            return out + 1
        }
        if value < 100 {
            two(UInt32(truncatingIfNeeded: value), out)
            return out + 2
        }
        if value < 1000 {
            let small = UInt32(truncatingIfNeeded: value)
            out.pointee = 0x30 &+ UInt8(truncatingIfNeeded: small / 100)
            two(small % 100, out + 1)
            return out + 3
        }
        return writeLong(value, to: out)
    }

    @inline(never)
    private static func writeLong(
        _ value: UInt64, to out: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var count = 0
        var left = value
        while left > 0 {
            left /= 10
            count += 1
        }
        var at = count
        left = value
        while at >= 2 {
            at -= 2
            two(UInt32(truncatingIfNeeded: left % 100), out + at)
            left /= 100
        }
        if at == 1 { out.pointee = 0x30 &+ UInt8(truncatingIfNeeded: left) }
        return out + count
    }
}
