// SPDX-License-Identifier: Apache-2.0

/// Why a calculation with decimals has no exact result.
public struct DecimalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Hashable, Sendable {
        /// The exact result needs more than 38 digits or more than 38 places after the point.
        case overflow
    }

    /// The kind of failure.
    public let code: Code

    package init(code: Code) { self.code = code }

    /// What happened and what to do.
    public var description: String {
        "the exact result needs more than 38 decimal digits; round or scale the operands first"
    }
}

extension Decimal {
    /// The exact sum, with the larger of both scales; throws `overflow` when it does not fit.
    public static func + (left: Decimal, right: Decimal) throws(DecimalError) -> Decimal {
        if let sum = aligned(left, right, { $0.addingReportingOverflow($1) }) { return sum }
        // Trailing zeros may be all that does not fit.
        let (left, right) = (left.normalized, right.normalized)
        guard let sum = aligned(left, right, { $0.addingReportingOverflow($1) }) else {
            throw DecimalError(code: .overflow)
        }
        return sum
    }

    /// The exact difference, with the larger of both scales; throws `overflow` when it does not
    /// fit.
    public static func - (left: Decimal, right: Decimal) throws(DecimalError) -> Decimal {
        try left + -right
    }

    /// The exact product, with the sum of both scales where that fits and fewer trailing zeros
    /// where it does not; throws `overflow` when there is no exact result.
    public static func * (left: Decimal, right: Decimal) throws(DecimalError) -> Decimal {
        var (high, low) = left.coefficient.magnitude.multipliedFullWidth(
            by: right.coefficient.magnitude)
        var scale = left.scale + right.scale
        while high > 0 || low >= bound || scale > Limits.decimalScaleMax {
            let (quotient, carry) = high.quotientAndRemainder(dividingBy: 10)
            let (rest, digit) = UInt128(10).dividingFullWidth((carry, low))
            guard digit == 0, scale > 0 else { throw DecimalError(code: .overflow) }
            (high, low) = (quotient, rest)
            scale -= 1
        }
        let negative = left.isNegative != right.isNegative
        guard
            let product = Decimal(
                coefficient: negative ? -Int128(low) : Int128(low), scale: scale)
        else { throw DecimalError(code: .overflow) }
        return product
    }

    /// The number with the opposite sign.
    public static prefix func - (number: Decimal) -> Decimal {
        Decimal(coefficient: -number.coefficient, scale: number.scale) ?? number
    }

    private static func aligned(
        _ left: Decimal, _ right: Decimal, _ add: (Int128, Int128) -> (Int128, Bool)
    ) -> Decimal? {
        let scale = max(left.scale, right.scale)
        guard let a = raised(left, to: scale), let b = raised(right, to: scale) else { return nil }
        let (sum, overflow) = add(a, b)
        return overflow ? nil : Decimal(coefficient: sum, scale: scale)
    }

    private static func raised(_ number: Decimal, to scale: Int) -> Int128? {
        let (raised, overflow) = number.coefficient.multipliedReportingOverflow(
            by: Int128(power(scale - number.scale)))
        return overflow ? nil : raised
    }
}
