// SPDX-License-Identifier: Apache-2.0

extension ColumnValues {
    /// No values of a type.
    static func none(of type: PhysicalType) -> ColumnValues {
        switch type {
        case .boolean: .booleans([])
        case .int32: .int32s([])
        case .int64: .int64s([])
        case .double: .doubles([])
        case .byteArray: .strings(ByteStrings())
        case .fixedLenByteArray(let width): .fixed(FixedByteStrings(width: width))
        }
    }

    /// The values of some ranges, one after the other; themselves without a copy when it is all.
    func parts(_ ranges: [Range<Int>]) -> ColumnValues {
        let total = ranges.reduce(0) { $0 + $1.count }
        guard total < count else { return self }
        switch self {
        case .booleans(let values): return .booleans(Self.parts(values, ranges, total))
        case .int32s(let values): return .int32s(Self.parts(values, ranges, total))
        case .int64s(let values): return .int64s(Self.parts(values, ranges, total))
        case .doubles(let values): return .doubles(Self.parts(values, ranges, total))
        case .strings(let strings):
            var kept = ByteStrings()
            kept.offsets.reserveCapacity(total + 1)
            strings.offsets.withUnsafeBufferPointer { offsets in
                strings.data.withUnsafeBufferPointer { data in
                    for range in ranges {
                        let start = offsets[range.lowerBound]
                        let end = offsets[range.upperBound]
                        let shift = UInt32(kept.data.count) &- start
                        kept.data.append(
                            contentsOf: UnsafeBufferPointer(
                                rebasing: data[Int(start)..<Int(end)]))
                        for index in range { kept.offsets.append(offsets[index + 1] &+ shift) }
                    }
                }
            }
            return .strings(kept)
        case .fixed(let strings):
            let width = strings.width
            let bytes = ranges.map { ($0.lowerBound * width)..<($0.upperBound * width) }
            return .fixed(
                FixedByteStrings(
                    width: width, data: Self.parts(strings.data, bytes, total * width)))
        case .dictionary(let codes, let values):
            return .dictionary(codes: Self.parts(codes, ranges, total), values)
        }
    }

    private static func parts<Value: BitwiseCopyable>(
        _ values: [Value], _ ranges: [Range<Int>], _ total: Int
    ) -> [Value] {
        var kept: [Value] = []
        kept.reserveCapacity(total)
        values.withUnsafeBufferPointer { kept.append($0, of: ranges) }
        return kept
    }

    /// Adds values of the same kind, no dictionaries; makes room for `room` values in all.
    ///
    /// - Throws: `tooLarge` when strings come to more than `Limits.spelledOutBytes`.
    mutating func append(_ more: ColumnValues, room: Int) throws(ParquetError) {
        // Each case leaves `values` the only owner of its bytes, which are then not copied. A switch
        // over `(self, more)` would be one more owner.
        switch self {
        case .booleans(var values):
            guard case .booleans(let more) = more else { break }
            self = .booleans([])
            values.add(more, room: room)
            self = .booleans(values)
            return
        case .int32s(var values):
            guard case .int32s(let more) = more else { break }
            self = .booleans([])
            values.add(more, room: room)
            self = .int32s(values)
            return
        case .int64s(var values):
            guard case .int64s(let more) = more else { break }
            self = .booleans([])
            values.add(more, room: room)
            self = .int64s(values)
            return
        case .doubles(var values):
            guard case .doubles(let more) = more else { break }
            self = .booleans([])
            values.add(more, room: room)
            self = .doubles(values)
            return
        case .strings(var strings):
            guard case .strings(let more) = more else { break }
            self = .booleans([])
            try strings.add(more, room: room)
            self = .strings(strings)
            return
        case .fixed(var strings):
            guard case .fixed(let more) = more, more.width == strings.width else { break }
            // A compressed page of a few bytes may give megabytes, and a chunk has many pages.
            guard strings.data.count + more.data.count <= Limits.spelledOutBytes else {
                throw Self.tooLong
            }
            self = .booleans([])
            strings.data.append(contentsOf: more.data)
            self = .fixed(strings)
            return
        case .dictionary: break
        }
        throw ParquetError(.damaged, "Pages of one chunk have values of different types.")
    }
}

extension Array {
    fileprivate mutating func add(_ more: [Element], room: Int) {
        reserveCapacity(room)
        append(contentsOf: more)
    }
}

extension ByteStrings {
    fileprivate mutating func add(_ more: ByteStrings, room: Int) throws(ParquetError) {
        let start = data.count
        guard start + more.data.count <= Limits.spelledOutBytes else {
            throw ColumnValues.tooLong
        }
        if offsets.capacity <= room {
            // The first page tells how long all will be, about; a file may lie, so not too much.
            let mean = Double(start + more.data.count) / Double(max(1, count + more.count))
            data.reserveCapacity(Int(min(mean * Double(room), Double(Limits.stringsReserved))))
            offsets.reserveCapacity(room + 1)
        }
        data.append(contentsOf: more.data)
        let shift = UInt32(start)
        let first = offsets.count
        more.offsets.withUnsafeBufferPointer { more in
            offsets.append(contentsOf: UnsafeBufferPointer(rebasing: more.dropFirst()))
        }
        offsets.withUnsafeMutableBufferPointer { offsets in
            for index in first..<offsets.count { offsets[index] &+= shift }
        }
    }
}
