// SPDX-License-Identifier: Apache-2.0

/// How a column's values are stored (parquet.thrift `Type`). INT96 and FLOAT are not supported.
public enum PhysicalType: Sendable, Hashable {
    case boolean
    case int32
    case int64
    case double
    case byteArray
    /// The width in bytes, at least 1.
    case fixedLenByteArray(Int)
}

/// What a column's values mean (parquet.thrift `LogicalType`).
public enum LogicalType: Sendable, Hashable {
    /// UTF-8 text, on BYTE_ARRAY.
    case string
    /// UTF-8 JSON text, on BYTE_ARRAY.
    case json
    /// 16 bytes, on FIXED_LEN_BYTE_ARRAY(16).
    case uuid
    /// An unscaled integer: INT32 to precision 9, INT64 to 18, big-endian two's complement beyond.
    case decimal(precision: Int, scale: Int)
    /// On INT64, since 1970-01-01T00:00:00.
    case timestamp(TimestampUnit, isAdjustedToUTC: Bool)
    /// On INT32 (8, 16, 32 bits) or INT64 (64 bits).
    case integer(bits: Int, isSigned: Bool)
}

/// The unit of a timestamp column.
public enum TimestampUnit: Sendable, Hashable {
    case milliseconds
    case microseconds
    case nanoseconds
}

/// One column of a flat schema.
public struct Column: Sendable, Hashable {
    /// The column's name; unique in its schema.
    public var name: String
    /// How its values are stored.
    public var physical: PhysicalType
    /// What its values mean; nil for plain numbers and bytes.
    public var logical: LogicalType?
    /// Whether rows may lack a value (OPTIONAL), or not (REQUIRED).
    public var isOptional: Bool

    /// A column, optional unless said otherwise.
    public init(
        _ name: String, _ physical: PhysicalType, _ logical: LogicalType? = nil,
        isOptional: Bool = true
    ) {
        self.name = name
        self.physical = physical
        self.logical = logical
        self.isOptional = isOptional
    }
}

/// The columns of a file, in order. Flat: no groups, no repeated fields.
public struct Schema: Sendable, Hashable {
    /// The columns, in the order of their chunks.
    public private(set) var columns: [Column]
    private var positions: [String: Int]

    /// - Throws: `misuse` when two columns share a name, or a logical type does not fit its
    ///   physical type.
    public init(_ columns: [Column]) throws(ParquetError) {
        self.columns = columns
        positions = [:]
        positions.reserveCapacity(columns.count)
        for (position, column) in columns.enumerated() {
            guard positions.updateValue(position, forKey: column.name) == nil else {
                throw ParquetError(.misuse, "Two columns have the same name; rename one.")
            }
            guard column.isConsistent else {
                throw ParquetError(
                    .misuse,
                    "Column \(position) has a logical type that its physical type cannot carry.")
            }
        }
    }

    /// The position of a column by its name; O(1).
    public func index(of name: String) -> Int? { positions[name] }
}

extension Column {
    var isConsistent: Bool {
        if case .fixedLenByteArray(let width) = physical, width < 1 { return false }
        switch (logical, physical) {
        case (nil, _): return true
        case (.string, .byteArray), (.json, .byteArray): return true
        case (.uuid, .fixedLenByteArray(16)): return true
        case (.timestamp, .int64): return true
        case (.integer(64, _), .int64): return true
        case (.integer(let bits, _), .int32): return [8, 16, 32].contains(bits)
        case (.decimal(let precision, let scale), _):
            guard precision >= 1, scale >= 0, scale <= precision else { return false }
            switch physical {
            case .int32: return precision <= 9
            case .int64: return precision <= 18
            case .byteArray: return true
            case .fixedLenByteArray(let width): return precision <= Self.digits(in: width)
            case .boolean, .double: return false
            }
        default: return false
        }
    }

    /// Decimal digits that a signed big-endian number of `width` bytes always holds.
    static func digits(in width: Int) -> Int {
        // log10(2^(8·width − 1)), rounded down; 0.30103 is log10(2).
        Int((Double(min(width, 1 << 20) * 8 - 1) * 0.301_029_995_66).rounded(.down))
    }
}
