// SPDX-License-Identifier: Apache-2.0

#if _endian(big)
    #error("Parquet is little-endian; on this machine every load would need its bytes swapped.")
#endif

/// Numbers of a fixed count of bits, one after the other, the lowest bits first.
///
/// Eight values of `width` bits fill `width` bytes exactly: that is the group all of this works in.
/// Callers check once that all bytes are there; nothing in here reads outside them.
enum BitPacking {
    /// Bytes that `count` values take, the last group filled up.
    static func bytes(count: Int, width: Int) -> Int { (count + 7) / 8 * width }

    /// The bits that the largest of some values needs.
    static func width<Value: FixedWidthInteger & UnsignedInteger>(of largest: Value) -> Int {
        Value.bitWidth - largest.leadingZeroBitCount
    }

    // MARK: - Unpacking

    /// Unpacks `count` values of 0 to 32 bits. `bytes` holds at least `bytes(count:width:)`.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, width: Int, count: Int,
        into output: UnsafeMutablePointer<UInt32>
    ) {
        assert(bytes.count >= Self.bytes(count: count, width: width))
        guard let base = bytes.baseAddress, width > 0 else {
            output.update(repeating: 0, count: count)
            return
        }
        // Loads are 8 bytes wide and may reach 8 bytes past their group.
        let safe = max(0, min(count / 8, (bytes.count - 8) / width))
        unpackGroups(base, width: width, groups: safe, into: output)
        var done = safe * 8
        guard done < count else { return }
        // What is left lies in the last 8 bytes and the group before: a padded copy of it.
        withUnsafeTemporaryAllocation(byteCount: tailBytes, alignment: 8) { copy in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { group in
                guard let copied = copy.baseAddress, let values = group.baseAddress else { return }
                while done < count {
                    copied.storeBytes(
                        of: (0, 0, 0, 0, 0), as: (UInt64, UInt64, UInt64, UInt64, UInt64).self)
                    copied.copyMemory(from: base + done / 8 * width, byteCount: width)
                    unpackGroups(copied, width: width, groups: 1, into: values)
                    let taken = min(8, count - done)
                    (output + done).update(from: values, count: taken)
                    done += taken
                }
            }
        }
    }

    /// A group of the widest values and the 8 bytes that a load may reach past it.
    private static let tailBytes = 40

    /// Unpacks `count` values of 0 to 64 bits. `bytes` holds at least `bytes(count:width:)`.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, width: Int, count: Int,
        into output: UnsafeMutablePointer<UInt64>
    ) {
        assert(bytes.count >= Self.bytes(count: count, width: width))
        guard let base = bytes.baseAddress, width > 0 else {
            output.update(repeating: 0, count: count)
            return
        }
        let mask = UInt64.max >> UInt64(64 - width)
        var safe = 0
        if width <= 56 {
            // Loads are 8 bytes wide and may reach 8 bytes past their group.
            let groups = max(0, min(count / 8, (bytes.count - 8) / width))
            unpackGroups(base, width: width, groups: groups, into: output)
            safe = groups * 8
        } else {
            // Values whose load of 9 bytes stays inside.
            safe = max(0, min(count, (bytes.count - 9) * 8 / width))
            for index in 0..<safe {
                let bit = index &* width
                let place = base + (bit &>> 3)
                let shift = UInt64(truncatingIfNeeded: bit & 7)
                let low = place.loadUnaligned(as: UInt64.self) &>> shift
                // In two steps: a shift by 64 would be none.
                let high = (UInt64((place + 8).load(as: UInt8.self)) &<< 1) &<< (63 &- shift)
                output[index] = (low | high) & mask
            }
        }
        for index in safe..<max(safe, count) {
            var value: UInt64 = 0
            for bit in 0..<width {
                let place = index * width + bit
                value |= UInt64(bytes[place >> 3] >> UInt8(place & 7) & 1) << UInt64(bit)
            }
            output[index] = value
        }
    }

    /// One loop for each width, so that offsets and shifts are constants in it.
    private static func unpackGroups<Value: FixedWidthInteger & UnsignedInteger>(
        _ base: UnsafeRawPointer, width: Int, groups: Int, into output: UnsafeMutablePointer<Value>
    ) {
        switch width {
        case 1: narrow(base, 1, groups, output)
        case 2: narrow(base, 2, groups, output)
        case 3: narrow(base, 3, groups, output)
        case 4: narrow(base, 4, groups, output)
        case 5: narrow(base, 5, groups, output)
        case 6: narrow(base, 6, groups, output)
        case 7: narrow(base, 7, groups, output)
        case 8: narrow(base, 8, groups, output)
        case 9: wide(base, 9, groups, output)
        case 10: wide(base, 10, groups, output)
        case 11: wide(base, 11, groups, output)
        case 12: wide(base, 12, groups, output)
        case 13: wide(base, 13, groups, output)
        case 14: wide(base, 14, groups, output)
        case 15: wide(base, 15, groups, output)
        case 16: wide(base, 16, groups, output)
        case 17: wide(base, 17, groups, output)
        case 18: wide(base, 18, groups, output)
        case 19: wide(base, 19, groups, output)
        case 20: wide(base, 20, groups, output)
        default: wide(base, width, groups, output)
        }
    }

    /// Up to 8 bits: a group is one load.
    @inline(__always)
    private static func narrow<Value: FixedWidthInteger & UnsignedInteger>(
        _ base: UnsafeRawPointer, _ width: Int, _ groups: Int,
        _ output: UnsafeMutablePointer<Value>
    ) {
        let bits = UInt64(width)
        let mask = UInt64(1) &<< bits &- 1
        for group in 0..<groups {
            let word = (base + group &* width).loadUnaligned(as: UInt64.self)
            let values = output + group &* 8
            values[0] = Value(truncatingIfNeeded: word & mask)
            values[1] = Value(truncatingIfNeeded: word &>> bits & mask)
            values[2] = Value(truncatingIfNeeded: word &>> (2 &* bits) & mask)
            values[3] = Value(truncatingIfNeeded: word &>> (3 &* bits) & mask)
            values[4] = Value(truncatingIfNeeded: word &>> (4 &* bits) & mask)
            values[5] = Value(truncatingIfNeeded: word &>> (5 &* bits) & mask)
            values[6] = Value(truncatingIfNeeded: word &>> (6 &* bits) & mask)
            values[7] = Value(truncatingIfNeeded: word &>> (7 &* bits) & mask)
        }
    }

    /// Up to 56 bits: a load a value.
    @inline(__always)
    private static func wide<Value: FixedWidthInteger & UnsignedInteger>(
        _ base: UnsafeRawPointer, _ width: Int, _ groups: Int,
        _ output: UnsafeMutablePointer<Value>
    ) {
        let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- width)
        @inline(__always) func value(_ group: UnsafeRawPointer, _ index: Int) -> Value {
            let bit = index &* width
            let word = (group + (bit &>> 3)).loadUnaligned(as: UInt64.self)
            return Value(
                truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit & 7) & mask)
        }
        for group in 0..<groups {
            let place = base + group &* width
            let values = output + group &* 8
            values[0] = value(place, 0)
            values[1] = value(place, 1)
            values[2] = value(place, 2)
            values[3] = value(place, 3)
            values[4] = value(place, 4)
            values[5] = value(place, 5)
            values[6] = value(place, 6)
            values[7] = value(place, 7)
        }
    }

    // MARK: - Packing

    /// Packs values of 1 to 64 bits, the last group filled up with zeros. Values have no bits above
    /// `width`. `output` has room for `bytes(count:width:)` rounded up to 8.
    @inline(__always)
    static func pack<Value: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Value>, width: Int, into output: UnsafeMutableRawPointer
    ) {
        let bits = UInt64(truncatingIfNeeded: width)
        var word: UInt64 = 0
        var used: UInt64 = 0
        var place = output
        for value in values {
            let value = UInt64(truncatingIfNeeded: value)
            word |= value &<< used
            used &+= bits
            if used >= 64 {
                place.storeBytes(of: word, as: UInt64.self)
                place += 8
                used &-= 64
                word = used == 0 ? 0 : value &>> (bits &- used)
            }
        }
        // The rest of the last group is zeros: whole words, then what is left of one.
        let end = output + bytes(count: values.count, width: width)
        while place < end {
            let left = min(8, end - place)
            withUnsafeBytes(of: word) { bytes in
                guard let source = bytes.baseAddress else { return }
                place.copyMemory(from: source, byteCount: left)
            }
            word = 0
            place += left
        }
    }
}
