// SPDX-License-Identifier: Apache-2.0

import Records

/// A field's test as columns can answer it: on bare texts, and as a range of whole numbers.
///
/// Says what `RowEvaluator` says about the same value; `unknown` where a column does not hold what
/// that needs.
struct VectorTest {
    let kind: FieldKind
    let test: FieldTest.Test

    init(_ field: FieldTest) {
        kind = field.path.kind
        test = field.test
    }

    enum Answer: UInt8 {
        case no, yes, unknown
    }

    // MARK: - Texts

    /// About a scalar's text, or the JSON of an array or object. Strings may look like JSON too, so
    /// what begins like it is not known.
    func answer(_ text: UnsafeBufferPointer<UInt8>) -> Answer {
        if case .exists = test { return .yes }
        if let first = text.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            return .unknown
        }
        switch test {
        case .exists: return .yes
        case .equals(let literal): return equals(text, literal) ? .yes : .no
        case .oneOf(let literals):
            return literals.contains { equals(text, $0) } ? .yes : .no
        case .phrase(let pattern): return pattern.isFound(in: text) ? .yes : .no
        case .pattern(let pattern): return pattern.matchesWhole(text) ? .yes : .no
        case .compare(let comparison, let literal):
            if let number = literal.number {
                return kind.number(text).map { comparison.holds($0, number) } ?? false ? .yes : .no
            }
            return comparison.holds(text, literal.bytes) ? .yes : .no
        }
    }

    private func equals(_ text: UnsafeBufferPointer<UInt8>, _ literal: Literal) -> Bool {
        if text.elementsEqual(literal.bytes) { return true }
        guard let number = literal.number, let value = kind.number(text) else { return false }
        return value == number
    }

    /// The only texts that can pass, when the test is about exact texts: what bloom filters and the
    /// ranges of chunks and pages can be asked for. Arrays and objects pass in other ways.
    var exactTexts: [[UInt8]]? {
        let literals: [Literal]
        switch test {
        case .equals(let literal): literals = [literal]
        case .oneOf(let several): literals = several
        default: return nil
        }
        guard literals.allSatisfy({ $0.number == nil && $0.instants == nil }) else { return nil }
        return literals.map(\.bytes)
    }

    // MARK: - Numbers

    /// The whole numbers that pass in a column of numbers with so many digits after the point;
    /// nil when the test is about the text.
    func ranges(scale: Int) -> [ClosedRange<Int64>]? {
        switch test {
        case .exists: return [.min ... .max]
        case .phrase, .pattern: return nil
        case .equals(let literal): return Self.exact(literal, scale).map { [$0] } ?? []
        case .oneOf(let literals): return literals.compactMap { Self.exact($0, scale) }
        case .compare(let comparison, let literal):
            guard let number = literal.number else { return nil }
            return Self.range(comparison, number, scale).map { [$0] } ?? []
        }
    }

    /// Nil for what no value of the column can be. A text that is no number is no value's text
    /// either: these are all numbers.
    private static func exact(_ literal: Literal, _ scale: Int) -> ClosedRange<Int64>? {
        guard let number = literal.number else { return nil }
        let (below, isExact) = floor(number, scale)
        guard isExact, let value = Int64(exactly: below) else { return nil }
        return value...value
    }

    private static func range(
        _ comparison: Comparison, _ number: Decimal, _ scale: Int
    ) -> ClosedRange<Int64>? {
        let (below, isExact) = floor(number, scale)
        let lowest: Int128
        let highest: Int128
        switch comparison {
        case .less: (lowest, highest) = (.min, isExact ? below - 1 : below)
        case .lessOrEqual: (lowest, highest) = (.min, below)
        case .greater: (lowest, highest) = (below + 1, .max)
        case .greaterOrEqual: (lowest, highest) = (isExact ? below : below + 1, .max)
        }
        let low = max(lowest, Int128(Int64.min))
        let high = min(highest, Int128(Int64.max))
        return low <= high ? Int64(low)...Int64(high) : nil
    }

    /// The number × 10^scale, rounded down, and whether nothing was lost. Beyond what 64 bits hold
    /// any value beyond them does.
    private static func floor(_ number: Decimal, _ scale: Int) -> (Int128, isExact: Bool) {
        let places = number.scale - scale
        if places <= 0 {
            let (product, overflow) = number.coefficient.multipliedReportingOverflow(
                by: power(min(38, -places)))
            if overflow {
                let far = Int128(Int64.max) * 4
                return (number.coefficient < 0 ? -far : far, true)
            }
            return (product, true)
        }
        let divisor = power(min(38, places))
        let (quotient, remainder) = number.coefficient.quotientAndRemainder(dividingBy: divisor)
        return (remainder < 0 ? quotient - 1 : quotient, remainder == 0)
    }

    private static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(1) { product, _ in product * 10 }
    }

    // MARK: - Instants

    /// The microseconds that pass in a column of instants; nil when the test is about the text.
    var instants: [ClosedRange<Int64>]? {
        switch test {
        case .exists: return [.min ... .max]
        case .phrase, .pattern: return nil
        case .equals(let literal): return literal.instants.map { Self.closed($0) }
        case .oneOf(let literals):
            var ranges: [ClosedRange<Int64>] = []
            for literal in literals {
                guard let instants = literal.instants else { return nil }
                ranges += Self.closed(instants)
            }
            return ranges
        case .compare(let comparison, let literal):
            guard let instants = literal.instants else { return nil }
            switch comparison {
            case .less: return Self.closed(.min, below: instants.lowerBound)
            case .lessOrEqual: return Self.closed(.min, below: instants.upperBound)
            case .greater: return [instants.upperBound ... .max]
            case .greaterOrEqual: return [instants.lowerBound ... .max]
            }
        }
    }

    private static func closed(_ range: Range<Int64>) -> [ClosedRange<Int64>] {
        closed(range.lowerBound, below: range.upperBound)
    }

    private static func closed(_ lowest: Int64, below end: Int64) -> [ClosedRange<Int64>] {
        end > lowest ? [lowest...(end - 1)] : []
    }
}
