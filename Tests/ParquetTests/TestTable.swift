// SPDX-License-Identifier: Apache-2.0

import Parquet

/// Numbers that are the same in each run.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// How the values of a column are spread.
enum Spread: CaseIterable, Sendable {
    case constant
    case few
    case ascending
    case random
}

/// Columns of every type, with values to write.
enum TestTable {
    static let types: [(PhysicalType, LogicalType?)] = [
        (.boolean, nil), (.int32, nil), (.int32, .integer(bits: 32, isSigned: false)),
        (.int64, nil), (.int64, .decimal(precision: 18, scale: 8)),
        (.int64, .timestamp(.microseconds, isAdjustedToUTC: true)), (.double, nil),
        (.byteArray, .string), (.byteArray, .json), (.byteArray, nil),
        (.fixedLenByteArray(16), .decimal(precision: 38, scale: 18)),
        (.fixedLenByteArray(16), .uuid), (.fixedLenByteArray(3), nil),
    ]

    /// A column for each type and spread, required and optional.
    static func schema(_ spreads: [Spread] = Spread.allCases) throws -> Schema {
        var columns: [Column] = []
        for (index, type) in types.enumerated() {
            for spread in spreads {
                for isOptional in [false, true] {
                    columns.append(
                        Column(
                            "c\(index)_\(spread)_\(isOptional ? "optional" : "required")", type.0,
                            type.1, isOptional: isOptional))
                }
            }
        }
        return try Schema(columns)
    }

    static func columns(
        of schema: Schema, rows: Int, seed: UInt64 = 1
    ) -> [ColumnVector] {
        var random = TestRandom(seed)
        return schema.columns.map { column in
            let spread = Spread.allCases.first { column.name.contains("\($0)") } ?? .random
            var presence: [UInt8]?
            var count = rows
            if column.isOptional {
                let share = Int.random(in: 0...10, using: &random)
                let bytes = (0..<rows).map { _ in
                    UInt8(Int.random(in: 0..<10, using: &random) < share ? 1 : 0)
                }
                presence = share == 10 ? nil : bytes
                count = presence.map { $0.reduce(0) { $0 + Int($1) } } ?? rows
            }
            return ColumnVector(
                count: rows, presence: presence,
                values: values(column.physical, spread, count, &random))
        }
    }

    static func values(
        _ type: PhysicalType, _ spread: Spread, _ count: Int, _ random: inout TestRandom
    ) -> ColumnValues {
        let numbers: [UInt64] = (0..<count).map { index in
            switch spread {
            case .constant: 7
            case .few: UInt64.random(in: 0..<9, using: &random) &* 0x0123_4567_89AB_CDEF
            case .ascending: UInt64(index) * 3
            case .random: random.next()
            }
        }
        switch type {
        case .boolean: return .booleans(numbers.map { UInt8($0 & 1) })
        case .int32: return .int32s(numbers.map { Int32(truncatingIfNeeded: $0) })
        case .int64: return .int64s(numbers.map { Int64(bitPattern: $0) })
        case .double:
            return .doubles(
                numbers.map { spread == .random ? Double(bitPattern: $0) : Double($0) / 8 })
        case .byteArray:
            var strings = ByteStrings()
            for number in numbers {
                let text = number % 11 == 0 ? "" : "value \(number), \(number % 5)"
                Array(text.utf8).withUnsafeBytes { strings.append($0) }
            }
            return .strings(strings)
        case .fixedLenByteArray(let width):
            var data: [UInt8] = []
            for number in numbers {
                for byte in 0..<width {
                    data.append(UInt8(truncatingIfNeeded: number >> UInt64(byte % 8 * 8)))
                }
            }
            return .fixed(FixedByteStrings(width: width, data: data))
        }
    }

    /// A file of row groups, one after the other.
    static func file(
        _ schema: Schema, _ groups: [[ColumnVector]], _ options: WriterOptions = WriterOptions(),
        metadata: [KeyValue] = []
    ) throws -> [UInt8] {
        var writer = try ParquetWriter(to: MemorySink(), schema: schema, options: options)
        let encoder = try RowGroupEncoder(schema: schema, options: options)
        for group in groups { try writer.append(try encoder.encode(group)) }
        try writer.finish(metadata: metadata)
        return writer.sink.bytes
    }
}

extension ColumnVector {
    /// Each row's value as comparable bytes; nil where there is none.
    var rows: [[UInt8]?] {
        var next = 0
        return (0..<count).map { row in
            guard presence?[row] ?? 1 == 1 else { return nil }
            defer { next += 1 }
            return values.bytes(next)
        }
    }
}

extension ColumnValues {
    func bytes(_ index: Int) -> [UInt8] {
        switch self {
        case .booleans(let values): [values[index]]
        case .int32s(let values): withUnsafeBytes(of: values[index]) { Array($0) }
        case .int64s(let values): withUnsafeBytes(of: values[index]) { Array($0) }
        case .doubles(let values): withUnsafeBytes(of: values[index].bitPattern) { Array($0) }
        case .strings(let values): Array(values[index])
        case .fixed(let values): Array(values[index])
        case .dictionary(let codes, let values): values.bytes(Int(codes[index]))
        }
    }
}
