// SPDX-License-Identifier: Apache-2.0

/// Integers as differences to the one before (Encodings.md, "Delta Encoding"). Differences wrap
/// around in the width of the type, as the specification demands, so that any two values will do.
package enum DeltaBinaryPacked {
    /// What we write, and what most others do: 128 values in 4 miniblocks.
    static let blockValues = 128
    static let miniblocks = 4
    static let miniblockValues = blockValues / miniblocks

    // MARK: - Encoding

    package static func encode(_ values: UnsafeBufferPointer<Int64>, into output: inout [UInt8]) {
        encodeBlocks(values, into: &output)
    }

    package static func encode(_ values: UnsafeBufferPointer<Int32>, into output: inout [UInt8]) {
        encodeBlocks(values, into: &output)
    }

    @inline(__always)
    private static func encodeBlocks<Value: FixedWidthInteger & SignedInteger>(
        _ values: UnsafeBufferPointer<Value>, into output: inout [UInt8]
    ) where Value.Magnitude: UnsignedInteger {
        output.append(varint: UInt64(blockValues))
        output.append(varint: UInt64(miniblocks))
        output.append(varint: UInt64(values.count))
        output.append(zigzag: Int64(values.first ?? 0))
        guard values.count > 1 else { return }
        // The widths, and a full block of the widest values.
        let room = miniblocks + blockValues * 8
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockValues) { deltas in
            withUnsafeTemporaryAllocation(byteCount: room + 8, alignment: 8) { block in
                guard let base = block.baseAddress else { return }
                var index = 1
                while index < values.count {
                    let count = min(blockValues, values.count - index)
                    var smallest = Value.max
                    for place in 0..<count {
                        let delta = values[index &+ place] &- values[index &+ place &- 1]
                        smallest = min(smallest, delta)
                        deltas[place] = UInt64(truncatingIfNeeded: delta)
                    }
                    let bytes = pack(
                        deltas, count: count, less: UInt64(truncatingIfNeeded: smallest),
                        // INT32 wraps in 32 bits: what is above is not part of the difference.
                        mask: UInt64.max &>> UInt64(64 &- Value.bitWidth), into: base)
                    output.append(zigzag: Int64(smallest))
                    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[..<bytes]))
                    index += count
                }
            }
        }
    }

    /// Writes widths and miniblocks of one block; returns their bytes. Changes `deltas`.
    private static func pack(
        _ deltas: UnsafeMutableBufferPointer<UInt64>, count: Int, less smallest: UInt64,
        mask: UInt64, into output: UnsafeMutableRawPointer
    ) -> Int {
        var end = miniblocks
        for miniblock in 0..<miniblocks {
            let start = miniblock * miniblockValues
            let present = max(0, min(miniblockValues, count - start))
            var bits: UInt64 = 0
            for place in start..<(start + present) {
                let delta = (deltas[place] &- smallest) & mask
                deltas[place] = delta
                bits |= delta
            }
            // A miniblock that is begun is filled up; one that is not needed has no bytes.
            for place in (start + present)..<(start + miniblockValues) { deltas[place] = 0 }
            let width = BitPacking.width(of: bits)
            output.storeBytes(of: UInt8(width), toByteOffset: miniblock, as: UInt8.self)
            guard width > 0 else { continue }
            BitPacking.pack(
                UnsafeBufferPointer(rebasing: deltas[start..<(start + miniblockValues)]),
                width: width, into: output + end)
            end += BitPacking.bytes(count: miniblockValues, width: width)
        }
        return end
    }

    // MARK: - Decoding

    /// Exactly `count` values, and how many bytes they took.
    ///
    /// - Throws: `damaged` when the bytes end before, are no such encoding, or hold another number
    ///   of values.
    package static func decodeInt64(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> (values: [Int64], consumed: Int) {
        var input = EncodedBytes(bytes)
        let header = try Header(&input, count: count)
        let values = try [Int64](count: count) { (output) throws(ParquetError) in
            output[0] = header.first
            try decodeBlocks(&input, header, count: count) { packed, width, done, taken, smallest in
                let target = output + done
                target.withMemoryRebound(to: UInt64.self, capacity: taken) { target in
                    BitPacking.unpack(packed, width: width, count: taken, into: target)
                }
                var value = output[done &- 1]
                for place in 0..<taken {
                    value = value &+ (target[place] &+ smallest)
                    target[place] = value
                }
            }
        }
        return (values, input.position)
    }

    /// As `decodeInt64`, in 32 bits.
    package static func decodeInt32(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> (values: [Int32], consumed: Int) {
        var input = EncodedBytes(bytes)
        let header = try Header(&input, count: count)
        let values = try [Int32](count: count) { (output) throws(ParquetError) in
            output[0] = Int32(truncatingIfNeeded: header.first)
            try decodeBlocks(&input, header, count: count) { packed, width, done, taken, smallest in
                let target = output + done
                if width <= 32 {
                    target.withMemoryRebound(to: UInt32.self, capacity: taken) { target in
                        BitPacking.unpack(packed, width: width, count: taken, into: target)
                    }
                } else {
                    // Some writers compute INT32 differences in 64 bits; the low 32 are the same.
                    unpackLow(packed, width: width, count: taken, into: target)
                }
                let smallest = Int32(truncatingIfNeeded: smallest)
                var value = output[done &- 1]
                for place in 0..<taken {
                    value = value &+ (target[place] &+ smallest)
                    target[place] = value
                }
            }
        }
        return (values, input.position)
    }

    private static func unpackLow(
        _ packed: UnsafeRawBufferPointer, width: Int, count: Int,
        into target: UnsafeMutablePointer<Int32>
    ) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { wide in
            guard let base = wide.baseAddress else { return }
            BitPacking.unpack(packed, width: width, count: count, into: base)
            for place in 0..<count { target[place] = Int32(truncatingIfNeeded: base[place]) }
        }
    }

    /// Calls `unpack` for each miniblock that is needed, its bytes and width checked.
    @inline(__always)
    private static func decodeBlocks(
        _ input: inout EncodedBytes, _ header: Header, count: Int,
        _ unpack: (
            _ packed: UnsafeRawBufferPointer, _ width: Int, _ done: Int, _ taken: Int,
            _ smallest: Int64
        ) -> Void
    ) throws(ParquetError) {
        var done = 1
        while done < count {
            guard let smallest = input.zigzag(), let widths = input.take(header.miniblocks) else {
                throw Header.cutOff(done, count)
            }
            for width in widths where done < count {
                guard width <= 64,
                    let packed = input.takeWithRest(
                        BitPacking.bytes(count: header.miniblockValues, width: Int(width)))
                else { throw Header.cutOff(done, count) }
                let taken = min(header.miniblockValues, count - done)
                unpack(packed, Int(width), done, taken, smallest)
                done += taken
            }
        }
    }
}

/// What precedes the blocks.
private struct Header {
    let miniblocks: Int
    let miniblockValues: Int
    let first: Int64

    init(_ input: inout EncodedBytes, count: Int) throws(ParquetError) {
        guard let blockValues = input.length(), let miniblocks = input.length(),
            let total = input.length(), let first = input.zigzag()
        else { throw Self.cutOff(0, count) }
        guard total == count else {
            throw ParquetError(
                .damaged, "Delta data holds \(total) values, \(count) are expected.")
        }
        guard blockValues > 0, blockValues % 128 == 0, blockValues <= Limits.deltaBlockValues,
            miniblocks > 0, blockValues % miniblocks == 0, blockValues / miniblocks % 32 == 0
        else {
            throw ParquetError(
                .damaged, "Delta blocks of \(blockValues) values in \(miniblocks) miniblocks.")
        }
        self.miniblocks = miniblocks
        miniblockValues = blockValues / miniblocks
        self.first = first
    }

    static func cutOff(_ done: Int, _ count: Int) -> ParquetError {
        ParquetError(.damaged, "Delta data ends or is invalid after \(done) of \(count) values.")
    }
}
