// SPDX-License-Identifier: Apache-2.0

/// The encoding of levels and dictionary codes (Encodings.md, "RLE"): runs of one value, and groups
/// of eight values bit-packed, in turns.
package enum RLEHybrid {
    /// Values that are packed at a time: a group's bytes stay in the first-level cache.
    private static let chunk = 1024

    // MARK: - Encoding

    /// Adds values of `bitWidth` bits (0 to 32; none has bits above).
    package static func encode(
        _ values: UnsafeBufferPointer<UInt32>, bitWidth: Int, into output: inout [UInt8]
    ) {
        let count = values.count
        guard count > 0 else { return }
        guard bitWidth > 0 else {
            appendRun(of: 0, count: count, bitWidth: 0, to: &output)
            return
        }
        let worthwhile = shortestRun(bitWidth)
        var literals = 0  // where the values begin that are neither packed nor in a run
        var index = 0
        while index < count {
            let value = values[index]
            var end = index + 1
            while end < count, values[end] == value { end += 1 }
            // A run in the middle begins where a group of literals ends.
            let begin = index + (8 - (index - literals) % 8) % 8
            if end - begin >= worthwhile || (end == count && literals == index) {
                appendLiterals(values[literals..<begin], bitWidth: bitWidth, to: &output)
                appendRun(of: value, count: end - begin, bitWidth: bitWidth, to: &output)
                literals = end
            }
            index = end
        }
        appendLiterals(values[literals...], bitWidth: bitWidth, to: &output)
    }

    /// From how many values on a run takes fewer bytes than packing them: it costs its header, its
    /// value, and one more header for what follows.
    static func shortestRun(_ bitWidth: Int) -> Int {
        let cost = 3 + (bitWidth + 7) / 8
        return max(8, (cost * 8 / bitWidth + 7) / 8 * 8)
    }

    static func appendRun(
        of value: UInt32, count: Int, bitWidth: Int, to output: inout [UInt8]
    ) {
        guard count > 0 else { return }
        output.append(varint: UInt64(count) << 1)
        for byte in 0..<((bitWidth + 7) / 8) {
            output.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)))
        }
    }

    private static func appendLiterals(
        _ values: Slice<UnsafeBufferPointer<UInt32>>, bitWidth: Int, to output: inout [UInt8]
    ) {
        guard !values.isEmpty else { return }
        output.append(varint: UInt64((values.count + 7) / 8) << 1 | 1)
        let values = UnsafeBufferPointer(rebasing: values)
        withUnsafeTemporaryAllocation(byteCount: chunk * 4 + 8, alignment: 8) { packed in
            guard let room = packed.baseAddress else { return }
            var index = 0
            while index < values.count {
                let end = min(index + chunk, values.count)
                let part = UnsafeBufferPointer(rebasing: values[index..<end])
                BitPacking.pack(part, width: bitWidth, into: room)
                let bytes = BitPacking.bytes(count: part.count, width: bitWidth)
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: packed[..<bytes]))
                index = end
            }
        }
    }

    // MARK: - Decoding

    /// Writes exactly `count` values of `bitWidth` bits (0 to 32) to `output`.
    ///
    /// - Returns: how many bytes they took.
    /// - Throws: `damaged` when the bytes end before, or are no such encoding.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, bitWidth: Int, count: Int,
        into output: UnsafeMutablePointer<UInt32>
    ) throws(ParquetError) -> Int {
        guard (0...32).contains(bitWidth) else {
            throw ParquetError(.damaged, "Values of \(bitWidth) bits; at most 32 are allowed.")
        }
        var input = EncodedBytes(bytes)
        let valueBytes = (bitWidth + 7) / 8
        var done = 0
        while done < count {
            guard let header = input.varint(), header > 1 else { throw cutOff(done, count) }
            if header & 1 == 1 {
                // Groups beyond what is asked for are padding, yet must be there.
                let groups = header >> 1
                guard groups <= UInt64(Int32.max),
                    let packed = input.takeWithRest(Int(groups) * bitWidth)
                else { throw cutOff(done, count) }
                let taken = min(count - done, Int(groups) * 8)
                BitPacking.unpack(packed, width: bitWidth, count: taken, into: output + done)
                done += taken
            } else {
                guard let stored = input.take(valueBytes) else { throw cutOff(done, count) }
                var value: UInt64 = 0
                for (place, byte) in stored.enumerated() { value |= UInt64(byte) << (8 * place) }
                guard value >> UInt64(bitWidth) == 0 else {
                    throw ParquetError(.damaged, "A run's value has more than \(bitWidth) bits.")
                }
                let taken = Int(min(UInt64(count - done), header >> 1))
                (output + done).update(repeating: UInt32(value), count: taken)
                done += taken
            }
        }
        return input.position
    }

    /// Dictionary codes as data pages hold them: a byte for the bit width, then the codes, each of
    /// them below `dictionaryCount`.
    ///
    /// - Throws: `damaged`, also when a code is beyond the dictionary.
    package static func decodeCodes(
        _ bytes: UnsafeRawBufferPointer, count: Int, dictionaryCount: Int,
        into output: UnsafeMutablePointer<UInt32>
    ) throws(ParquetError) {
        try decodeUncheckedCodes(
            bytes, count: count, dictionaryCount: dictionaryCount, into: output)
        var largest: UInt32 = 0
        for index in 0..<count { largest = max(largest, output[index]) }
        guard count == 0 || largest < dictionaryCount else { throw beyond(dictionaryCount) }
    }

    /// As `decodeCodes`, but whether a code is below `dictionaryCount` is for the caller to see.
    static func decodeUncheckedCodes(
        _ bytes: UnsafeRawBufferPointer, count: Int, dictionaryCount: Int,
        into output: UnsafeMutablePointer<UInt32>
    ) throws(ParquetError) {
        guard count > 0 else { return }
        guard let bitWidth = bytes.first else { throw cutOff(0, count) }
        guard bitWidth > 0 else {
            // A dictionary of one entry: some writers leave out what follows.
            output.update(repeating: 0, count: count)
            guard dictionaryCount > 0 else { throw beyond(dictionaryCount) }
            return
        }
        _ = try decode(
            UnsafeRawBufferPointer(rebasing: bytes[1...]), bitWidth: Int(bitWidth), count: count,
            into: output)
    }

    static func beyond(_ dictionaryCount: Int) -> ParquetError {
        ParquetError(
            .damaged, "A value refers to a dictionary entry beyond the \(dictionaryCount).")
    }

    /// Adds dictionary codes as data pages hold them. All are below `dictionaryCount`.
    package static func encodeCodes(
        _ codes: UnsafeBufferPointer<UInt32>, dictionaryCount: Int, into output: inout [UInt8]
    ) {
        let width = BitPacking.width(of: UInt32(clamping: max(0, dictionaryCount - 1)))
        output.append(UInt8(width))
        encode(codes, bitWidth: width, into: &output)
    }

    static func cutOff(_ done: Int, _ count: Int) -> ParquetError {
        ParquetError(
            .damaged, "Run-length data ends or is invalid after \(done) of \(count) values.")
    }
}
