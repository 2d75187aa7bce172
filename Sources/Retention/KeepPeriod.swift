// SPDX-License-Identifier: Apache-2.0

package import Records

/// How long a record is kept, counted from the instant at which it was recorded.
///
/// Days and weeks are so many times 24 hours. Months and years follow the calendar, in UTC: a year
/// after 29 February is 1 March, so that a period is never shorter than its words.
package enum KeepPeriod: Sendable, Hashable {
    case forever
    case days(Int)
    case months(Int)

    /// Reads `30d`, `12w`, `6mo`, `7y`, `forever`; nil when it is none of these or longer than
    /// `Limits.keepYears`.
    package init?(_ text: some StringProtocol) {
        if text == "forever" {
            self = .forever
            return
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let count = Int(digits), count > 0 else { return nil }
        let yearsMax = Limits.keepYears
        switch text.dropFirst(digits.count) {
        case "d" where count <= yearsMax * 366: self = .days(count)
        case "w" where count <= yearsMax * 53: self = .days(count * 7)
        case "mo" where count <= yearsMax * 12: self = .months(count)
        case "y" where count <= yearsMax: self = .months(count * 12)
        default: return nil
        }
    }

    /// The first instant at which a record of `instant` is past its period; nil for `forever`.
    package func end(of instant: Timestamp) -> Timestamp? {
        switch self {
        case .forever: return nil
        case .days(let count):
            return Self.adding(Int64(count) * Limits.dayMicroseconds, to: instant)
        case .months(let count):
            let day = instant.microseconds.flooredQuotient(by: Limits.dayMicroseconds)
            let time = instant.microseconds - day * Limits.dayMicroseconds
            // `civil` counts from year 1, which every instant is in or after.
            let date = Timestamp.civil(fromDays: UInt32(day + Limits.daysBefore1970))
            let (year, month, dayOfMonth) = (Int64(date.year), Int64(date.month), Int64(date.day))
            let months = year * 12 + month - 1 + Int64(count)
            let (toYear, toMonth) = (months / 12, months % 12 + 1)
            let last = Timestamp.daysInMonth(toMonth, year: toYear)
            var days = Timestamp.days(
                year: toYear, month: toMonth, day: min(dayOfMonth, last))
            if dayOfMonth > last { days += 1 }
            let (start, overflow) = days.multipliedReportingOverflow(by: Limits.dayMicroseconds)
            return overflow
                ? nil
                : Self.adding(
                    dayOfMonth > last ? 0 : time, to: Timestamp(microseconds: start))
        }
    }

    private static func adding(_ microseconds: Int64, to instant: Timestamp) -> Timestamp? {
        let (sum, overflow) = instant.microseconds.addingReportingOverflow(microseconds)
        return overflow ? nil : Timestamp(microseconds: sum)
    }
}

extension KeepPeriod {
    /// Whether a record of some instant could be past this period and not past the other.
    package func isShorter(than other: KeepPeriod) -> Bool {
        // Months have 28 to 31 days: one instant before February and one before July tell.
        [Self.winter, Self.summer].contains { instant in
            guard let end = end(of: instant) else { return false }
            guard let otherEnd = other.end(of: instant) else { return true }
            return end < otherEnd
        }
    }

    /// 2026-02-01 and 2026-07-01.
    private static let winter = Timestamp(microseconds: 1_769_904_000_000_000)
    private static let summer = Timestamp(microseconds: 1_782_864_000_000_000)
}

extension KeepPeriod: CustomStringConvertible {
    /// As settings and records have it.
    package var description: String {
        switch self {
        case .forever: "forever"
        case .days(let count): "\(count)d"
        case .months(let count): count % 12 == 0 ? "\(count / 12)y" : "\(count)mo"
        }
    }
}

extension Int64 {
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
