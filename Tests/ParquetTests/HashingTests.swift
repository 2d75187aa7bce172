// SPDX-License-Identifier: Apache-2.0

import CDaybook
import Testing

@testable import Parquet

@Suite struct CRC32Tests {
    private func checksum(_ bytes: [UInt8], continuing: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum($0, continuing: continuing) }
    }

    /// Bit by bit, as the definition has it.
    private func defined(_ bytes: [UInt8]) -> UInt32 {
        var state = UInt32.max
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state >> 1 ^ (state & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~state
    }

    @Test func `the check value of the polynomial comes out`() {
        #expect(checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(checksum([]) == 0)
    }

    @Test func `all lengths and alignments agree with the definition, both ways`() {
        var random = SeededRandom(1)
        let bytes = (0..<700).map { _ in UInt8.random(in: 0...255, using: &random) }
        for count in Array(0...200) + [255, 256, 257, 511, 640, 690] {
            let start = count % 9
            let part = Array(bytes[start..<(start + count)])
            let wanted = defined(part)
            #expect(checksum(part) == wanted)
            #expect(daybook_crc32_portable(0, part, part.count) == wanted)
            bytes.withUnsafeBytes { all in
                let slice = UnsafeRawBufferPointer(rebasing: all[start..<(start + count)])
                #expect(CRC32.checksum(slice) == wanted)
            }
        }
    }

    @Test func `a checksum goes on where another one ended`() {
        let bytes = Array(repeating: UInt8(0xA5), count: 300)
        for cut in [0, 1, 63, 64, 65, 200, 300] {
            let first = checksum(Array(bytes[..<cut]))
            #expect(checksum(Array(bytes[cut...]), continuing: first) == defined(bytes))
        }
    }
}

@Suite struct XXHash64Tests {
    private func hash(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
        Array(bytes).withUnsafeBytes { XXHash64.hash($0, seed: seed) }
    }

    /// The buffer that the reference implementation checks itself with.
    private let buffer: [UInt8] = {
        var state: UInt64 = 2_654_435_761
        return (0..<222).map { _ in
            defer { state &*= 11_400_714_785_074_694_797 }
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()

    @Test(
        arguments: [
            (0, 0xEF46_DB37_51D8_E999, 0xAC75_FDA2_929B_17EF),
            (1, 0xE934_A84A_DB05_2768, 0x5014_6076_43A9_B4C3),
            (4, 0x9136_A0DC_A574_57EE, 0xCAAB_286B_D8E9_FDB5),
            (14, 0x8282_DCC4_994E_35C8, 0xC3BD_6BF6_3DEB_6DF0),
            (222, 0xB641_AE8C_B691_C174, 0x20CB_8AB7_AE10_C14A),
        ] as [(Int, UInt64, UInt64)])
    func `the vectors of the reference implementation come out`(
        count: Int, plain: UInt64, seeded: UInt64
    ) {
        #expect(hash(buffer[..<count]) == plain)
        #expect(hash(buffer[..<count], seed: 2_654_435_761) == seeded)
    }

    @Test func `numbers hash as their bytes do`() {
        for number in [0, 1, .max, 0x0123_4567_89AB_CDEF] as [UInt64] {
            #expect(XXHash64.hash(number) == withUnsafeBytes(of: number) { XXHash64.hash($0) })
            let half = UInt32(truncatingIfNeeded: number)
            #expect(XXHash64.hash(half) == withUnsafeBytes(of: half) { XXHash64.hash($0) })
        }
    }

    @Test func `many strings hash as each alone`() {
        var strings = ByteStrings()
        for count in 0..<100 { buffer[count..<(count * 2)].withUnsafeBytes { strings.append($0) } }
        let hashes = XXHash64.hashes(of: strings)
        #expect(hashes == (0..<100).map { hash(strings[$0]) })
    }
}

@Suite struct SplitBlockBloomFilterTests {
    @Test func `what was added is found, and little else`() {
        var filter = SplitBlockBloomFilter(distinct: 10_000, falsePositives: 0.01)
        for value in 0..<UInt64(10_000) { filter.insert(hash: XXHash64.hash(value)) }
        for value in 0..<UInt64(10_000) {
            #expect(filter.contains(hash: XXHash64.hash(value)))
        }
        let wrong = (10_000..<UInt64(30_000)).count { filter.contains(hash: XXHash64.hash($0)) }
        #expect(wrong < 200)
    }

    @Test func `bytes, block by block, answer as the filter does`() throws {
        var filter = SplitBlockBloomFilter(distinct: 500, falsePositives: 0.05)
        filter.insert(.int64s((0..<500).map { $0 * 3 }))
        var bytes: [UInt8] = []
        filter.append(to: &bytes)
        #expect(bytes.count == filter.blockCount * 32)
        let read = try bytes.withUnsafeBytes { try SplitBlockBloomFilter($0) }
        for value in 0..<UInt64(2000) {
            let hash = XXHash64.hash(value)
            let block = SplitBlockBloomFilter.blockIndex(hash: hash, blocks: filter.blockCount)
            let one = try bytes[(block * 32)..<(block * 32 + 32)].withUnsafeBytes {
                try SplitBlockBloomFilter.contains(hash: hash, block: $0)
            }
            #expect(one == filter.contains(hash: hash))
            #expect(one == read.contains(hash: hash))
            #expect(one || value % 3 != 0 || value >= 1500)
        }
    }

    @Test func `one value sets the bits that the specification says`() {
        var filter = SplitBlockBloomFilter(distinct: 1, falsePositives: 0.5)
        #expect(filter.blockCount == 1)
        filter.insert(hash: 1)
        var bytes: [UInt8] = []
        filter.append(to: &bytes)
        // Bit (salt × 1) >> 27 of each word.
        let salts: [UInt32] = [
            0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b,
            0x9efc_4947, 0x5c6b_fb31,
        ]
        var wanted: [UInt8] = []
        for salt in salts {
            let word = UInt32(1) << (salt >> 27)
            for shift in [0, 8, 16, 24] as [UInt32] { wanted.append(UInt8(word >> shift & 0xFF)) }
        }
        #expect(bytes == wanted)
    }

    @Test func `sizes are a power of two and stay under the limit`() {
        for distinct in [0, 1, 10, 1000, 131_072, 1 << 40] {
            let blocks = SplitBlockBloomFilter.blockCount(
                distinct: distinct, falsePositives: 0.01)
            #expect(blocks.nonzeroBitCount == 1)
            #expect(blocks * 32 <= Limits.bloomFilterBytes)
        }
        let blocks = SplitBlockBloomFilter.blockCount(distinct: 131_072, falsePositives: 0.01)
        #expect(blocks * 32 == 256 << 10)
    }

    @Test func `bytes that are no whole blocks are an error`() {
        for count in [0, 1, 31, 33] {
            #expect(throws: ParquetError(.damaged, "")) {
                try [UInt8](repeating: 0, count: count).withUnsafeBytes {
                    _ = try SplitBlockBloomFilter($0)
                }
            }
        }
    }
}
