// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

private func integers<Value: FixedWidthInteger>(_ type: Value.Type) -> [[Value]] {
    var random = SeededRandom(3)
    var samples: [[Value]] = [
        [], [0], [.min], [.max], [.min, .max], [.max, .min, .max, .min, 0, -1, 1],
        Array(repeating: 42, count: 1000), (0..<300).map { Value($0) },
        (0..<300).map { .max - Value($0) * 7 },
    ]
    for count in [2, 32, 33, 34, 128, 129, 130, 257, 1000] {
        samples.append((0..<count).map { _ in .random(in: .min ... .max, using: &random) })
    }
    for bits in 0...Value.bitWidth {
        let limit = bits == Value.bitWidth ? Value.max : Value.max >> Value(Value.bitWidth - bits)
        var value: Value = 0
        samples.append(
            (0..<200).map { _ in
                value &+= .random(in: 0...max(limit, 0), using: &random)
                return value
            })
    }
    return samples
}

private func decoded64(
    _ bytes: [UInt8], _ count: Int
) throws(ParquetError) -> (values: [Int64], consumed: Int) {
    try exactly(bytes) { (bytes) throws(ParquetError) in
        try DeltaBinaryPacked.decodeInt64(bytes, count: count)
    }
}

private func decoded32(
    _ bytes: [UInt8], _ count: Int
) throws(ParquetError) -> (values: [Int32], consumed: Int) {
    try exactly(bytes) { (bytes) throws(ParquetError) in
        try DeltaBinaryPacked.decodeInt32(bytes, count: count)
    }
}

@Suite struct DeltaBinaryPackedTests {
    @Test func `64-bit integers come back, extremes too`() throws {
        for values in integers(Int64.self) {
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
            let back = try decoded64(bytes, values.count)
            #expect(back.values == values)
            #expect(back.consumed == bytes.count)
        }
    }

    @Test func `32-bit integers come back, and never take more than 32 bits each`() throws {
        for values in integers(Int32.self) {
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
            let back = try decoded32(bytes, values.count)
            #expect(back.values == values)
            #expect(back.consumed == bytes.count)
            let blocks = values.count / 128 + 1
            #expect(bytes.count <= 16 + blocks * (9 + 128 * 4))
        }
    }

    @Test func `bytes cut off anywhere are an error`() throws {
        for values in integers(Int64.self) where values.count < 260 {
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
            for cut in stride(from: 0, to: bytes.count, by: bytes.count > 500 ? 7 : 1) {
                let part = Array(bytes[..<cut])
                #expect(throws: ParquetError(.damaged, "")) { try decoded64(part, values.count) }
                #expect(throws: ParquetError(.damaged, "")) { try decoded32(part, values.count) }
            }
        }
    }

    @Test func `the examples of the specification are written as they stand there`() {
        var bytes: [UInt8] = []
        [Int64](1...5).withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
        // Header (128, 4, 5, first value 1), then min delta 1 and four widths of 0.
        #expect(bytes == [0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0])
        bytes = []
        [Int64]([7, 5, 3, 1, 2, 3, 4, 5]).withUnsafeBufferPointer {
            DeltaBinaryPacked.encode($0, into: &bytes)
        }
        // Deltas −2 −2 −2 1 1 1 1 less −2: 0 0 0 3 3 3 3 in two bits each.
        #expect(
            bytes == [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111]
                + [0, 0, 0, 0, 0, 0])
    }

    @Test func `other block sizes are read`() throws {
        // 256 values in 2 miniblocks of 128; three values, widths of what is not needed are noise.
        let bytes: [UInt8] =
            [0x80, 0x02, 2, 3, 20, 1, 8, 99, 5, 7] + Array(repeating: 0, count: 126)
        #expect(try decoded64(bytes, 3).values == [10, 14, 20])
        #expect(try decoded64(bytes, 3).consumed == bytes.count)
        #expect(try decoded32(bytes, 3).values == [10, 14, 20])
    }

    @Test func `32-bit differences that were computed in 64 bits are read`() throws {
        // From Int32.max to Int32.min: −2^32 + 1, in a miniblock of 33 bits after 0.
        var bytes: [UInt8] = [0x80, 0x01, 4, 3]
        bytes.append(zigzag: Int64(Int32.max))
        bytes.append(zigzag: -(1 << 32) + 1)
        bytes += [33, 0, 0, 0, 0, 0, 0, 0, 0xFC, 0xFF, 0xFF, 0xFF, 0x03]
        bytes += Array(repeating: 0, count: 33 * 4 - 9)
        #expect(try decoded32(bytes, 3).values == [.max, .min, .max])
    }

    @Test(
        arguments: [
            [0x80, 0x01, 4, 4, 2, 2, 0, 0, 0, 0], [0, 4, 5, 2, 2, 0, 0, 0, 0],
            [0x80, 0x01, 0, 5, 2, 2, 0, 0, 0, 0], [0x80, 0x01, 8, 5, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0],
            [0x81, 0x01, 4, 5, 2, 2, 0, 0, 0, 0], [0x80, 0x01, 4, 5, 2, 2, 65, 0, 0, 0],
            [0x80, 0x80, 0x80, 0x80, 0x04, 4, 5, 2, 2, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `headers that no writer writes are an error`(bytes: [UInt8]) {
        let bytes = bytes + Array(repeating: 0, count: 600)
        #expect(throws: ParquetError(.damaged, "")) { try decoded64(bytes, 5) }
    }
}

@Suite struct DeltaLengthByteArrayTests {
    private func strings(_ texts: [String]) -> ByteStrings {
        var strings = ByteStrings()
        for text in texts { Array(text.utf8).withUnsafeBytes { strings.append($0) } }
        return strings
    }

    private func decoded(_ bytes: [UInt8], _ count: Int) throws(ParquetError) -> ByteStrings {
        try exactly(bytes) { (bytes) throws(ParquetError) in
            try DeltaLengthByteArray.decode(bytes, count: count)
        }
    }

    @Test func `strings come back, whole or a range of them`() throws {
        for texts in [
            [], [""], ["", "", ""], ["Hello", "World", "Foobar", "ABCDEF"],
            (0..<500).map { String(repeating: "x", count: $0 * 37 % 91) },
        ] {
            let all = strings(texts)
            for range in [0..<texts.count, (texts.count / 3)..<texts.count] {
                var bytes: [UInt8] = []
                DeltaLengthByteArray.encode(all, range: range, into: &bytes)
                #expect(try decoded(bytes, range.count) == strings(Array(texts[range])))
                for cut in 0..<min(bytes.count, 300) {
                    #expect(throws: ParquetError(.damaged, "")) {
                        try decoded(Array(bytes[..<cut]), range.count)
                    }
                }
            }
        }
    }

    @Test func `negative lengths, and such that reach beyond the page, are an error`() {
        for lengths in [[-1, 3], [3, .max], [.max, .max, .max]] as [[Int32]] {
            var bytes: [UInt8] = []
            lengths.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
            bytes += [1, 2, 3]
            #expect(throws: ParquetError(.damaged, "")) { try decoded(bytes, lengths.count) }
        }
    }
}
