// SPDX-License-Identifier: Apache-2.0

/// A value as statistics and indexes hold it.
public enum StatisticsValue: Sendable, Hashable {
    case boolean(Bool)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    /// BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY.
    case bytes([UInt8])

    /// The number of an `int32` or `int64`; nil for other kinds.
    public var integer: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .int64(let value): value
        case .boolean, .double, .bytes: nil
        }
    }

    /// The bytes of a byte string; nil for other kinds.
    public var byteString: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// The plain encoding, without the length of a byte string.
    var plainBytes: [UInt8] {
        switch self {
        case .boolean(let value): [value ? 1 : 0]
        case .int32(let value): Self.littleEndian(UInt64(UInt32(bitPattern: value)), 4)
        case .int64(let value): Self.littleEndian(UInt64(bitPattern: value), 8)
        case .double(let value): Self.littleEndian(value.bitPattern, 8)
        case .bytes(let bytes): bytes
        }
    }

    private static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    /// A value of a type from its plain bytes; nil where they are no value of it, or NaN.
    init?(plain bytes: [UInt8], _ type: PhysicalType) {
        func number(_ count: Int) -> UInt64? {
            guard bytes.count == count else { return nil }
            return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch type {
        case .boolean:
            guard let value = number(1) else { return nil }
            self = .boolean(value != 0)
        case .int32:
            guard let value = number(4) else { return nil }
            self = .int32(Int32(truncatingIfNeeded: value))
        case .int64:
            guard let value = number(8) else { return nil }
            self = .int64(Int64(bitPattern: value))
        case .double:
            guard let value = number(8), !Double(bitPattern: value).isNaN else { return nil }
            self = .double(Double(bitPattern: value))
        case .byteArray, .fixedLenByteArray: self = .bytes(bytes)
        }
    }
}

/// What is known of the values in a column chunk without reading them.
public struct ColumnStatistics: Sendable, Hashable {
    /// No value is less; nil when unknown or when there are no values.
    public var min: StatisticsValue?
    /// No value is greater; nil when unknown or when there are no values.
    public var max: StatisticsValue?
    /// Whether `min` is itself a value, and not only a bound.
    public var isMinExact: Bool
    /// Whether `max` is itself a value, and not only a bound.
    public var isMaxExact: Bool
    /// Rows without a value, if the writer counted them.
    public var nullCount: Int?
    /// Different values, if the writer counted them.
    public var distinctCount: Int?

    init(_ raw: RawStatistics, _ column: Column) {
        (min, max) = Self.bounds(raw.min, raw.max, column)
        isMinExact = raw.isMinExact ?? false
        isMaxExact = raw.isMaxExact ?? false
        nullCount = raw.nullCount
        distinctCount = raw.distinctCount
    }

    /// Bounds as values. Zeros are widened: a writer may have put +0.0 where -0.0 occurs, or the
    /// other way round, as the format allows for.
    static func bounds(
        _ min: [UInt8]?, _ max: [UInt8]?, _ column: Column
    ) -> (min: StatisticsValue?, max: StatisticsValue?) {
        var least = min.flatMap { StatisticsValue(plain: $0, column.physical) }
        var greatest = max.flatMap { StatisticsValue(plain: $0, column.physical) }
        if case .double(0)? = least { least = .double(-0.0) }
        if case .double(0)? = greatest { greatest = .double(0.0) }
        return (least, greatest)
    }
}
