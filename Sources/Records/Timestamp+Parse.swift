// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// Reads an RFC 3339 instant or one of its usual relatives.
    ///
    /// Accepted: `yyyy-mm-dd`, then `T`, `t` or one blank, `hh:mm:ss`, a fraction of 1 to 18 digits
    /// after `.` or `,`, then `Z`, `z`, `±hh:mm`, `±hhmm`, `±hh` (a blank before it allowed) or
    /// nothing, which is taken as UTC.
    ///
    /// `isCanonical` says that the text is byte for byte what `write(to:)` writes. Digits beyond
    /// the sixth are cut, not rounded. A second of 60 is refused: the unit of this type cannot
    /// name it, and moving an event to a neighbouring second would be a guess; the source's text
    /// is kept beside the record instead. Instants outside the years 0001–9999 after the offset
    /// is applied are refused too.
    package static func parse(
        _ text: UnsafeBufferPointer<UInt8>
    ) -> (timestamp: Timestamp, isCanonical: Bool)? {
        guard text.count >= 19, text.count <= 64, let p = text.baseAddress else { return nil }
        guard p[4] == UInt8(ascii: "-"), p[7] == UInt8(ascii: "-"), p[13] == UInt8(ascii: ":"),
            p[16] == UInt8(ascii: ":")
        else { return nil }
        // Digits are gathered first and judged once.
        var bad = false
        let year = two(p, &bad) &* 100 &+ two(p + 2, &bad)
        let month = two(p + 5, &bad)
        let day = two(p + 8, &bad)
        let hour = two(p + 11, &bad)
        let minute = two(p + 14, &bad)
        let second = two(p + 17, &bad)
        guard !bad else { return nil }
        let separator = p[10]
        guard
            separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t")
                || separator == UInt8(ascii: " ")
        else { return nil }
        guard year >= 1, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= daysInMonth(month, year: year), hour <= 23, minute <= 59,
            second <= 59
        else { return nil }

        var position = 19
        var micros: Int64 = 0
        var digits = 0
        if position < text.count,
            p[position] == UInt8(ascii: ".") || p[position] == UInt8(ascii: ",")
        {
            position += 1
            while position < text.count, p[position] &- 0x30 < 10 {
                if digits < 6 { micros = micros * 10 + Int64(p[position] &- 0x30) }
                digits += 1
                position += 1
            }
            guard digits >= 1, digits <= Limits.timestampFractionDigitsMax else { return nil }
            for _ in 0..<Swift.max(0, 6 - digits) { micros *= 10 }
        }
        guard let offset = offset(p, from: position, count: text.count) else { return nil }

        let seconds =
            days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        let total = (seconds - offset * 60) * 1_000_000 + micros
        guard total >= lowest, total <= highest else { return nil }
        let isCanonical =
            text.count == textCount && digits == 6 && p[19] == UInt8(ascii: ".")
            && separator == UInt8(ascii: "T") && p[26] == UInt8(ascii: "Z")
        return (Timestamp(microseconds: total), isCanonical)
    }

    /// The offset from UTC in minutes that stands at `position` and ends the text.
    private static func offset(
        _ p: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> Int64? {
        var position = start
        if position == count { return 0 }
        if p[position] | 0x20 == UInt8(ascii: "z") { return position + 1 == count ? 0 : nil }
        if p[position] == UInt8(ascii: " ") { position += 1 }
        guard position < count else { return nil }
        let sign = p[position]
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        position += 1
        guard count - position >= 2 else { return nil }
        var bad = false
        let hours = two(p + position, &bad)
        position += 2
        var minutes: Int64 = 0
        if position < count {
            if p[position] == UInt8(ascii: ":") { position += 1 }
            guard count - position == 2 else { return nil }
            minutes = two(p + position, &bad)
        }
        guard !bad, hours <= 23, minutes <= 59 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The number of two digits; sets `bad` when they are none.
    @inline(__always)
    private static func two(_ p: UnsafePointer<UInt8>, _ bad: inout Bool) -> Int64 {
        let tens = p[0] &- 0x30
        let ones = p[1] &- 0x30
        if Swift.max(tens, ones) > 9 { bad = true }
        return Int64(tens) &* 10 &+ Int64(ones)
    }

    /// Reads a count since 1970 as the clocks of programs print it.
    ///
    /// `1795229022`, `1795229022.8461478` or `1.7952290228e9`: seconds, down to the microsecond.
    /// By magnitude, milliseconds (12 to 14 digits before the point), microseconds (15 to 17) and
    /// nanoseconds (18 to 19). Never goes through a binary float; digits beyond the microsecond
    /// are cut. Refuses counts of less than 9 digits, which are no clock's but a sequence number's
    /// or a duration's, and negative ones.
    package static func parseEpoch(_ number: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        // At most 19 digits before the point and 12 behind it are looked at.
        guard number.count >= 3, number.count <= 48 else { return nil }
        var point = -1
        var seen = 0
        var coefficient: Int64 = 0
        var exponent = 0
        var position = 0
        while position < number.count {
            let byte = number[position]
            if byte &- 0x30 < 10 {
                // Leading zeros do not count; digits beyond the 18th cannot matter below.
                if seen < 18 {
                    coefficient = coefficient * 10 + Int64(byte &- 0x30)
                    if coefficient > 0 { seen += 1 }
                    if point >= 0 { exponent -= 1 }
                } else if point < 0 {
                    exponent += 1
                }
            } else if byte == UInt8(ascii: "."), point < 0 {
                point = position
            } else if byte | 0x20 == UInt8(ascii: "e") {
                break
            } else {
                return nil
            }
            position += 1
        }
        if position < number.count {
            guard let power = power(number, from: position + 1) else { return nil }
            exponent += power
        }
        guard coefficient > 0 else { return nil }
        // value = coefficient × 10^exponent; `size` digits before the point.
        let size = seen + exponent
        let unit: Int
        switch size {
        case 9...11: unit = 6
        case 12...14: unit = 3
        case 15...17: unit = 0
        case 18...19: unit = -3
        default: return nil
        }
        var shift = exponent + unit
        var value = coefficient
        while shift < 0, value > 0 {
            value /= 10
            shift += 1
        }
        while shift > 0 {
            let (wider, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = wider
            shift -= 1
        }
        guard value <= highest else { return nil }
        return Timestamp(microseconds: value)
    }

    private static func power(_ number: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var position = start
        var negative = false
        if position < number.count,
            number[position] == UInt8(ascii: "+") || number[position] == UInt8(ascii: "-")
        {
            negative = number[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < number.count, number.count - position <= 3 else { return nil }
        var value = 0
        while position < number.count {
            let digit = number[position] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            position += 1
        }
        return negative ? -value : value
    }
}
