// SPDX-License-Identifier: Apache-2.0

import Records

/// A whole number of 384 bits, for sums: 2^64 values of 38 digits, brought to 38 digits after the
/// point, need 318. It never overflows there, so the order of adding does not matter.
struct WideNumber: Sendable, Equatable {
    /// Two's complement, the lowest limb first; nil for 0, which most sums stay at.
    private var limbs: [UInt64]?

    private static let count = 6

    init() {}

    var isZero: Bool { limbs == nil }

    /// Adds `value` × 10^`power`, for powers of 0 to 38.
    mutating func add(_ value: Int128, timesTenTo power: Int) {
        guard value != 0 else { return }
        let magnitude = value.magnitude
        var product = [UInt64](repeating: 0, count: Self.count)
        product[0] = UInt64(truncatingIfNeeded: magnitude)
        product[1] = UInt64(truncatingIfNeeded: magnitude >> 64)
        var left = power
        while left > 0 {
            let step = min(left, 19)
            Self.multiply(&product, by: Self.tenTo(step))
            left -= step
        }
        if value < 0 { Self.negate(&product) }
        add(product)
    }

    mutating func add(_ other: WideNumber) {
        if let limbs = other.limbs { add(limbs) }
    }

    private mutating func add(_ other: [UInt64]) {
        var sum = limbs ?? [UInt64](repeating: 0, count: Self.count)
        limbs = nil
        var carry: UInt64 = 0
        for place in 0..<Self.count {
            let (first, one) = sum[place].addingReportingOverflow(other[place])
            let (second, two) = first.addingReportingOverflow(carry)
            sum[place] = second
            carry = one || two ? 1 : 0
        }
        limbs = sum.allSatisfy { $0 == 0 } ? nil : sum
    }

    /// The number divided by `divisor` × 10^20, rounded to the nearest whole number, a tie to the
    /// even one; nil when that needs more than 127 bits.
    func divided(by divisor: UInt64, dropping twenty: Bool) -> Int128? {
        guard divisor > 0, var rest = limbs else { return 0 }
        let isNegative = rest[Self.count - 1] >> 63 == 1
        if isNegative { Self.negate(&rest) }
        var fraction: UInt128 = 0
        if twenty {
            let low = Self.divide(&rest, by: Self.tenTo(10))
            let high = Self.divide(&rest, by: Self.tenTo(10))
            fraction = UInt128(high) * UInt128(Self.tenTo(10)) + UInt128(low)
        }
        let remainder = Self.divide(&rest, by: divisor)
        guard rest[2...].allSatisfy({ $0 == 0 }), rest[1] >> 63 == 0 else { return nil }
        var quotient = UInt128(rest[1]) << 64 | UInt128(rest[0])
        let unit = UInt128(Self.tenTo(10)) * UInt128(Self.tenTo(10))
        let half = divisor / 2
        let isAbove: Bool
        let isTie: Bool
        if divisor % 2 == 0 {
            isAbove = remainder > half || (remainder == half && fraction > 0)
            isTie = remainder == half && fraction == 0
        } else {
            isAbove = remainder > half || (remainder == half && fraction * 2 > unit)
            isTie = remainder == half && fraction * 2 == unit
        }
        if isAbove || (isTie && quotient & 1 == 1) { quotient += 1 }
        guard let value = Int128(exactly: quotient) else { return nil }
        return isNegative ? -value : value
    }

    /// The number as a decimal of 38 digits after the point, with as few as it needs; nil when
    /// that is more than 38 digits.
    var decimal: Decimal? {
        guard var rest = limbs else { return .zero }
        let isNegative = rest[Self.count - 1] >> 63 == 1
        if isNegative { Self.negate(&rest) }
        var scale = 38
        while scale > 0 {
            var next = rest
            guard Self.divide(&next, by: 10) == 0 else { break }
            rest = next
            scale -= 1
        }
        guard rest[2...].allSatisfy({ $0 == 0 }), rest[1] >> 63 == 0 else { return nil }
        let magnitude = Int128(UInt128(rest[1]) << 64 | UInt128(rest[0]))
        return Decimal(coefficient: isNegative ? -magnitude : magnitude, scale: scale)
    }

    // MARK: - Limbs

    private static func tenTo(_ power: Int) -> UInt64 {
        (0..<power).reduce(1) { product, _ in product * 10 }
    }

    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
        var carry: UInt64 = 0
        for place in limbs.indices {
            let (high, low) = limbs[place].multipliedFullWidth(by: factor)
            let (sum, isOver) = low.addingReportingOverflow(carry)
            limbs[place] = sum
            carry = high &+ (isOver ? 1 : 0)
        }
    }

    private static func divide(_ limbs: inout [UInt64], by divisor: UInt64) -> UInt64 {
        var remainder: UInt64 = 0
        for place in limbs.indices.reversed() {
            (limbs[place], remainder) = divisor.dividingFullWidth((remainder, limbs[place]))
        }
        return remainder
    }

    private static func negate(_ limbs: inout [UInt64]) {
        var carry: UInt64 = 1
        for place in limbs.indices {
            let (sum, isOver) = (~limbs[place]).addingReportingOverflow(carry)
            limbs[place] = sum
            carry = isOver ? 1 : 0
        }
    }
}
