// SPDX-License-Identifier: Apache-2.0

import Parquet

/// A column of a row group, or of some of its rows, with what it takes to go between rows and dense
/// values.
struct VectorColumn: Sendable {
    let rows: Int
    /// Rows that have a value; nil when all do.
    let present: VectorMask?
    let values: ColumnValues

    init(_ vector: ColumnVector) {
        rows = vector.count
        present = vector.presence.map { VectorMask(nonzero: $0) }
        values = vector.values
    }

    /// Some rows of a row group of `count`, one range behind the other; the others seem to have no
    /// value.
    init(_ vector: ColumnVector, rows ranges: [Range<Int>], of count: Int) {
        rows = count
        values = vector.values
        var mask = VectorMask(count: count)
        if let presence = vector.presence {
            var from = 0
            for range in ranges {
                mask.set(range, nonzero: presence, from: from)
                from += range.count
            }
        } else {
            for range in ranges { mask.set(range, to: true) }
        }
        present = mask
    }

    /// The rows that have a value.
    var presence: VectorMask { present ?? VectorMask(count: rows, all: true) }

    /// The rows whose value, by its dense position, passes.
    @inline(__always)
    func rows(where passes: (Int) -> Bool) -> VectorMask {
        var mask = VectorMask(count: rows)
        guard let present else {
            mask.fill { row, length in
                var word: UInt64 = 0
                for bit in 0..<length {
                    word |= (passes(row &+ bit) ? 1 : 0) << UInt64(truncatingIfNeeded: bit)
                }
                return word
            }
            return mask
        }
        var dense = 0
        present.words.withUnsafeBufferPointer { words in
            mask.fill { row, _ in
                var rest = words[row >> 6]
                var word: UInt64 = 0
                while rest != 0 {
                    if passes(dense) { word |= rest & (0 &- rest) }
                    dense &+= 1
                    rest &= rest &- 1
                }
                return word
            }
        }
        return mask
    }

    /// Calls `body` with each chosen row that has a value, and the value's dense position.
    @inline(__always)
    func forEach<Failure: Error>(
        in chosen: VectorMask, _ body: (_ row: Int, _ dense: Int) throws(Failure) -> Void
    ) throws(Failure) {
        guard let present else {
            try chosen.forEach { (row) throws(Failure) in try body(row, row) }
            return
        }
        var before = 0
        for index in present.words.indices {
            let here = present.words[index]
            var word = here & chosen.words[index]
            if word == here {
                // All that have a value are chosen: they follow each other, nothing to be counted.
                var dense = before
                while word != 0 {
                    try body(index &* 64 &+ word.trailingZeroBitCount, dense)
                    dense &+= 1
                    word &= word &- 1
                }
                before = dense
                continue
            }
            while word != 0 {
                let bit = UInt64(truncatingIfNeeded: word.trailingZeroBitCount)
                let earlier = (here & ((1 << bit) &- 1)).nonzeroBitCount
                try body(index &* 64 &+ Int(bit), before &+ earlier)
                word &= word &- 1
            }
            before &+= here.nonzeroBitCount
        }
    }

    /// The rows of values that a range of numbers holds.
    func rows(between lowest: Int64, and highest: Int64) -> VectorMask {
        guard lowest <= highest else { return VectorMask(count: rows) }
        switch values {
        case .int64s(let values):
            return values.withUnsafeBufferPointer { values in
                rows { values[$0] >= lowest && values[$0] <= highest }
            }
        case .int32s(let values):
            return values.withUnsafeBufferPointer { values in
                rows { Int64(values[$0]) >= lowest && Int64(values[$0]) <= highest }
            }
        case .dictionary(let codes, .int64s(let entries)):
            return rows(codes, in: entries.map { $0 >= lowest && $0 <= highest })
        default:
            return VectorMask(count: rows)
        }
    }

    /// The rows whose code passes: one look-up a value, and none when all codes answer alike.
    func rows(_ codes: [UInt32], in table: [Bool]) -> VectorMask {
        if !table.contains(true) { return VectorMask(count: rows) }
        if !table.contains(false) { return presence }
        if present == nil { return VectorMask(nonzero: Self.answers(codes, table)) }
        return codes.withUnsafeBufferPointer { codes in
            table.withUnsafeBufferPointer { table in
                rows { table[Int(codes[$0])] }
            }
        }
    }

    /// 1 for each code that passes, else 0. A byte a row, which compilers make vectors of where one
    /// code alone passes, and which becomes bits eight at a time.
    private static func answers(_ codes: [UInt32], _ table: [Bool]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: codes.count) { answers, count in
            count = codes.count
            codes.withUnsafeBufferPointer { codes in
                if let only = table.firstIndex(of: true), table.lastIndex(of: true) == only {
                    let wanted = UInt32(truncatingIfNeeded: only)
                    for row in codes.indices { answers[row] = codes[row] == wanted ? 1 : 0 }
                    return
                }
                table.withUnsafeBufferPointer { table in
                    for row in codes.indices {
                        answers[row] = table[Int(codes[row])] ? 1 : 0
                    }
                }
            }
        }
    }
}
