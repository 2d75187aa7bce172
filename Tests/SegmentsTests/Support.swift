// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

/// The row group of some lines.
func encode(_ lines: [[UInt8]], day: DayColumns = DayColumns()) throws -> SegmentRowGroup {
    let encoder = SegmentEncoder(day: day)
    for line in lines { line.withUnsafeBufferPointer { encoder.append(line: $0) } }
    return try encoder.finish()
}

func encode(_ lines: [String]) throws -> SegmentRowGroup {
    try encode(lines.map { Array($0.utf8) })
}

/// The lines of a row group.
func rebuild(_ group: SegmentRowGroup) throws -> [[UInt8]] {
    var rebuilder = try LineRebuilder(group.schema, rows: group.rows) { group.columns[$0] }
    var batch = LineBatch()
    for row in 0..<group.rows { try rebuilder.rebuild(row, into: &batch) }
    return (0..<batch.count).map { Array(batch.line($0)) }
}

func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

/// A column's values as text, nil where a row has none.
func column(_ name: String, of group: SegmentRowGroup) throws -> [String?] {
    let position = try #require(group.schema.index(of: name), "no column \(name)")
    let vector = group.columns[position]
    var values: [String] = []
    func append(_ from: ColumnValues) {
        switch from {
        case .int64s(let numbers): values = numbers.map { "\($0)" }
        case .strings(let strings):
            values = (0..<strings.count).map { String(decoding: strings[$0], as: UTF8.self) }
        case .fixed(let fixed):
            values = (0..<fixed.count).map { row in
                "\(fixed[row].reduce(Int128(0)) { $0 &<< 8 | Int128($1) })"
            }
        case .dictionary(let codes, let dictionary):
            append(dictionary)
            let entries = values
            values = codes.map { entries[Int($0)] }
        default: values = []
        }
    }
    append(vector.values)
    var iterator = values.makeIterator()
    return (0..<vector.count).map { row in
        vector.presence.map { $0[row] == 1 } ?? true ? iterator.next() : nil
    }
}
