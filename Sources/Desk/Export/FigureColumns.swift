// SPDX-License-Identifier: Apache-2.0

import Parquet
import Query
import Records
import Segments

/// Rows of figures as columns. What a column's type cannot hold, such as a text among numbers
/// that records were grouped by, stands in a column `_text.` beside it.
struct FigureColumns {
    fileprivate struct Builder {
        let column: ResultColumn
        var presence: [UInt8] = []
        var integers: [Int64] = []
        var decimals = FixedByteStrings(width: 16)
        var texts = ByteStrings()
        var otherPresence: [UInt8] = []
        var others = ByteStrings()
    }

    private var builders: [Builder]
    private(set) var rows = 0

    private static let decimalScale = 18
    private static let decimalPrecision = 38

    init(_ columns: [ResultColumn]) {
        builders = columns.map { Builder(column: $0) }
    }

    mutating func append(_ row: [RecordValue?]) {
        rows += 1
        for (place, value) in row.enumerated() {
            guard let value, value.kind != .null else {
                builders[place].presence.append(0)
                builders[place].otherPresence.append(0)
                continue
            }
            let isTyped = builders[place].add(value.bytes)
            builders[place].presence.append(isTyped ? 1 : 0)
            builders[place].otherPresence.append(isTyped ? 0 : 1)
            if !isTyped { value.bytes.withUnsafeBytes { builders[place].others.append($0) } }
        }
    }

    func finish() -> ([Column], [ColumnVector]) {
        var columns: [Column] = []
        var vectors: [ColumnVector] = []
        for builder in builders {
            let name = builder.column.name
            let values: ColumnValues
            switch builder.column.kind {
            case .integer:
                columns.append(Column(name, .int64, .integer(bits: 64, isSigned: true)))
                values = .int64s(builder.integers)
            case .instant:
                columns.append(
                    Column(name, .int64, .timestamp(.microseconds, isAdjustedToUTC: true)))
                values = .int64s(builder.integers)
            case .decimal:
                columns.append(
                    Column(
                        name, .fixedLenByteArray(16),
                        .decimal(precision: Self.decimalPrecision, scale: Self.decimalScale)))
                values = .fixed(builder.decimals)
            case .text:
                columns.append(Column(name, .byteArray, .string))
                values = .strings(builder.texts)
            }
            vectors.append(ColumnVector(count: rows, presence: builder.presence, values: values))
            guard builder.others.count > 0 else { continue }
            columns.append(Column(SegmentVocabulary.textName(name), .byteArray, .string))
            vectors.append(
                ColumnVector(
                    count: rows, presence: builder.otherPresence, values: .strings(builder.others)))
        }
        return (columns, vectors)
    }
}

extension FigureColumns.Builder {
    /// Adds a value where the column's type holds it exactly.
    fileprivate mutating func add(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        switch column.kind {
        case .text:
            bytes.withUnsafeBytes { texts.append($0) }
            return true
        case .integer:
            guard let number = Int64(text) else { return false }
            integers.append(number)
            return true
        case .instant:
            guard let instant = Timestamp(text) else { return false }
            integers.append(instant.microseconds)
            return true
        case .decimal:
            guard let number = Decimal(text)?.normalized, number.scale <= 18 else { return false }
            var unscaled = number.coefficient
            for _ in number.scale..<18 {
                let (product, isOver) = unscaled.multipliedReportingOverflow(by: 10)
                guard !isOver else { return false }
                unscaled = product
            }
            guard Decimal(coefficient: unscaled, scale: 0) != nil else { return false }
            withUnsafeBytes(of: unscaled.bigEndian) { decimals.data.append(contentsOf: $0) }
            return true
        }
    }
}
