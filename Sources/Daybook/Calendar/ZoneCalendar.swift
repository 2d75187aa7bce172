// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Foundation
package import Records
internal import Synchronization

/// Trading dates of a time zone of the IANA list, with a day that may roll at another time than
/// midnight.
///
/// A day that rolls at noon or later takes the name of the date that it mostly belongs to, the
/// next one: with 17:00 in New York, Sunday 17:00 to Monday 17:00 is Monday. A day that rolls
/// before noon keeps the name of the date on which it begins.
///
/// Days begin at the first instant at which the clock on the wall shows the roll or has passed it:
/// where a zone skips that time, at the end of the gap; where it comes twice, at the first. The
/// day found last is kept, so asking again within it is one comparison under a lock.
package final class ZoneCalendar: TradingCalendar {
    private let zone: TimeZone
    /// Seconds after midnight at which the day rolls.
    private let roll: Int64
    /// Added to the date of its beginning: 1 where the day takes the next date's name.
    private let nameShift: Int64
    private let isDaily: Bool
    private let cache = Mutex<Day?>(nil)

    /// One trading day: from `start` up to, but not including, `end`; seconds since 1970.
    private struct Day {
        let start: Int64
        let end: Int64
        let date: String
    }

    /// - Parameters:
    ///   - zone: a name of the IANA list, such as "America/New_York".
    ///   - rollMinutes: minutes after midnight, on the wall clock of the zone, 0..<1440.
    ///   - isDaily: false when only dates are asked for and no day ever ends.
    /// - Returns: nil when there is no such zone.
    package init?(zone name: String, rollMinutes: Int = 0, isDaily: Bool = true) {
        guard (0..<1440).contains(rollMinutes), let zone = Self.find(name) else { return nil }
        self.zone = zone
        roll = Int64(rollMinutes) * 60
        nameShift = rollMinutes >= 720 ? 1 : 0
        self.isDaily = isDaily
    }

    /// Whether it does what `UTCCalendar` does with less work.
    var isPlainUTC: Bool { roll == 0 && isDaily && Self.utcNames.contains(zone.identifier) }

    private static let utcNames: Set<String> = ["UTC", "GMT", "Etc/UTC", "Etc/GMT"]

    /// The zone of a name. Foundation knows more spellings ("PST", "GMT+3"), which mean different
    /// things to different people; only the list's own names count.
    private static func find(_ name: String) -> TimeZone? {
        guard utcNames.contains(name) || name.contains("/"), !name.contains("..") else {
            return nil
        }
        return TimeZone(identifier: name)
    }

    static func isZone(_ name: String) -> Bool { find(name) != nil }

    /// The names of the list.
    static func zones() -> [String] { TimeZone.knownTimeZoneIdentifiers }

    package func date(at instant: Timestamp) -> String {
        day(at: instant).date
    }

    package func nextStart(after instant: Timestamp) -> Timestamp {
        guard isDaily else { return Timestamp(microseconds: .max) }
        return Timestamp(microseconds: day(at: instant).end * 1_000_000)
    }

    /// UTC microseconds since 1970 for what a clock on the wall of the zone shows. A time that the
    /// zone skips counts as after the gap; of one that comes twice it is the first.
    package func utc(fromLocal microseconds: Int64) -> Int64 {
        let wall = Self.floor(microseconds, 1_000_000)
        let before = offset(at: wall - Self.daySeconds)
        let after = offset(at: wall + Self.daySeconds)
        for candidate in [max(before, after), min(before, after)]
        where offset(at: wall - candidate) == candidate {
            return microseconds - candidate * 1_000_000
        }
        return microseconds - before * 1_000_000
    }

    // MARK: - Arithmetic of days

    private static let daySeconds: Int64 = 86_400

    private func day(at instant: Timestamp) -> Day {
        let second = Self.floor(instant.microseconds, 1_000_000)
        return cache.withLock { cached in
            if let cached, cached.start <= second, second < cached.end { return cached }
            let day = findDay(second)
            cached = day
            return day
        }
    }

    private func findDay(_ second: Int64) -> Day {
        // The date on the wall, less one where the day has not rolled yet.
        let wall = second + offset(at: second)
        var number = Self.floor(wall - roll, Self.daySeconds)
        // A zone that changes its offset around the roll may be a day off, and one that skips a
        // date makes a day without length: walk to the day that holds the instant.
        while start(of: number + 1) <= second { number += 1 }
        while start(of: number) > second { number -= 1 }
        return Day(
            start: start(of: number), end: start(of: number + 1),
            date: Self.dateText(number + nameShift))
    }

    /// The first instant at which the wall clock has reached the roll of a date, counted in days
    /// since 1970-01-01.
    private func start(of date: Int64) -> Int64 {
        let wall = date * Self.daySeconds + roll
        let before = offset(at: wall - Self.daySeconds)
        let after = offset(at: wall + Self.daySeconds)
        // With the larger offset the same wall time comes earlier.
        for candidate in [max(before, after), min(before, after)]
        where offset(at: wall - candidate) == candidate {
            return wall - candidate
        }
        // The wall clock jumps over it: the instant of the jump.
        var (low, high) = (wall - max(before, after), wall - min(before, after))
        let offsetBefore = offset(at: low)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == offsetBefore { low = middle } else { high = middle }
        }
        return high
    }

    private func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    /// "2026-11-20" of a day counted from 1970-01-01.
    private static func dateText(_ day: Int64) -> String {
        let (micros, overflow) = day.multipliedReportingOverflow(by: daySeconds * 1_000_000)
        let instant = Timestamp(microseconds: overflow ? 0 : micros)
        return String(instant.description.prefix(10))
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
