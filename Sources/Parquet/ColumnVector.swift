// SPDX-License-Identifier: Apache-2.0

/// The values of one column for a run of rows: what a writer takes and a reader gives.
///
/// Values are dense: rows without a value take no place in `values`.
public struct ColumnVector: Sendable {
    /// Rows, those without a value included.
    public var count: Int
    /// One byte a row, 1 where the row has a value and 0 where not; nil when every row has one.
    public var presence: [UInt8]?
    /// The values of the rows that have one, in order.
    public var values: ColumnValues

    /// A vector of `count` rows.
    public init(count: Int, presence: [UInt8]? = nil, values: ColumnValues) {
        self.count = count
        self.presence = presence
        self.values = values
    }
}

/// Dense values of one physical type.
public enum ColumnValues: Sendable {
    /// One byte a value: 0 or 1.
    case booleans([UInt8])
    case int32s([Int32])
    case int64s([Int64])
    case doubles([Double])
    /// BYTE_ARRAY.
    case strings(ByteStrings)
    /// FIXED_LEN_BYTE_ARRAY.
    case fixed(FixedByteStrings)
    /// `codes[i]` is the position of value i in `dictionary`, which itself is none of this case.
    /// A reader keeps chunks that are dictionary-encoded throughout in this form.
    indirect case dictionary(codes: [UInt32], ColumnValues)

    /// How many values there are.
    public var count: Int {
        switch self {
        case .booleans(let values): values.count
        case .int32s(let values): values.count
        case .int64s(let values): values.count
        case .doubles(let values): values.count
        case .strings(let values): values.count
        case .fixed(let values): values.count
        case .dictionary(let codes, _): codes.count
        }
    }
}

/// Byte strings of any length, one after the other.
public struct ByteStrings: Sendable, Hashable {
    /// All bytes, without separators.
    public var data: [UInt8]
    /// Where each string begins, and at last where the last one ends: one more than strings.
    public var offsets: [UInt32]

    /// No strings.
    public init() {
        data = []
        offsets = [0]
    }

    /// Strings that lie in `data` from each offset to the next.
    public init(data: [UInt8], offsets: [UInt32]) {
        self.data = data
        self.offsets = offsets
    }

    /// How many strings there are.
    public var count: Int { offsets.count - 1 }

    /// Adds a string.
    @inlinable
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        data.append(contentsOf: bytes)
        offsets.append(UInt32(truncatingIfNeeded: data.count))
    }

    /// The bytes of one string.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        data[Int(offsets[index])..<Int(offsets[index + 1])]
    }
}

/// Byte strings of one length, one after the other.
public struct FixedByteStrings: Sendable, Hashable {
    /// Bytes in each string, at least 1.
    public var width: Int
    /// All bytes.
    public var data: [UInt8]

    /// Strings of `width` bytes that lie in `data`.
    public init(width: Int, data: [UInt8] = []) {
        self.width = width
        self.data = data
    }

    /// How many strings there are.
    public var count: Int { data.count / width }

    /// The bytes of one string.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        data[(index * width)..<((index + 1) * width)]
    }
}
