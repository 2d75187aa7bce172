// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct ZstdTests {
    private func compressed(_ bytes: [UInt8], level: Int = 3) throws -> [UInt8] {
        var compressor = try ZstdCompressor()
        var output: [UInt8] = []
        var failure: ParquetError?
        bytes.withUnsafeBytes { bytes in
            do throws(ParquetError) {
                try compressor.compress(bytes, level: level, into: &output)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return output
    }

    private func decompressed(_ bytes: [UInt8], _ expected: Int) throws(ParquetError) -> [UInt8] {
        var decompressor = try ZstdDecompressor()
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        return Array(
            try decompressor.decompress(UnsafeRawBufferPointer(copy), expected: expected))
    }

    @Test(arguments: [0, 1, 2, 5000, 140_000], [-5, 1, 3, 12])
    func `bytes come back`(count: Int, level: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 / 1000) }
        #expect(try decompressed(try compressed(bytes, level: level), count) == bytes)
    }

    @Test func `frames cut off, of another size, or no frames at all are an error`() throws {
        let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
        let frame = try compressed(bytes)
        for cut in stride(from: 0, to: frame.count, by: 5) {
            #expect(throws: ParquetError(.damaged, "")) {
                try decompressed(Array(frame[..<cut]), 3000)
            }
        }
        for expected in [0, 1, 2999, 3001, -1, 1 << 40, .max] {
            #expect(throws: ParquetError(.damaged, "")) { try decompressed(frame, expected) }
        }
        #expect(throws: ParquetError(.damaged, "")) { try decompressed(Array("text".utf8), 4) }
    }

    @Test func `the most that zstd can shrink is read back`() throws {
        let bytes = [UInt8](repeating: 7, count: 2 << 20)
        #expect(try decompressed(try compressed(bytes, level: 19), bytes.count) == bytes)
    }

    @Test func `a level that zstd does not have is refused`() {
        #expect(throws: ParquetError(.misuse, "")) { try compressed([1], level: 99) }
    }
}
