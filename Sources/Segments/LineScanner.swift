// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// Passes over the values of a canonical line. Whatever is not canonical is refused: the caller
/// then looks at the line by other means. `Limits.slackBytes` bytes behind `end` can be read.
enum LineScanner {
    /// The closing quote of the string whose content begins at `start`, and whether there are
    /// escapes in it; nil when it is not canonical.
    @inline(__always)
    static func string(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (quote: UnsafePointer<UInt8>, hasEscape: Bool)? {
        var position = start
        while true {
            let stops = daybook_string_stops(position)
            if stops != 0 {
                position += stops.trailingZeroBitCount
                if position.pointee == UInt8(ascii: "\"") {
                    return position < end ? (position, false) : nil
                }
                return oddString(position, end)
            }
            position += 16
            if position >= end { return nil }
        }
    }

    /// The rest of a string from its first byte that is not plain ASCII.
    @inline(never)
    private static func oddString(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (quote: UnsafePointer<UInt8>, hasEscape: Bool)? {
        var position = start
        var hasEscape = false
        while position < end {
            let byte = position.pointee
            switch byte {
            case UInt8(ascii: "\""): return (position, hasEscape)
            case UInt8(ascii: "\\"):
                guard let (_, count) = unescaped(position, end) else { return nil }
                position += count
                hasEscape = true
            case 0..<0x20: return nil
            case 0x20..<0x80:
                let stops = daybook_string_stops(position)
                position += stops == 0 ? 16 : stops.trailingZeroBitCount
            default:
                guard let count = sequence(position, end) else { return nil }
                position += count
            }
        }
        return nil
    }

    /// The byte that the canonical escape at `position` stands for, and the escape's length.
    static func unescaped(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (byte: UInt8, count: Int)? {
        guard end - position >= 2 else { return nil }
        switch position[1] {
        case UInt8(ascii: "\""): return (0x22, 2)
        case UInt8(ascii: "\\"): return (0x5C, 2)
        case UInt8(ascii: "b"): return (8, 2)
        case UInt8(ascii: "t"): return (9, 2)
        case UInt8(ascii: "n"): return (10, 2)
        case UInt8(ascii: "f"): return (12, 2)
        case UInt8(ascii: "r"): return (13, 2)
        case UInt8(ascii: "u"): break
        default: return nil
        }
        // \u00 and two digits, lower case, for the control characters without a letter of their own.
        guard end - position >= 6, position[2] == 0x30, position[3] == 0x30,
            position[4] == 0x30 || position[4] == 0x31
        else { return nil }
        let low: UInt8
        switch position[5] {
        case 0x30...0x39: low = position[5] - 0x30
        case 0x61...0x66: low = position[5] - 0x57
        default: return nil
        }
        let byte = (position[4] - 0x30) << 4 | low
        switch byte {
        case 8, 9, 10, 12, 13: return nil
        default: return (byte, 6)
        }
    }

    /// The length of the UTF-8 sequence at `position`, whose byte is not ASCII; nil when it is
    /// ill-formed.
    private static func sequence(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Int? {
        let count: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch position[0] {
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, lowest) = (3, 0xA0)
        case 0xED: (count, highest) = (3, 0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, lowest) = (4, 0x90)
        case 0xF1...0xF3: count = 4
        case 0xF4: (count, highest) = (4, 0x8F)
        default: return nil
        }
        guard end - position >= count else { return nil }
        guard position[1] >= lowest, position[1] <= highest else { return nil }
        for offset in 2..<max(count, 2) where position[offset] & 0xC0 != 0x80 { return nil }
        return count
    }

    /// Writes the text of a string that `string` passed, without its escapes; returns its length.
    static func decode(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        to out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var position = start
        var written = out
        while position < end {
            if position.pointee == UInt8(ascii: "\\"),
                let (byte, count) = unescaped(position, end)
            {
                written.pointee = byte
                position += count
            } else {
                written.pointee = position.pointee
                position += 1
            }
            written += 1
        }
        return written - out
    }

    /// The end of the JSON number at `start`; nil when there is none.
    @inline(__always)
    static func number(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        var position = start
        if position.pointee == UInt8(ascii: "-") { position += 1 }
        let whole = position
        digits(&position, end)
        guard position > whole, position - whole == 1 || whole.pointee != 0x30 else { return nil }
        if position < end, position.pointee == UInt8(ascii: ".") {
            position += 1
            let fraction = position
            digits(&position, end)
            guard position > fraction else { return nil }
        }
        if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end,
                position.pointee == UInt8(ascii: "+") || position.pointee == UInt8(ascii: "-")
            {
                position += 1
            }
            let exponent = position
            digits(&position, end)
            guard position > exponent else { return nil }
        }
        return position
    }

    @inline(__always)
    private static func digits(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) {
        while position < end, position.pointee &- 0x30 < 10 { position += 1 }
    }

    /// The end of the array or object at `start`, by its brackets alone; nil when it has none.
    static func container(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        var position = start
        var depth = 0
        while position < end {
            switch position.pointee {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return position + 1 }
            case UInt8(ascii: "\""):
                guard let (quote, _) = string(position + 1, end) else { return nil }
                position = quote
            default: break
            }
            position += 1
        }
        return nil
    }

    /// The end of any value at `start`, judged only as far as needed to find it; for text that was
    /// checked when it was stored.
    static func value(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard start < end else { return nil }
        switch start.pointee {
        case UInt8(ascii: "\""): return string(start + 1, end).map { $0.quote + 1 }
        case UInt8(ascii: "{"), UInt8(ascii: "["): return container(start, end)
        default:
            var position = start
            while position < end, position.pointee != UInt8(ascii: ","),
                position.pointee != UInt8(ascii: "}")
            {
                position += 1
            }
            return position > start ? position : nil
        }
    }

    /// The integer that the text is, when it is the one way to write it.
    @inline(__always)
    static func integer(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        guard count > 0, count <= 20 else { return nil }
        let isNegative = p[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        guard count > first, count - first <= 19 else { return nil }
        if p[first] == 0x30 { return count == 1 ? 0 : nil }
        var value: UInt64 = 0
        for position in first..<count {
            let digit = p[position] &- 0x30
            guard digit < 10 else { return nil }
            // 19 digits fit 64 bits without a sign.
            value = value &* 10 &+ UInt64(digit)
        }
        if isNegative {
            return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
        }
        return Int64(exactly: value)
    }
}
