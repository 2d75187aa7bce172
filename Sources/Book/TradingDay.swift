// SPDX-License-Identifier: Apache-2.0

package import Records

/// Which trading date an instant belongs to, and when the next one begins.
///
/// The book itself knows UTC only; zones with rules of their own (and a trading day that rolls at
/// 17:00 in New York) come from above, so that this room needs no time zone data.
package protocol TradingCalendar: Sendable {
    /// The trading date at an instant, `yyyy-mm-dd`.
    func date(at instant: Timestamp) -> String
    /// The first instant of the trading date that follows the one at `instant`.
    func nextStart(after instant: Timestamp) -> Timestamp
}

/// Trading dates that are UTC days.
package struct UTCCalendar: TradingCalendar {
    static let dayMicroseconds: Int64 = 86_400_000_000

    package init() {}

    package func date(at instant: Timestamp) -> String {
        String(instant.description.prefix(10))
    }

    package func nextStart(after instant: Timestamp) -> Timestamp {
        let day = instant.microseconds.flooredDivision(by: Self.dayMicroseconds)
        return Timestamp(microseconds: (day + 1) * Self.dayMicroseconds)
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
