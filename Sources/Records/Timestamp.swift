// SPDX-License-Identifier: Apache-2.0

/// An instant in UTC, exact to the microsecond, in the years 0001 to 9999.
///
/// Days are counted in the proleptic Gregorian calendar, minutes have 60 seconds: the same count
/// as POSIX time and Python's `datetime`. A leap second cannot be named; see `parse`.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, always within `min...max`.
    public let microseconds: Int64

    /// An instant; outside the years 0001 to 9999 the nearest one inside.
    public init(microseconds: Int64) {
        self.microseconds = Swift.max(
            Self.lowest, Swift.min(Self.highest, microseconds))
    }

    /// Reads an RFC 3339 instant, or one of its usual relatives.
    ///
    /// `T`, `t` or a blank between date and time; a fraction after `.` or `,`; `Z`, `±hh:mm`,
    /// `±hhmm`, `±hh` or nothing, which means UTC.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let (parsed, _) = bytes.withUnsafeBufferPointer({ Timestamp.parse($0) }) else {
            return nil
        }
        self = parsed
    }

    /// 0001-01-01T00:00:00.000000Z.
    public static let min = Timestamp(microseconds: lowest)
    /// 9999-12-31T23:59:59.999999Z.
    public static let max = Timestamp(microseconds: highest)

    package static let lowest: Int64 = -62_135_596_800_000_000
    package static let highest: Int64 = 253_402_300_799_999_999

    /// Bytes of a written instant.
    package static let textCount = 27

    /// Orders instants in time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Writes exactly 27 bytes, `2026-11-20T14:25:00.032383Z`. Does not allocate.
    package func write(to p: UnsafeMutablePointer<UInt8>) {
        // Counted from 0001-01-01 nothing is negative, and unsigned division is the fast one.
        let since = UInt64(bitPattern: microseconds &- Self.lowest)
        let day = UInt32(truncatingIfNeeded: since / 86_400_000_000)
        let rest = since % 86_400_000_000
        let (year, month, dayOfMonth) = Self.civil(fromDays: day)
        let seconds = UInt32(truncatingIfNeeded: rest / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: rest % 1_000_000)
        Self.two(year / 100, p)
        Self.two(year % 100, p + 2)
        p[4] = UInt8(ascii: "-")
        Self.two(month, p + 5)
        p[7] = UInt8(ascii: "-")
        Self.two(dayOfMonth, p + 8)
        p[10] = UInt8(ascii: "T")
        Self.two(seconds / 3600, p + 11)
        p[13] = UInt8(ascii: ":")
        Self.two(seconds / 60 % 60, p + 14)
        p[16] = UInt8(ascii: ":")
        Self.two(seconds % 60, p + 17)
        p[19] = UInt8(ascii: ".")
        Self.two(fraction / 10_000, p + 20)
        Self.two(fraction / 100 % 100, p + 22)
        Self.two(fraction % 100, p + 24)
        p[26] = UInt8(ascii: "Z")
    }

    @inline(__always)
    private static func two(_ value: UInt32, _ p: UnsafeMutablePointer<UInt8>) {
        p[0] = UInt8(truncatingIfNeeded: 0x30 &+ value / 10)
        p[1] = UInt8(truncatingIfNeeded: 0x30 &+ value % 10)
    }

    // MARK: The calendar

    /// Days since 1970-01-01 of a date, counted in eras of 400 years that begin in March.
    @inline(__always)
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date of a count of days since 0001-01-01.
    @inline(__always)
    package static func civil(fromDays days: UInt32) -> (year: UInt32, month: UInt32, day: UInt32) {
        // 306 days lie between 0000-03-01, where the first era begins, and 0001-01-01.
        let shifted = days &+ 306
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        let day = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
        let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
        return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
    }

    /// Days of a month.
    package static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        if month == 2 {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }
}

extension Timestamp: CustomStringConvertible {
    /// The canonical text, `2026-11-20T14:25:00.032383Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textCount) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            write(to: base)
            return Self.textCount
        }
    }
}

extension Timestamp: Codable {
    /// Reads the canonical text or a relative of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let parsed = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an RFC 3339 instant")
        }
        self = parsed
    }

    /// Writes the canonical text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
