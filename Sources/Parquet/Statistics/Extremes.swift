// SPDX-License-Identifier: Apache-2.0

/// The least and the greatest of some values, as their plain bytes.
struct Extremes {
    var min: [UInt8]
    var max: [UInt8]

    /// Of the values at `places`; nil when there are none, or only NaNs. `values` is not a
    /// dictionary.
    init?<Places: Collection<Int>>(
        of values: ColumnValues, at places: Places, order: ValueOrder
    ) {
        let found: (StatisticsValue, StatisticsValue)?
        switch values {
        case .booleans(let values):
            found = Self.numbers(values, places, flip: 0).map {
                (.boolean($0 != 0), .boolean($1 != 0))
            }
        case .int32s(let values):
            let flip = order == .unsigned ? Int32.min : 0
            found = Self.numbers(values, places, flip: flip).map { (.int32($0), .int32($1)) }
        case .int64s(let values):
            let flip = order == .unsigned ? Int64.min : 0
            found = Self.numbers(values, places, flip: flip).map { (.int64($0), .int64($1)) }
        case .doubles(let values): found = Self.doubles(values, places)
        case .strings(let values):
            let ends: (Int, Int)?
            if order == .number {
                ends = Self.variableNumbers(values, places)
            } else {
                ends = values.offsets.withUnsafeBufferPointer { offsets in
                    Self.byteStrings(values.data, places, flip: 0) { index in
                        (Int(offsets[index]), Int(offsets[index + 1]))
                    }
                }
            }
            found = ends.map { (.bytes(Array(values[$0])), .bytes(Array(values[$1]))) }
        case .fixed(let values):
            let width = values.width
            let ends = Self.byteStrings(
                values.data, places, flip: order == .number ? 1 << 63 : 0
            ) { ($0 * width, ($0 + 1) * width) }
            found = ends.map { (.bytes(Array(values[$0])), .bytes(Array(values[$1]))) }
        case .dictionary: found = nil
        }
        guard let found else { return nil }
        min = found.0.plainBytes
        max = found.1.plainBytes
    }

    /// `flip` turns the order of unsigned numbers into that of signed ones.
    @inline(__always)
    private static func numbers<Value: FixedWidthInteger, Places: Collection<Int>>(
        _ values: [Value], _ places: Places, flip: Value
    ) -> (Value, Value)? {
        guard let first = places.first else { return nil }
        return values.withUnsafeBufferPointer { values in
            var least = values[first] ^ flip
            var greatest = least
            for place in places {
                let value = values[place] ^ flip
                least = Swift.min(least, value)
                greatest = Swift.max(greatest, value)
            }
            return (least ^ flip, greatest ^ flip)
        }
    }

    /// NaN has no place in the order; -0.0 and +0.0 are equal in it, so the bounds take both in.
    private static func doubles<Places: Collection<Int>>(
        _ values: [Double], _ places: Places
    ) -> (StatisticsValue, StatisticsValue)? {
        var least = Double.infinity
        var greatest = -Double.infinity
        var isAny = false
        for place in places {
            let value = values[place]
            guard !value.isNaN else { continue }
            isAny = true
            if value < least { least = value }
            if value > greatest { greatest = value }
        }
        guard isAny else { return nil }
        return (.double(least == 0 ? -0.0 : least), .double(greatest == 0 ? 0.0 : greatest))
    }

    /// The places of the least and the greatest byte string. The first 8 bytes decide nearly
    /// always; `flip` turns their highest bit for signed numbers.
    @inline(__always)
    private static func byteStrings<Places: Collection<Int>>(
        _ data: [UInt8], _ places: Places, flip: UInt64, _ ends: (Int) -> (Int, Int)
    ) -> (Int, Int)? {
        guard let first = places.first else { return nil }
        return data.withUnsafeBytes { data in
            @inline(__always) func prefix(_ ends: (Int, Int)) -> UInt64 {
                guard let base = data.baseAddress else { return flip }
                if ends.1 - ends.0 >= 8 {
                    let word = (base + ends.0).loadUnaligned(as: UInt64.self)
                    return UInt64(bigEndian: word) ^ flip
                }
                var word: UInt64 = 0
                for (index, place) in (ends.0..<ends.1).enumerated() {
                    word |= UInt64(data[place]) << UInt64(56 - 8 * index)
                }
                return word ^ flip
            }
            func isLess(_ left: (Int, Int), _ right: (Int, Int)) -> Bool {
                UnsafeRawBufferPointer(rebasing: data[left.0..<left.1]).precedes(
                    UnsafeRawBufferPointer(rebasing: data[right.0..<right.1]))
            }
            var least = first
            var greatest = first
            var low = prefix(ends(first))
            var high = low
            for place in places {
                let word = prefix(ends(place))
                if word < low || (word == low && isLess(ends(place), ends(least))) {
                    least = place
                    low = word
                }
                if word > high || (word == high && isLess(ends(greatest), ends(place))) {
                    greatest = place
                    high = word
                }
            }
            return (least, greatest)
        }
    }

    private static func variableNumbers<Places: Collection<Int>>(
        _ values: ByteStrings, _ places: Places
    ) -> (Int, Int)? {
        guard let first = places.first else { return nil }
        var least = first
        var greatest = first
        for place in places {
            if ValueOrder.compare(number: values[place], values[least]) < 0 { least = place }
            if ValueOrder.compare(number: values[greatest], values[place]) < 0 { greatest = place }
        }
        return (least, greatest)
    }
}

extension UnsafeRawBufferPointer {
    /// Byte by byte, unsigned; what is shorter comes first.
    fileprivate func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
        let common = Swift.min(count, other.count)
        var index = 0
        while index + 8 <= common {
            let left = UInt64(bigEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let right = UInt64(
                bigEndian: other.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            if left != right { return left < right }
            index += 8
        }
        while index < common {
            if self[index] != other[index] { return self[index] < other[index] }
            index += 1
        }
        return count < other.count
    }
}
