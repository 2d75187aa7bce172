// SPDX-License-Identifier: Apache-2.0

import Records

/// A month of the civil calendar, in UTC.
struct CalendarMonth: Hashable, Comparable {
    let year: Int
    /// 1 to 12.
    let month: Int

    /// Reads `2026-11`; nil when it is none.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), (1970...9998).contains(year),
            (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    /// The month of a day since 1970.
    init(ofDay day: Int) {
        let date = Timestamp.civil(fromDays: UInt32(clamping: day + Self.daysBefore1970))
        self.init(year: Int(date.year), month: Int(date.month))
    }

    private init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// Days from the first day of year 1, from which `Timestamp.civil` counts, to 1970.
    private static let daysBefore1970 = Int(-Timestamp.days(year: 1, month: 1, day: 1))

    var first: Int { Int(Timestamp.days(year: Int64(year), month: Int64(month), day: 1)) }
    var days: Range<Int> { first..<next.first }
    var next: CalendarMonth {
        month == 12
            ? CalendarMonth(year: year + 1, month: 1) : CalendarMonth(year: year, month: month + 1)
    }
    var previous: CalendarMonth {
        month == 1
            ? CalendarMonth(year: year - 1, month: 12) : CalendarMonth(year: year, month: month - 1)
    }

    /// Weeks from Monday to Sunday that have a day of it.
    var weeks: [Range<Int>] {
        let start = first - Self.weekday(first)
        return stride(from: start, to: days.upperBound, by: 7).map { $0..<($0 + 7) }
    }

    /// 0 is Monday; 1970 began with a Thursday.
    static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

    /// `2026-11-21`.
    static func date(_ day: Int) -> String {
        Timestamp(microseconds: Int64(day) * 86_400_000_000).description.prefix(10).description
    }

    /// `2026-11`.
    var text: String { String(Self.date(first).prefix(7)) }
    /// `November 2026`.
    var title: String { "\(Self.names[month - 1]) \(year)" }

    static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]

    static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
