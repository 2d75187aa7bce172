// SPDX-License-Identifier: Apache-2.0

package import Records

/// A stretch of time: from an instant on, up to but not including another.
package struct TimeRange: Sendable, Equatable {
    package var from: Timestamp?
    package var to: Timestamp?

    package static let all = TimeRange()

    package init(from: Timestamp? = nil, to: Timestamp? = nil) {
        self.from = from
        self.to = to
    }

    package var isAll: Bool { from == nil && to == nil }

    /// Whether a record of this time is in it. One without any time is only in `all`.
    package func contains(_ instant: Timestamp?) -> Bool {
        guard !isAll else { return true }
        guard let instant else { return false }
        return from.map { $0 <= instant } ?? true && to.map { instant < $0 } ?? true
    }
}

/// Lengths of time as people write them: `90s`, `5m`, `1h`, `7d`, `2w`, `250ms`.
package enum Span {
    package static let units: [(name: String, microseconds: Int64)] = [
        ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
        ("d", 86_400_000_000), ("w", 604_800_000_000),
    ]

    /// Microseconds, more than none; nil when it is no such text.
    package static func microseconds(_ text: String) -> Int64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text[digits.endIndex...]
        guard let count = Int64(digits), count > 0,
            let factor = units.first(where: { $0.name == unit })?.microseconds
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// The shortest such text.
    package static func text(_ microseconds: Int64) -> String {
        for (name, factor) in units.reversed() where microseconds % factor == 0 {
            return "\(microseconds / factor)\(name)"
        }
        return "\(microseconds)us"
    }
}

/// Instants and dates as people write them.
package enum InstantText {
    /// The instants that a text names: `2026`, `2026-11`, `2026-11-20`, `2026-11-20T14`,
    /// `2026-11-20T14:25`, `2026-11-20T14:25:00` and with a fraction, each as long as its last
    /// part; a blank may stand for the `T`, and a zone may follow a time. Nil for anything else.
    package static func interval(_ text: String, zone: QueryZone) -> Range<Int64>? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 64 else { return nil }
        let dateCount = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "t") || $0 == 0x20 }
        let date = String(decoding: bytes[..<(dateCount ?? bytes.count)], as: UTF8.self)
        guard let dateCount else { return days(date, zone) }
        guard date.utf8.count == 10 else { return nil }
        var time = String(decoding: bytes[(dateCount + 1)...], as: UTF8.self)
        let clock = time.utf8.prefix { $0 &- 0x30 < 10 || $0 == 0x3A || $0 == 0x2E || $0 == 0x2C }
        let suffix = String(time.utf8.dropFirst(clock.count)) ?? ""
        time = String(clock) ?? ""
        let length: Int64
        switch time.utf8.count {
        case 2:
            length = 3_600_000_000
            time += ":00:00"
        case 5:
            length = 60_000_000
            time += ":00"
        case 8: length = 1_000_000
        case let count where count > 9:
            length = (0..<max(0, 6 - (count - 9))).reduce(1) { product, _ in product * 10 }
        default: return nil
        }
        guard let instant = Timestamp(date + "T" + time + suffix) else { return nil }
        let start =
            suffix.isEmpty ? zone.instant(ofLocal: instant.microseconds) : instant.microseconds
        return start..<(start + length)
    }

    private static func days(_ text: String, _ zone: QueryZone) -> Range<Int64>? {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].count == 4,
            parts.dropFirst().allSatisfy({ $0.count == 2 }),
            let start = Timestamp(
                text + (parts.count == 1 ? "-01-01" : parts.count == 2 ? "-01" : "") + "T00:00:00Z")
        else { return nil }
        let day: Int64 = 86_400_000_000
        var end = start.microseconds + day
        if parts.count < 3 {
            // The first day of another month or year is at most 366 days on.
            let same = { (at: Int64) in
                Timestamp(microseconds: at).description.utf8.prefix(text.utf8.count)
                    .elementsEqual(text.utf8)
            }
            while end < Timestamp.max.microseconds, same(end) { end += day }
        }
        return zone.instant(ofLocal: start.microseconds)..<zone.instant(ofLocal: end)
    }
}
