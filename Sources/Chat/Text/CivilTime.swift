// SPDX-License-Identifier: Apache-2.0

import Records

/// A day of the calendar.
package struct CivilDate: Sendable, Hashable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil when there is no such day.
    package init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Timestamp.daysInMonth(Int64(month), year: Int64(year))
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `2026-11-20`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year, month, day)
    }

    /// Days since 1970.
    var number: Int64 { Timestamp.days(year: Int64(year), month: Int64(month), day: Int64(day)) }

    /// Microseconds since 1970 of a time of this day, in whatever zone the day is.
    func microseconds(at time: Int64) -> Int64 { number * 86_400_000_000 + time }
}

/// Which number of a date is what.
package enum DateOrder: String, Sendable, Hashable, CaseIterable {
    /// 20/11/2026
    case dmy
    /// 11/20/2026
    case mdy
    /// 2026/11/20
    case ymd

    /// The date of three numbers in this order; a year of four digits at the front is always one.
    func date(_ first: (value: Int, digits: Int), _ second: Int, _ third: (value: Int, digits: Int))
        -> CivilDate?
    {
        func year(_ number: (value: Int, digits: Int)) -> Int {
            number.digits <= 2 ? 2000 + number.value : number.value
        }
        if first.digits == 4 { return CivilDate(first.value, second, third.value) }
        return switch self {
        case .dmy: CivilDate(year(third), second, first.value)
        case .mdy: CivilDate(year(third), first.value, second)
        case .ymd: CivilDate(year(first), second, third.value)
        }
    }
}

extension Scan {
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Nov`: its number.
    mutating func monthName() -> Int? {
        for (place, name) in Self.months.enumerated() where skip(name) { return place + 1 }
        return nil
    }

    /// `10:00`, `10:00:00`, `10:00:00.123`, each with `AM` or `PM` behind it or not: microseconds
    /// of the day.
    mutating func timeOfDay() -> Int64? {
        let start = self
        guard let hour = number(1...2), skip(0x3A), let minute = number(2...2) else {
            self = start
            return nil
        }
        var second = 0
        var fraction: Int64 = 0
        if byte == 0x3A, peek(1).map({ $0 &- 0x30 < 10 }) == true {
            advance()
            guard let read = number(2...2) else {
                self = start
                return nil
            }
            second = read.value
            if byte == 0x2E || byte == 0x2C, peek(1).map({ $0 &- 0x30 < 10 }) == true {
                advance()
                guard let digits = number(1...9) else {
                    self = start
                    return nil
                }
                fraction = Int64(digits.value)
                for _ in digits.digits..<max(digits.digits, 6) { fraction *= 10 }
                for _ in 6..<max(digits.digits, 6) { fraction /= 10 }
            }
        }
        var hours = hour.value
        switch takeHalfOfDay() {
        case .none: guard hours <= 23 else { return nil }
        case .some(let isAfternoon):
            guard (1...12).contains(hours) else { return nil }
            hours = hours % 12 + (isAfternoon ? 12 : 0)
        }
        guard minute.value <= 59, second <= 59 else { return nil }
        return Int64(hours * 3600 + minute.value * 60 + second) * 1_000_000 + fraction
    }

    /// `AM`, `p.m.`, `p. m.`: whether it is the afternoon.
    private mutating func takeHalfOfDay() -> Bool? {
        var look = self
        look.skipBlanks()
        guard let letter = look.byte.map({ $0 | 0x20 }), letter == 0x61 || letter == 0x70 else {
            return nil
        }
        look.advance()
        let hasPoint = look.skip(0x2E)
        if hasPoint { look.skipBlanks() }
        guard let m = look.byte, m | 0x20 == 0x6D else { return nil }
        look.advance()
        if hasPoint { _ = look.skip(0x2E) }
        // `10:00 Ambrose: …` is a name.
        if let next = look.byte, next | 0x20 >= 0x61, next | 0x20 <= 0x7A { return nil }
        self = look
        return letter == 0x70
    }

    /// Three numbers with the same `-`, `/` or `.` between them.
    mutating func threeNumbers() -> (
        first: (value: Int, digits: Int), second: Int, third: (value: Int, digits: Int),
        separator: UInt8
    )? {
        let start = self
        guard let first = number(1...4), first.digits != 3, let separator = byte,
            separator == 0x2D || separator == 0x2F || separator == 0x2E, skip(separator)
        else {
            self = start
            return nil
        }
        // `20. 11. 2026`, as phones print it in some languages.
        if separator == 0x2E { skipBlanks() }
        guard let second = number(1...2), skip(separator) else {
            self = start
            return nil
        }
        if separator == 0x2E { skipBlanks() }
        guard let third = number(first.digits == 4 ? 1...2 : 2...4), third.digits != 3 else {
            self = start
            return nil
        }
        return (first, second.value, third, separator)
    }

    /// `Fri Nov 20 10:00:00 2026` or `Fri Nov 20 2026`.
    mutating func wordyDate() -> (date: CivilDate, time: Int64?)? {
        _ = takeWord()
        skipBlanks()
        guard let month = monthName() else { return nil }
        skipBlanks()
        guard let day = number(1...2) else { return nil }
        skipBlanks()
        let time = timeOfDay()
        skipBlanks()
        guard let year = number(4...4), let date = CivilDate(year.value, month, day.value) else {
            return nil
        }
        return (date, time)
    }
}
