// SPDX-License-Identifier: Apache-2.0

package import Records

/// An exact sum of decimals, the same whatever the order and however it was split.
package struct ExactSum: Sendable {
    /// The sum is `low` × 10^-`scale` + `high` × 10^-38. `low` takes what fits, which is nearly
    /// always everything.
    private var low: Int128 = 0
    private var scale = 0
    private var high = WideNumber()

    package init() {}

    package mutating func add(_ number: Decimal) {
        add(number.coefficient, scale: number.scale)
    }

    /// Adds `coefficient` × 10^-`scale`: a number, or a sum of a column's numbers. Scales are 0 to
    /// 38, magnitudes below 10^38.
    package mutating func add(_ coefficient: Int128, scale: Int) {
        if scale == self.scale {
            let (sum, isOver) = low.addingReportingOverflow(coefficient)
            if !isOver, sum.magnitude < Self.bound {
                low = sum
                return
            }
        } else if scale > self.scale {
            if let raised = Self.raise(low, by: scale - self.scale) {
                low = raised
            } else {
                spill()
            }
            self.scale = scale
            return add(coefficient, scale: scale)
        } else if let raised = Self.raise(coefficient, by: self.scale - scale) {
            return add(raised, scale: self.scale)
        }
        high.add(coefficient, timesTenTo: 38 - scale)
    }

    package mutating func merge(_ other: ExactSum) {
        high.add(other.high)
        add(other.low, scale: other.scale)
    }

    private mutating func spill() {
        high.add(low, timesTenTo: 38 - scale)
        low = 0
    }

    /// The sum with as few digits after the point as it needs; nil when it needs more than 38
    /// digits.
    package var value: Decimal? {
        guard !high.isZero else { return Decimal(coefficient: low, scale: scale)?.normalized }
        return whole.decimal
    }

    private var whole: WideNumber {
        var sum = high
        sum.add(low, timesTenTo: 38 - scale)
        return sum
    }

    /// The sum divided by `count`, rounded to 18 digits after the point, ties to the even digit;
    /// nil when that needs more than 38 digits.
    package func average(of count: UInt64) -> Decimal? {
        guard count > 0, let quotient = whole.divided(by: count, dropping: true) else { return nil }
        return Decimal(coefficient: quotient, scale: Limits.averageDigits)?.normalized
    }

    /// Below it a value stays one that `WideNumber` takes; far from where adding overflows.
    private static let bound: UInt128 = {
        (0..<38).reduce(1) { product, _ in product * 10 }
    }()

    private static func raise(_ value: Int128, by power: Int) -> Int128? {
        guard value != 0 else { return 0 }
        var value = value
        for _ in 0..<power {
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            guard !isOver else { return nil }
            value = product
        }
        return value.magnitude < bound ? value : nil
    }
}
