// SPDX-License-Identifier: Apache-2.0

/// How long something took, counted in buckets that are at most 1/16 of their value wide.
///
/// A few kilobytes, however much was counted. Percentiles are the upper end of their bucket.
package struct LatencyHistogram: Sendable, Equatable {
    private var buckets: [UInt64] = []
    package private(set) var count: UInt64 = 0
    /// Microseconds.
    package private(set) var longest: Int64 = 0

    package init() {}

    /// - Parameter microseconds: below 0 it is not counted: two clocks disagreed.
    package mutating func add(_ microseconds: Int64) {
        guard microseconds >= 0 else { return }
        let place = Self.place(microseconds)
        if place >= buckets.count {
            buckets += Array(repeating: 0, count: place + 1 - buckets.count)
        }
        buckets[place] += 1
        count += 1
        longest = max(longest, microseconds)
    }

    package mutating func add(_ other: LatencyHistogram) {
        if other.buckets.count > buckets.count {
            buckets += Array(repeating: 0, count: other.buckets.count - buckets.count)
        }
        for (place, number) in other.buckets.enumerated() { buckets[place] += number }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// Microseconds that so many of a thousand do not exceed; nil when nothing was counted.
    package func percentile(_ thousandths: UInt64) -> Int64? {
        guard count > 0 else { return nil }
        let wanted = max(1, (count * thousandths + 999) / 1000)
        var seen: UInt64 = 0
        for (place, number) in buckets.enumerated() {
            seen += number
            if seen >= wanted { return min(Self.end(place), longest) }
        }
        return longest
    }

    /// Exact below 32; above, 16 buckets for each doubling.
    private static func place(_ value: Int64) -> Int {
        guard value >= 32 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let part = Int(value >> Int64(exponent - 4)) & 15
        return 32 + (exponent - 5) * 16 + part
    }

    private static func end(_ place: Int) -> Int64 {
        guard place >= 32 else { return Int64(place) }
        let exponent = (place - 32) / 16 + 5
        let part = Int64((place - 32) % 16)
        return (16 + part + 1) << Int64(exponent - 4) - 1
    }
}
