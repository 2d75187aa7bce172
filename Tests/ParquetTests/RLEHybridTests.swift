// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

/// Values that stretch each path of the hybrid: noise, runs of all lengths, and both in turns.
private func samples(_ width: Int, _ random: inout SeededRandom) -> [[UInt32]] {
    let mask = width == 0 ? 0 : UInt32.max >> UInt32(32 - width)
    func noise(_ count: Int) -> [UInt32] {
        (0..<count).map { _ in UInt32.random(in: 0...mask, using: &random) }
    }
    var mixed: [UInt32] = []
    for _ in 0..<40 {
        mixed += noise(Int.random(in: 0...19, using: &random))
        mixed += Array(
            repeating: UInt32.random(in: 0...mask, using: &random),
            count: Int.random(in: 1...70, using: &random))
    }
    return [
        [], [mask], noise(7), noise(8), noise(9), noise(64), noise(1027), mixed,
        Array(repeating: mask, count: 500), Array(repeating: 0, count: 8) + noise(3),
        noise(3) + Array(repeating: mask, count: 100),
    ]
}

private func encoded(_ values: [UInt32], _ width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    values.withUnsafeBufferPointer { RLEHybrid.encode($0, bitWidth: width, into: &bytes) }
    return bytes
}

private func decoded(
    _ bytes: [UInt8], _ width: Int, _ count: Int
) throws(ParquetError) -> (values: [UInt32], consumed: Int) {
    var consumed = 0
    let values = try [UInt32](count: count) { (output) throws(ParquetError) in
        consumed = try exactly(bytes) { (bytes) throws(ParquetError) in
            try RLEHybrid.decode(bytes, bitWidth: width, count: count, into: output)
        }
    }
    return (values, consumed)
}

@Suite struct RLEHybridTests {
    @Test(arguments: 0...32) func `values come back at each width`(width: Int) throws {
        var random = SeededRandom(UInt64(width))
        for values in samples(width, &random) {
            let bytes = encoded(values, width)
            let back = try decoded(bytes, width, values.count)
            #expect(back.values == values)
            #expect(back.consumed == bytes.count)
        }
    }

    @Test(arguments: [1, 2, 5, 8, 13, 20, 31, 32])
    func `bytes cut off anywhere are an error`(width: Int) throws {
        var random = SeededRandom(UInt64(width))
        for values in samples(width, &random) where values.count < 600 {
            let bytes = encoded(values, width)
            for cut in 0..<bytes.count {
                #expect(throws: ParquetError(.damaged, "")) {
                    try decoded(Array(bytes[..<cut]), width, values.count)
                }
            }
        }
    }

    @Test func `the example of the specification is written as it stands there`() {
        // 0 to 7 with a width of 3, after the header of one group.
        #expect(encoded(Array(0...7), 3) == [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010])
    }

    @Test func `a run takes as many bytes as its header and value`() {
        #expect(encoded(Array(repeating: 300, count: 1000), 9) == [0xD0, 0x0F, 0x2C, 0x01])
    }

    @Test(
        arguments: [
            ([0x00, 0x01], 8), ([0x01], 8), ([0x10, 0x04], 2), ([0x10, 0, 0, 0, 0x80], 31),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 4), ([0x10, 1], 33),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], 32),
        ] as [([UInt8], Int)])
    func `headers and runs that no writer writes are an error`(bytes: [UInt8], width: Int) {
        #expect(throws: ParquetError(.damaged, "")) { try decoded(bytes, width, 8) }
    }

    @Test func `a run longer than what is asked for is cut`() throws {
        #expect(try decoded([0xFE, 0xFF, 0xFF, 0x7F, 7], 3, 5).values == [7, 7, 7, 7, 7])
    }

    @Test func `codes beyond the dictionary are an error`() throws {
        for (codes, entries) in [([0, 1, 2, 3], 3), ([0, 0], 0)] as [([UInt32], Int)] {
            var bytes: [UInt8] = []
            codes.withUnsafeBufferPointer {
                RLEHybrid.encodeCodes($0, dictionaryCount: entries + 1, into: &bytes)
            }
            func decode(_ entries: Int) throws(ParquetError) -> [UInt32] {
                let bytes = bytes
                return try [UInt32](count: codes.count) { (output) throws(ParquetError) in
                    try exactly(bytes) { (bytes) throws(ParquetError) in
                        try RLEHybrid.decodeCodes(
                            bytes, count: codes.count, dictionaryCount: entries, into: output)
                    }
                }
            }
            #expect(try decode(entries + 1) == codes)
            #expect(throws: ParquetError(.damaged, "")) { try decode(entries) }
        }
    }
}

@Suite struct LevelTests {
    private func decoded(
        _ bytes: [UInt8], _ count: Int
    ) throws(ParquetError) -> (levels: [UInt8], consumed: Int, ones: Int) {
        var result = (consumed: 0, ones: 0)
        let levels = try [UInt8](count: count) { (output) throws(ParquetError) in
            result = try exactly(bytes) { (bytes) throws(ParquetError) in
                try RLEHybrid.decodeLevels(bytes, count: count, into: output)
            }
        }
        return (levels, result.consumed, result.ones)
    }

    @Test func `levels are written as values of one bit, and come back`() throws {
        var random = SeededRandom(7)
        for values in samples(1, &random) {
            let levels = values.map { UInt8($0) }
            var bytes: [UInt8] = []
            levels.withUnsafeBufferPointer { RLEHybrid.encodeLevels($0, into: &bytes) }
            #expect(bytes == encoded(values, 1))
            let back = try decoded(bytes, levels.count)
            #expect(back.levels == levels)
            #expect(back.consumed == bytes.count)
            #expect(back.ones == levels.filter { $0 == 1 }.count)
            for cut in 0..<bytes.count {
                #expect(throws: ParquetError(.damaged, "")) {
                    try decoded(Array(bytes[..<cut]), levels.count)
                }
            }
        }
    }

    @Test(arguments: [UInt8(0), 1]) func `equal levels are one run`(level: UInt8) throws {
        var bytes: [UInt8] = []
        RLEHybrid.encodeLevels(repeating: level, count: 1_000_000, into: &bytes)
        #expect(bytes.count == 4)
        let back = try decoded(bytes, 1_000_000)
        #expect(back.ones == Int(level) * 1_000_000)
        #expect(back.levels.allSatisfy { $0 == level })
    }

    @Test func `a level above 1 is an error`() {
        #expect(throws: ParquetError(.damaged, "")) { try decoded([0x10, 2], 8) }
    }
}
