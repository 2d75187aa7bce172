// SPDX-License-Identifier: Apache-2.0

/// parquet.thrift `LogicalType`, a union.
extension LogicalType {
    /// Nil for meanings that this library has no word for: the values are read as plain ones.
    static func read(
        _ reader: inout ThriftReader, _ field: ThriftReader.Field
    ) throws(ParquetError) -> LogicalType? {
        guard field.kind == .structure else { throw reader.damaged("A logical type is none") }
        var result: LogicalType?
        try reader.structure { (reader, field) throws(ParquetError) in
            guard field.kind == .structure else { return false }
            switch field.id {
            case 1:
                result = .string
                return false
            case 5: result = try decimal(&reader)
            case 8: result = try timestamp(&reader)
            case 10: result = try integer(&reader)
            case 12:
                result = .json
                return false
            case 14:
                result = .uuid
                return false
            default: return false
            }
            return true
        }
        return result
    }

    private static func decimal(_ reader: inout ThriftReader) throws(ParquetError) -> LogicalType {
        var scale = 0
        var precision = 0
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: scale = Int(try reader.int32(field))
            case 2: precision = Int(try reader.int32(field))
            default: return false
            }
            return true
        }
        return .decimal(precision: precision, scale: scale)
    }

    private static func timestamp(
        _ reader: inout ThriftReader
    ) throws(ParquetError) -> LogicalType? {
        var isAdjusted = false
        var unit: TimestampUnit?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1:
                isAdjusted = try reader.bool(field)
                return true
            case 2 where field.kind == .structure:
                try reader.structure { (_, field) throws(ParquetError) in
                    switch field.id {
                    case 1: unit = .milliseconds
                    case 2: unit = .microseconds
                    case 3: unit = .nanoseconds
                    default: break
                    }
                    return false
                }
                return true
            default: return false
            }
        }
        return unit.map { .timestamp($0, isAdjustedToUTC: isAdjusted) }
    }

    private static func integer(_ reader: inout ThriftReader) throws(ParquetError) -> LogicalType {
        var bits = 0
        var isSigned = true
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: bits = Int(try reader.int32(field))
            case 2: isSigned = try reader.bool(field)
            default: return false
            }
            return true
        }
        return .integer(bits: bits, isSigned: isSigned)
    }

    /// The fields of the union.
    func write(_ writer: inout ThriftWriter) {
        switch self {
        case .string: writer.field(1) { _ in }
        case .decimal(let precision, let scale):
            writer.field(5) { writer in
                writer.field(1, int32: scale)
                writer.field(2, int32: precision)
            }
        case .timestamp(let unit, let isAdjusted):
            writer.field(8) { writer in
                writer.field(1, isAdjusted)
                switch unit {
                case .milliseconds: writer.field(2, union: 1)
                case .microseconds: writer.field(2, union: 2)
                case .nanoseconds: writer.field(2, union: 3)
                }
            }
        case .integer(let bits, let isSigned):
            writer.field(10) { writer in
                writer.field(1, int8: bits)
                writer.field(2, isSigned)
            }
        case .json: writer.field(12) { _ in }
        case .uuid: writer.field(14) { _ in }
        }
    }

    /// parquet.thrift `ConvertedType`, for readers older than logical types.
    var convertedType: Int? {
        switch self {
        case .string: 0
        case .decimal: 5
        case .timestamp(.milliseconds, isAdjustedToUTC: true): 9
        case .timestamp(.microseconds, isAdjustedToUTC: true): 10
        case .integer(8, let isSigned): isSigned ? 15 : 11
        case .integer(16, let isSigned): isSigned ? 16 : 12
        case .integer(32, let isSigned): isSigned ? 17 : 13
        case .integer(_, let isSigned): isSigned ? 18 : 14
        case .json: 19
        case .timestamp, .uuid: nil
        }
    }
}
