// SPDX-License-Identifier: Apache-2.0

/// All lengths as deltas, then all bytes (Encodings.md, "Delta-length byte array").
package enum DeltaLengthByteArray {
    /// Adds the strings of `range`.
    package static func encode(
        _ strings: ByteStrings, range: Range<Int>, into output: inout [UInt8]
    ) {
        strings.offsets.withUnsafeBufferPointer { offsets in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: range.count) { lengths in
                for (place, index) in range.enumerated() {
                    lengths.initializeElement(
                        at: place,
                        to: Int32(truncatingIfNeeded: offsets[index + 1] &- offsets[index]))
                }
                DeltaBinaryPacked.encode(UnsafeBufferPointer(lengths), into: &output)
            }
            let bytes = Int(offsets[range.lowerBound])..<Int(offsets[range.upperBound])
            output.append(contentsOf: strings.data[bytes])
        }
    }

    /// Exactly `count` strings.
    ///
    /// - Throws: `damaged` when the bytes end before or are no such encoding.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> ByteStrings {
        let (lengths, consumed) = try DeltaBinaryPacked.decodeInt32(bytes, count: count)
        let data = UnsafeRawBufferPointer(rebasing: bytes[consumed...])
        var end = 0
        let offsets = try [UInt32](count: count + 1) { (offsets) throws(ParquetError) in
            offsets[0] = 0
            for (index, length) in lengths.enumerated() {
                guard length >= 0, Int(length) <= data.count - end else {
                    throw ParquetError(
                        .damaged, "String \(index) of \(count) reaches beyond its page.")
                }
                end += Int(length)
                offsets[index + 1] = UInt32(truncatingIfNeeded: end)
            }
        }
        return ByteStrings(data: Array(data[..<end]), offsets: offsets)
    }
}
