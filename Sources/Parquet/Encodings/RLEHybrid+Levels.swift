// SPDX-License-Identifier: Apache-2.0

/// Definition levels of a flat schema, and booleans: one bit a value, held as one byte (0 or 1).
extension RLEHybrid {
    /// Adds levels; equal to `encode` with a bit width of 1.
    package static func encodeLevels(
        _ levels: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
    ) {
        let count = levels.count
        guard count > 0, let base = levels.baseAddress else { return }
        let worthwhile = shortestRun(1)
        var literals = 0
        var index = 0
        while index < count {
            let end = endOfRun(base, from: index, count: count)
            let begin = index + (8 - (index - literals) % 8) % 8
            if end - begin >= worthwhile || (end == count && literals == index) {
                appendBits(levels[literals..<begin], to: &output)
                appendRun(of: UInt32(base[index]), count: end - begin, bitWidth: 1, to: &output)
                literals = end
            }
            index = end
        }
        appendBits(levels[literals...], to: &output)
    }

    /// Adds `count` equal levels.
    package static func encodeLevels(repeating level: UInt8, count: Int, into output: inout [UInt8])
    {
        appendRun(of: UInt32(level), count: count, bitWidth: 1, to: &output)
    }

    /// Writes exactly `count` bytes, 0 or 1 each, to `output`.
    ///
    /// - Returns: how many bytes they took, and how many are 1.
    package static func decodeLevels(
        _ bytes: UnsafeRawBufferPointer, count: Int, into output: UnsafeMutablePointer<UInt8>
    ) throws(ParquetError) -> (consumed: Int, ones: Int) {
        var input = EncodedBytes(bytes)
        var done = 0
        var ones = 0
        while done < count {
            guard let header = input.varint(), header > 1 else { throw cutOff(done, count) }
            if header & 1 == 1 {
                let groups = header >> 1
                guard groups <= UInt64(Int32.max), let packed = input.take(Int(groups)) else {
                    throw cutOff(done, count)
                }
                let taken = min(count - done, Int(groups) * 8)
                ones += spread(packed, count: taken, into: output + done)
                done += taken
            } else {
                guard let value = input.take(1)?.first else { throw cutOff(done, count) }
                guard value <= 1 else {
                    throw ParquetError(.damaged, "A run's value has more than 1 bit.")
                }
                let taken = Int(min(UInt64(count - done), header >> 1))
                (output + done).update(repeating: value, count: taken)
                ones += value == 1 ? taken : 0
                done += taken
            }
        }
        return (input.position, ones)
    }

    /// Turns bits into bytes, lowest bit first; `bits` holds at least `count`. Returns how many
    /// are 1.
    static func spread(
        _ bits: UnsafeRawBufferPointer, count: Int, into output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var ones = 0
        let target = UnsafeMutableRawPointer(output)
        for group in 0..<(count / 8) {
            let byte = bits[group]
            ones += byte.nonzeroBitCount
            // Byte i keeps bit i alone, which the sum then carries to the byte's highest bit.
            let chosen = (UInt64(byte) &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
            let word = ((chosen &+ 0x0040_6070_787C_7E7F) &>> 7) & 0x0101_0101_0101_0101
            target.storeBytes(of: word, toByteOffset: group &* 8, as: UInt64.self)
        }
        for index in (count / 8 * 8)..<count {
            let bit = bits[index / 8] >> UInt8(index % 8) & 1
            output[index] = bit
            ones += Int(bit)
        }
        return ones
    }

    /// Adds bytes (0 or 1) as bits, lowest first, the last byte filled up with zeros.
    static func appendPacked(_ levels: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        guard let base = levels.baseAddress else { return }
        let count = levels.count
        output.extend(by: (count + 7) / 8) { target in
            let source = UnsafeRawPointer(base)
            for group in 0..<(count / 8) {
                let word = source.loadUnaligned(fromByteOffset: group &* 8, as: UInt64.self)
                // Moves the low bit of byte i to bit 56 + i; no two land in one place below.
                let byte = UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) &>> 56)
                target.storeBytes(of: byte, toByteOffset: group, as: UInt8.self)
            }
            guard count % 8 > 0 else { return }
            var last: UInt8 = 0
            for index in (count / 8 * 8)..<count { last |= base[index] << UInt8(index % 8) }
            target.storeBytes(of: last, toByteOffset: count / 8, as: UInt8.self)
        }
    }

    private static func appendBits(
        _ levels: Slice<UnsafeBufferPointer<UInt8>>, to output: inout [UInt8]
    ) {
        guard !levels.isEmpty else { return }
        output.append(varint: UInt64((levels.count + 7) / 8) << 1 | 1)
        appendPacked(UnsafeBufferPointer(rebasing: levels), to: &output)
    }

    /// Where the run that begins at `start` ends; eight at a time, as most are long.
    @inline(__always)
    private static func endOfRun(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> Int {
        let value = base[start]
        let word = UInt64(value) &* 0x0101_0101_0101_0101
        var end = start + 1
        while end + 8 <= count,
            UnsafeRawPointer(base + end).loadUnaligned(as: UInt64.self) == word
        { end += 8 }
        while end < count, base[end] == value { end += 1 }
        return end
    }
}
