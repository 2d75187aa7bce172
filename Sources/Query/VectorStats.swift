// SPDX-License-Identifier: Apache-2.0

import Parquet
import Records

/// Puts the values of a column into the slots of a table, a whole row group at a time.
///
/// Does what `StatsTable.add` does with one record after the other: sums stay exact, since a row
/// group's numbers of 64 bits never overflow 128.
struct VectorStats {
    let groups: VectorGroups
    /// Where the groups stand in the table.
    private let places: [Int]
    let chosen: VectorMask

    init(
        _ groups: VectorGroups, _ chosen: VectorMask, in table: inout StatsTable
    ) throws(QueryError) {
        self.groups = groups
        self.chosen = chosen
        var places: [Int] = []
        for key in groups.keys { places.append(try table.group(key)) }
        self.places = places
        table.add(matched: UInt64(chosen.chosen))
    }

    /// Counts records, or those that have a value.
    func count(_ present: VectorMask?, slot: Int, _ table: inout StatsTable) throws(QueryError) {
        var counts = [UInt64](repeating: 0, count: groups.count)
        var rows = chosen
        if let present { rows &= present }
        if groups.count == 1 {
            counts[0] = UInt64(rows.chosen)
        } else {
            counts.withUnsafeMutableBufferPointer { counts in
                rows.forEach { counts[groups.group($0)] &+= 1 }
            }
        }
        for (group, count) in counts.enumerated() where count > 0 {
            try table.update(places[group], slot) {
                $0.add(count: count)
                return 0
            }
        }
    }

    // MARK: - Whole numbers

    /// What the whole numbers of a column are.
    enum Number {
        /// Multiples of 10^-scale.
        case decimal(scale: Int)
        case instant

        func cell(_ value: Int64) -> Cell {
            switch self {
            case .decimal(let scale):
                Decimal(coefficient: Int128(value), scale: scale).map { .number($0) } ?? .none
            case .instant: .instant(Timestamp(microseconds: value))
            }
        }

        /// What a group or a set of distinct values has.
        func grouped(_ value: Int64) -> Cell {
            if case .number(let number) = cell(value) { return .number(number.normalized) }
            return cell(value)
        }
    }

    func add(
        _ column: VectorColumn, _ number: Number, _ kind: Accumulator.Kind, slot: Int,
        _ table: inout StatsTable
    ) throws(QueryError) {
        switch column.values {
        case .int64s(let values):
            try values.withUnsafe { (values) throws(QueryError) in
                try add(column, number, kind, slot, &table) { values[$0] }
            }
        case .dictionary(let codes, .int64s(let entries)):
            try codes.withUnsafe { (codes) throws(QueryError) in
                try entries.withUnsafe { (entries) throws(QueryError) in
                    try add(column, number, kind, slot, &table) { entries[Int(codes[$0])] }
                }
            }
        default:
            throw QueryError(
                .unreadable,
                "A column of numbers holds something else. `daybook verify` tells more.")
        }
    }

    @inline(__always)
    private func add(
        _ column: VectorColumn, _ number: Number, _ kind: Accumulator.Kind, _ slot: Int,
        _ table: inout StatsTable, _ value: (Int) -> Int64
    ) throws(QueryError) {
        switch (kind, number) {
        case (.count, _): try count(column.presence, slot: slot, &table)
        case (.sum, .decimal(let scale)):
            let sums = sum(column, value)
            for (group, sum) in sums.enumerated() where sum.count > 0 {
                try table.update(places[group], slot) {
                    $0.add(sum: sum.sum, scale: scale, count: sum.count)
                    return 0
                }
            }
        case (.extremes, _):
            for (group, found) in extremes(column, value).enumerated() where found.count > 0 {
                try table.update(places[group], slot) {
                    $0.add(
                        least: number.cell(found.least), most: number.cell(found.most),
                        count: found.count)
                    return 0
                }
            }
        case (.values, .decimal(8)):
            var lists = [[Int64]](repeating: [], count: groups.count)
            column.forEach(in: chosen) { row, dense in
                lists[groups.group(row)].append(value(dense))
            }
            for (group, list) in lists.enumerated() where !list.isEmpty {
                try table.update(places[group], slot) {
                    $0.add(scaledValues: list)
                    return list.count * 16
                }
            }
        case (.distinct, _):
            try distinct(column, slot, &table, value) { number.grouped($0) }
        default:
            try column.forEach(in: chosen) { (row, dense) throws(QueryError) in
                let cell = number.cell(value(dense))
                try table.update(places[groups.group(row)], slot) { $0.add(cell) }
            }
        }
    }

    private struct Sum {
        var sum: Int128 = 0
        var count: UInt64 = 0
    }

    @inline(__always)
    private func sum(_ column: VectorColumn, _ value: (Int) -> Int64) -> [Sum] {
        var sums = [Sum](repeating: Sum(), count: groups.count)
        if groups.count == 1 {
            // Halves add up without carries: 2^31 of them fit.
            var low: UInt64 = 0
            var high: Int64 = 0
            var count: UInt64 = 0
            @inline(__always)
            func add(_ value: Int64) {
                low &+= UInt64(UInt32(truncatingIfNeeded: value))
                high &+= value >> 32
            }
            if column.presence.isSubset(of: chosen) {
                for dense in 0..<column.values.count { add(value(dense)) }
                count = UInt64(column.values.count)
            } else {
                column.forEach(in: chosen) { _, dense in
                    add(value(dense))
                    count &+= 1
                }
            }
            sums[0] = Sum(sum: Int128(high) << 32 + Int128(low), count: count)
            return sums
        }
        sums.withUnsafeMutableBufferPointer { sums in
            groups.groups.withUnsafeBufferPointer { groups in
                column.forEach(in: chosen) { row, dense in
                    let group = Int(groups[row])
                    sums[group].sum &+= Int128(value(dense))
                    sums[group].count &+= 1
                }
            }
        }
        return sums
    }

    @inline(__always)
    private func extremes(
        _ column: VectorColumn, _ value: (Int) -> Int64
    ) -> [(least: Int64, most: Int64, count: UInt64)] {
        var found = [(least: Int64, most: Int64, count: UInt64)](
            repeating: (.max, .min, 0), count: groups.count)
        column.forEach(in: chosen) { row, dense in
            let value = value(dense)
            let group = groups.group(row)
            found[group].least = min(found[group].least, value)
            found[group].most = max(found[group].most, value)
            found[group].count &+= 1
        }
        return found
    }

    @inline(__always)
    private func distinct<Value: Hashable>(
        _ column: VectorColumn, _ slot: Int, _ table: inout StatsTable,
        _ value: (Int) -> Value, _ cell: (Value) -> Cell
    ) throws(QueryError) {
        var counts = [UInt64](repeating: 0, count: groups.count)
        var seen = [Set<Value>](repeating: [], count: groups.count)
        column.forEach(in: chosen) { row, dense in
            let group = groups.group(row)
            counts[group] &+= 1
            seen[group].insert(value(dense))
        }
        for group in seen.indices where counts[group] > 0 {
            try table.update(places[group], slot) { accumulator in
                var bytes = 0
                for value in seen[group] { bytes += accumulator.add(cell(value)) }
                // Each value was counted once by adding it.
                accumulator.add(count: counts[group] - UInt64(seen[group].count))
                return bytes
            }
        }
    }

    // MARK: - Texts

    /// A column of texts. `cell` says what a text counts as.
    func add(
        texts column: VectorColumn, _ kind: Accumulator.Kind, slot: Int, _ table: inout StatsTable,
        _ cell: (UnsafeBufferPointer<UInt8>) -> Cell
    ) throws(QueryError) {
        if kind == .count { return try count(column.presence, slot: slot, &table) }
        switch column.values {
        case .dictionary(let codes, .strings(let entries)):
            let cells = entries.map(cell)
            if kind == .distinct {
                return try distinct(column, slot, &table, { codes[$0] }, { cells[Int($0)] })
            }
            try column.forEach(in: chosen) { (row, dense) throws(QueryError) in
                let cell = cells[Int(codes[dense])]
                try table.update(places[groups.group(row)], slot) { $0.add(cell) }
            }
        case .strings(let strings):
            try strings.withUnsafe { (text) throws(QueryError) in
                try column.forEach(in: chosen) { (row, dense) throws(QueryError) in
                    let cell = cell(text(dense))
                    try table.update(places[groups.group(row)], slot) { $0.add(cell) }
                }
            }
        default:
            throw QueryError(
                .unreadable, "A column of texts holds something else. `daybook verify` tells more.")
        }
    }
}

extension Array {
    /// Lends the elements, with errors of one type passed on.
    @inline(__always)
    func withUnsafe<Value, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try withUnsafeBufferPointer { (buffer) throws(Failure) in try body(buffer) }
    }
}
