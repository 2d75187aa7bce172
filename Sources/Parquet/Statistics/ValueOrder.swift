// SPDX-License-Identifier: Apache-2.0

/// The order that min and max of a column follow (parquet.thrift `TypeDefinedOrder`).
enum ValueOrder {
    case signed
    case unsigned
    case double
    /// Byte by byte, unsigned.
    case bytes
    /// Big-endian two's complement of any length.
    case number

    init(_ column: Column) {
        switch (column.physical, column.logical) {
        case (.double, _): self = .double
        case (.byteArray, .decimal?), (.fixedLenByteArray, .decimal?): self = .number
        case (.byteArray, _), (.fixedLenByteArray, _): self = .bytes
        case (_, .integer(_, isSigned: false)?): self = .unsigned
        case (.boolean, _): self = .unsigned
        case (.int32, _), (.int64, _): self = .signed
        }
    }

    /// Whether plain bytes stand before others of the same column.
    func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        switch self {
        case .bytes: left.lexicographicallyPrecedes(right)
        case .number: Self.compare(number: left[...], right[...]) < 0
        case .double:
            Double(bitPattern: Self.littleEndian(left))
                < Double(bitPattern: Self.littleEndian(right))
        case .unsigned: Self.littleEndian(left) < Self.littleEndian(right)
        case .signed: Self.signed(left) < Self.signed(right)
        }
    }

    private static func littleEndian(_ bytes: [UInt8]) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func signed(_ bytes: [UInt8]) -> Int64 {
        let shift = UInt64(64 - 8 * min(bytes.count, 8)) & 63
        return Int64(bitPattern: littleEndian(bytes) << shift) >> Int64(shift)
    }

    /// Negative, zero or positive, as `left` is less than, equal to or greater than `right`.
    static func compare(number left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let isNegative = (left.first ?? 0) >= 0x80
        guard isNegative == ((right.first ?? 0) >= 0x80) else { return isNegative ? -1 : 1 }
        // Bytes in front that only repeat the sign say nothing.
        let filler: UInt8 = isNegative ? 0xFF : 0
        let left = left.drop { $0 == filler }
        let right = right.drop { $0 == filler }
        if left.count != right.count { return (left.count < right.count) != isNegative ? -1 : 1 }
        if left.lexicographicallyPrecedes(right) { return -1 }
        return left.elementsEqual(right) ? 0 : 1
    }
}
