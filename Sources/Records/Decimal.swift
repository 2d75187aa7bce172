// SPDX-License-Identifier: Apache-2.0

/// An exact decimal number: a coefficient of at most 38 digits and 0 to 38 digits after the point.
///
/// For prices, sizes and fees. There is no way in from a binary float. `1.5` and `1.50` are equal
/// and hash alike, but each keeps the digits it was given: `"1.50"` is written as `1.50`. In a
/// record a decimal is a string, so no reader turns it into a float by accident.
public struct Decimal: Sendable {
    /// The digits without the point; its magnitude is below 10^38.
    @usableFromInline package let coefficient: Int128
    /// Digits after the point, 0 to 38.
    public let scale: Int

    /// `coefficient` × 10^-`scale`; `nil` outside the limits of the type.
    package init?(coefficient: Int128, scale: Int) {
        guard coefficient.magnitude < Self.bound, scale >= 0, scale <= Limits.decimalScaleMax else {
            return nil
        }
        self.coefficient = coefficient
        self.scale = scale
    }

    /// A whole number.
    public init(_ integer: Int64) {
        coefficient = Int128(integer)
        scale = 0
    }

    private init(trusted coefficient: Int128, _ scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    /// 0.
    public static let zero = Decimal(0)

    /// Whether it is less than zero.
    public var isNegative: Bool { coefficient < 0 }

    /// Whether it is zero.
    public var isZero: Bool { coefficient == 0 }

    /// The number without its sign.
    public var magnitude: Decimal { Decimal(trusted: Swift.abs(coefficient), scale) }

    /// The same number with as few digits after the point as it needs.
    public var normalized: Decimal {
        var (coefficient, scale) = (coefficient, scale)
        while scale > 0, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        return Decimal(trusted: coefficient, scale)
    }

    /// 10^38: one more than the largest magnitude of a coefficient.
    static let bound: UInt128 = power(38)

    /// 10^37: below it there is room for one more digit.
    static let tenthOfBound: UInt128 = power(37)

    /// 10^exponent, for exponents of 0 to 38.
    static func power(_ exponent: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

// MARK: - Comparing

extension Decimal: Comparable, Hashable {
    /// Whether both are the same number, whatever their scales.
    public static func == (left: Decimal, right: Decimal) -> Bool {
        left.scale == right.scale
            ? left.coefficient == right.coefficient : order(left, right) == 0
    }

    /// Compares as numbers, whatever the scales.
    public static func < (left: Decimal, right: Decimal) -> Bool {
        left.scale == right.scale
            ? left.coefficient < right.coefficient : order(left, right) < 0
    }

    /// Hashes the number, not its digits: equal numbers hash alike.
    public func hash(into hasher: inout Hasher) {
        let plain = normalized
        hasher.combine(plain.coefficient)
        hasher.combine(plain.scale)
    }

    /// -1, 0 or 1. Brings the smaller scale up in 256 bits, so nothing can overflow.
    private static func order(_ left: Decimal, _ right: Decimal) -> Int {
        if left.coefficient.signum() != right.coefficient.signum() {
            return left.coefficient < right.coefficient ? -1 : 1
        }
        let up = power(Swift.abs(left.scale - right.scale))
        let a = left.coefficient.magnitude.multipliedFullWidth(
            by: left.scale < right.scale ? up : 1)
        let b = right.coefficient.magnitude.multipliedFullWidth(
            by: right.scale < left.scale ? up : 1)
        if a.high == b.high, a.low == b.low { return 0 }
        let less = (a.high, a.low) < (b.high, b.low)
        return less != left.isNegative ? -1 : 1
    }
}

// MARK: - Literals

extension Decimal: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A whole number in the source code.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// A number in the source code, `"150.25"`. Stops the program when the literal is no number:
    /// a literal is the program's own text, never input. For input use `init(_ text:)`.
    public init(stringLiteral value: String) {
        guard let parsed = Decimal(value) else {
            preconditionFailure("this literal is not a decimal number of at most 38 digits")
        }
        self = parsed
    }
}

extension Decimal: Codable {
    /// Reads a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let parsed = Decimal(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a decimal number of at most 38 digits")
        }
        self = parsed
    }

    /// Writes a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
