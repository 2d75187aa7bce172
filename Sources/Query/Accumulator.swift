// SPDX-License-Identifier: Apache-2.0

import Records

/// What is gathered of one field in one group; several figures may come from it. Merging those of
/// any split of the records gives what one pass over all gives.
package struct Accumulator: Sendable {
    /// What has to be gathered.
    package enum Kind: Sendable, Hashable {
        /// Records; of a field those that have a value.
        case count
        case sum
        case extremes
        case distinct
        case values
    }

    package let kind: Kind
    /// Records, or values that took part.
    package private(set) var count: UInt64 = 0
    /// Values that are no numbers where numbers are needed.
    package private(set) var skipped: UInt64 = 0
    private var sum = ExactSum()
    private var least: Cell = .none
    private var most: Cell = .none
    private var distinct: Set<Cell> = []
    private var values = ExactValues()

    package init(_ kind: Kind) { self.kind = kind }

    // MARK: - Adding

    /// Adds one value. For `distinct` it is what the field groups by, else what it is sorted by.
    /// - Returns: bytes of memory that it took, about.
    @discardableResult
    package mutating func add(_ cell: Cell) -> Int {
        if case .none = cell { return 0 }
        switch kind {
        case .count: count += 1
        case .sum:
            guard case .number(let number) = cell else {
                skipped += 1
                return 0
            }
            count += 1
            sum.add(number)
        case .extremes:
            count += 1
            take(cell)
        case .distinct:
            count += 1
            if distinct.insert(cell).inserted { return cell.memoryBytes }
        case .values:
            guard case .number(let number) = cell else {
                skipped += 1
                return 0
            }
            count += 1
            values.add(number)
            return 16
        }
        return 0
    }

    /// Adds records or values that only count.
    package mutating func add(count: UInt64) { self.count += count }

    /// Adds values that took no part.
    package mutating func add(skipped: UInt64) { self.skipped += skipped }

    /// Adds many numbers at once: their sum is `coefficient` × 10^-`scale`, its magnitude below
    /// 10^38.
    package mutating func add(sum coefficient: Int128, scale: Int, count: UInt64) {
        sum.add(coefficient, scale: scale)
        self.count += count
    }

    /// Adds the least and the most of many values.
    package mutating func add(least: Cell, most: Cell, count: UInt64) {
        guard count > 0 else { return }
        take(least)
        take(most)
        self.count += count
    }

    /// Adds numbers that are multiples of 10^-8.
    package mutating func add(scaledValues: some Collection<Int64>) {
        values.add(scaled: scaledValues)
        count += UInt64(scaledValues.count)
    }

    private mutating func take(_ cell: Cell) {
        // Numbers before texts: the least number stands beside the greatest number where a field
        // has both.
        guard least != .none else {
            (least, most) = (cell, cell)
            return
        }
        switch (Self.isText(cell), Self.isText(least)) {
        case (true, false): return
        case (false, true): (least, most) = (cell, cell)
        default:
            if cell < least { least = cell }
            if most < cell { most = cell }
        }
    }

    private static func isText(_ cell: Cell) -> Bool {
        if case .text = cell { true } else { false }
    }

    /// - Returns: bytes of memory that it took, about.
    @discardableResult
    package mutating func merge(_ other: Accumulator) -> Int {
        count += other.count
        skipped += other.skipped
        sum.merge(other.sum)
        for cell in [other.least, other.most] where cell != .none { take(cell) }
        values.merge(other.values)
        var bytes = other.values.count * 16
        for cell in other.distinct where distinct.insert(cell).inserted {
            bytes += cell.memoryBytes
        }
        return bytes
    }

    // MARK: - Figures

    /// The figures of one group.
    ///
    /// - Throws: `tooLarge` when a number needs more than 38 digits.
    package consuming func figures(_ functions: [Aggregate.Function]) throws(QueryError) -> [Cell] {
        let sorted = kind == .values ? values.sorted() : nil
        var cells: [Cell] = []
        for function in functions {
            switch function {
            case .count: cells.append(.number(Decimal(Int64(clamping: count))))
            case .sum: cells.append(try number(sum.value, function))
            case .average:
                cells.append(count == 0 ? .none : try number(sum.average(of: count), function))
            case .minimum: cells.append(Self.plain(least))
            case .maximum: cells.append(Self.plain(most))
            case .distinct: cells.append(.number(Decimal(Int64(distinct.count))))
            case .median:
                cells.append(count == 0 ? .none : try number(sorted?.median, function))
            case .percentile(let percent):
                cells.append(count == 0 ? .none : try number(sorted?.percentile(percent), function))
            }
        }
        return cells
    }

    private func number(_ value: Decimal?, _ function: Aggregate.Function) throws(QueryError)
        -> Cell
    {
        guard let value else {
            throw QueryError(.tooLarge, "this \(function.name) needs more than 38 digits")
        }
        return .number(value)
    }

    private static func plain(_ cell: Cell) -> Cell {
        if case .number(let number) = cell { .number(number.normalized) } else { cell }
    }
}
