// SPDX-License-Identifier: Apache-2.0

import Parquet
import Records

/// The group of each chosen row of a row group, as small numbers that mean something only here.
struct VectorGroups {
    /// By row; of rows that are not chosen anything. Empty when all rows are one group.
    private(set) var groups: [UInt32] = []
    /// The key of each group.
    private(set) var keys: [[Cell]] = [[]]

    var count: Int { keys.count }

    @inline(__always)
    func group(_ row: Int) -> Int { groups.isEmpty ? 0 : Int(groups[row]) }

    /// One part of a key: a number for each row, and what the numbers mean.
    struct Part {
        var codes: [UInt32]
        var cells: [Cell]
    }

    /// All rows in one group.
    init() {}

    /// Groups by several parts.
    init(_ parts: [Part], chosen: VectorMask) {
        guard let first = parts.first else { return }
        groups = first.codes
        var combined = first.cells.map { [$0] }
        for part in parts.dropFirst() {
            Self.combine(&groups, &combined, part, chosen)
        }
        // Only groups that have rows.
        let seen = [Bool](unsafeUninitializedCapacity: combined.count) { seen, count in
            seen.initialize(repeating: false)
            groups.withUnsafeBufferPointer { groups in
                chosen.forEach { seen[Int(groups[$0])] = true }
            }
            count = combined.count
        }
        if seen.allSatisfy({ $0 }) {
            keys = combined
            return
        }
        var numbers = [UInt32](repeating: 0, count: combined.count)
        keys = []
        for (old, key) in combined.enumerated() where seen[old] {
            numbers[old] = UInt32(keys.count)
            keys.append(key)
        }
        groups.withUnsafeMutableBufferPointer { groups in
            chosen.forEach { groups[$0] = numbers[Int(groups[$0])] }
        }
    }

    private static func combine(
        _ groups: inout [UInt32], _ keys: inout [[Cell]], _ part: Part, _ chosen: VectorMask
    ) {
        let width = part.cells.count
        var known: [UInt64: UInt32] = [:]
        var table: [UInt32] = []
        let isSmall = keys.count * width <= 1 << 16
        if isSmall { table = [UInt32](repeating: .max, count: keys.count * width) }
        var next: [[Cell]] = []
        groups.withUnsafeMutableBufferPointer { groups in
            chosen.forEach { row in
                let pair = UInt64(groups[row]) * UInt64(width) + UInt64(part.codes[row])
                let found = isSmall ? table[Int(pair)] : known[pair] ?? .max
                if found != .max {
                    groups[row] = found
                    return
                }
                let number = UInt32(next.count)
                next.append(keys[Int(groups[row])] + [part.cells[Int(part.codes[row])]])
                if isSmall { table[Int(pair)] = number } else { known[pair] = number }
                groups[row] = number
            }
        }
        keys = next
    }
}

extension VectorGroups.Part {
    /// Rows by a column's value; code 0 is for rows without one. `cell` says what a text groups by,
    /// `number` what a whole number does.
    init(
        _ column: VectorColumn?, rows: Int, chosen: VectorMask,
        text cell: (UnsafeBufferPointer<UInt8>) -> Cell, number: (Int64) -> Cell
    ) {
        codes = [UInt32](repeating: 0, count: rows)
        cells = [.none]
        guard let column else { return }
        switch column.values {
        case .dictionary(let codes, .strings(let entries)):
            cells += entries.map(cell)
            take(codes, column, chosen)
        case .dictionary(let codes, .int64s(let entries)):
            cells += entries.map(number)
            take(codes, column, chosen)
        case .strings(let strings):
            take(strings, column, chosen, cell)
        case .int64s(let values):
            takeNumbers(column, chosen, { values[$0] }, number)
        case .int32s(let values):
            takeNumbers(column, chosen, { Int64(values[$0]) }, number)
        default: break
        }
    }

    /// Rows by what a whole number makes, such as the bucket of an instant.
    init(
        _ column: VectorColumn, chosen: VectorMask, key: (Int64) -> Int64, cell: (Int64) -> Cell
    ) {
        codes = [UInt32](repeating: 0, count: column.rows)
        cells = [.none]
        switch column.values {
        case .int64s(let values):
            takeNumbers(column, chosen, { key(values[$0]) }, cell)
        case .dictionary(let codes, .int64s(let entries)):
            let keys = entries.map(key)
            takeNumbers(column, chosen, { keys[Int(codes[$0])] }, cell)
        default: break
        }
    }

    private mutating func take(_ from: [UInt32], _ column: VectorColumn, _ chosen: VectorMask) {
        codes.withUnsafeMutableBufferPointer { codes in
            from.withUnsafeBufferPointer { from in
                column.forEach(in: chosen) { row, dense in codes[row] = from[dense] &+ 1 }
            }
        }
    }

    private mutating func take(
        _ strings: ByteStrings, _ column: VectorColumn, _ chosen: VectorMask,
        _ cell: (UnsafeBufferPointer<UInt8>) -> Cell
    ) {
        var known: [[UInt8]: UInt32] = [:]
        strings.withUnsafe { text in
            column.forEach(in: chosen) { row, dense in
                let bytes = Array(text(dense))
                if let code = known[bytes] {
                    codes[row] = code
                } else {
                    codes[row] = UInt32(cells.count)
                    known[bytes] = UInt32(cells.count)
                    cells.append(cell(text(dense)))
                }
            }
        }
    }

    private mutating func takeNumbers(
        _ column: VectorColumn, _ chosen: VectorMask, _ value: (Int) -> Int64,
        _ cell: (Int64) -> Cell
    ) {
        var known: [Int64: UInt32] = [:]
        // Neighbours are often equal: buckets of time.
        var last: (value: Int64, code: UInt32)?
        column.forEach(in: chosen) { row, dense in
            let value = value(dense)
            if let last, last.value == value {
                codes[row] = last.code
                return
            }
            var code = known[value] ?? 0
            if code == 0 {
                code = UInt32(cells.count)
                known[value] = code
                cells.append(cell(value))
            }
            codes[row] = code
            last = (value, code)
        }
    }
}
