// SPDX-License-Identifier: Apache-2.0

package import Records

/// All values of a field, for medians and percentiles: eight bytes each as long as they fit a
/// column of decimals with 8 digits after the point.
package struct ExactValues: Sendable {
    private var narrow: [Int64] = []
    private var wide: [Decimal] = []

    private static let scale = 8

    package init() {}

    package var count: Int { narrow.count + wide.count }

    package var memoryBytes: Int { narrow.capacity * 8 + wide.capacity * 32 }

    package mutating func add(_ number: Decimal) {
        let plain = number.normalized
        if plain.scale <= Self.scale {
            var value = plain.coefficient
            for _ in plain.scale..<Self.scale where value.magnitude < UInt128(1) << 100 {
                value *= 10
            }
            if value.magnitude < UInt128(1) << 62 {
                narrow.append(Int64(value))
                return
            }
        }
        wide.append(plain)
    }

    /// Adds numbers that are multiples of 10^-8.
    package mutating func add(scaled values: some Sequence<Int64>) {
        narrow.append(contentsOf: values)
    }

    package mutating func merge(_ other: ExactValues) {
        narrow.append(contentsOf: other.narrow)
        wide.append(contentsOf: other.wide)
    }

    /// The values in order, ready to be asked for any rank.
    package consuming func sorted() -> Sorted {
        narrow.sort()
        wide.sort()
        return Sorted(narrow: narrow, wide: wide)
    }

    package struct Sorted: Sendable {
        fileprivate let narrow: [Int64]
        fileprivate let wide: [Decimal]

        var count: Int { narrow.count + wide.count }

        /// The value of a rank, from 0.
        func value(at rank: Int) -> Decimal? {
            guard rank >= 0, rank < count else { return nil }
            // How many of the narrow ones come before it: the most for which that still holds.
            var low = max(0, rank - wide.count)
            var high = min(rank, narrow.count)
            while low < high {
                let middle = (low + high) / 2
                let other = rank - middle - 1
                if other < 0 || number(middle) < wide[other] {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            let fromWide = rank - low
            guard low < narrow.count else { return wide[fromWide].normalized }
            guard fromWide < wide.count else { return number(low).normalized }
            return min(number(low), wide[fromWide]).normalized
        }

        private func number(_ place: Int) -> Decimal {
            Decimal(coefficient: Int128(narrow[place]), scale: ExactValues.scale) ?? .zero
        }

        /// By nearest rank: the smallest value that is not below `percent` of all.
        func percentile(_ percent: Int) -> Decimal? {
            let (quotient, remainder) = (count / 100, count % 100)
            let rank = quotient * percent + (remainder * percent + 99) / 100
            return value(at: max(rank, 1) - 1)
        }

        /// The value in the middle, or the mean of the two there.
        var median: Decimal? {
            guard count > 0, count % 2 == 0 else { return value(at: count / 2) }
            guard let first = value(at: count / 2 - 1), let second = value(at: count / 2) else {
                return nil
            }
            var sum = ExactSum()
            sum.add(first)
            sum.add(second)
            return sum.average(of: 2)
        }
    }
}
