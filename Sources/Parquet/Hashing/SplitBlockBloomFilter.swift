// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Parquet's bloom filter (BloomFilter.md): blocks of 32 bytes; a value sets one bit in each of the
/// eight words of one block.
package struct SplitBlockBloomFilter {
    static let blockBytes = 32

    private static let salts = SIMD8<UInt32>(
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d,
        0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31)

    private var blocks: [SIMD8<UInt32>]

    /// An empty filter for so many distinct values, of which a lookup of another value is answered
    /// wrongly at most in `falsePositives` of the cases (0 to 1, both excluded).
    ///
    /// Blocks are a power of two: Arrow C++ reads no other number.
    package init(distinct: Int, falsePositives: Double) {
        blocks = Array(
            repeating: .zero,
            count: Self.blockCount(distinct: distinct, falsePositives: falsePositives))
    }

    /// The filter that a file has.
    ///
    /// - Throws: `damaged` when these are no blocks, or none.
    package init(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        guard !bytes.isEmpty, bytes.count % Self.blockBytes == 0, let base = bytes.baseAddress
        else {
            throw ParquetError(.damaged, "A bloom filter of \(bytes.count) bytes.")
        }
        blocks = (0..<(bytes.count / Self.blockBytes)).map { block in
            base.loadUnaligned(
                fromByteOffset: block * Self.blockBytes, as: SIMD8<UInt32>.self)
        }
    }

    var blockCount: Int { blocks.count }

    /// How many blocks `init(distinct:falsePositives:)` takes: at most `Limits.bloomFilterBytes`.
    static func blockCount(distinct: Int, falsePositives: Double) -> Int {
        let chance = min(max(falsePositives, 1e-9), 0.999)
        let bits = -8 * Double(max(1, distinct)) / log1p(-pow(chance, 1 / 8))
        let most = Limits.bloomFilterBytes / blockBytes
        let wanted = (bits / Double(8 * blockBytes)).rounded(.up)
        guard wanted < Double(most) else { return most }
        var count = 1
        while Double(count) < wanted { count *= 2 }
        return count
    }

    /// The block of a filter of `blocks` blocks (fewer than 2^31) that a value with this hash is in.
    package static func blockIndex(hash: UInt64, blocks: Int) -> Int {
        Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: blocks)) &>> 32)
    }

    /// The bits that a value with this hash has in its block.
    @inline(__always)
    private static func mask(_ hash: UInt64) -> SIMD8<UInt32> {
        let bits = (SIMD8(repeating: UInt32(truncatingIfNeeded: hash)) &* salts) &>> 27
        return SIMD8(repeating: 1) &<< bits
    }

    /// Adds a value by its `XXHash64`.
    @inline(__always)
    package mutating func insert(hash: UInt64) {
        blocks[Self.blockIndex(hash: hash, blocks: blocks.count)] |= Self.mask(hash)
    }

    /// False only if no value with this hash was added.
    package func contains(hash: UInt64) -> Bool {
        let mask = Self.mask(hash)
        return blocks[Self.blockIndex(hash: hash, blocks: blocks.count)] & mask == mask
    }

    /// As `contains`, with the one block at `blockIndex` at hand.
    ///
    /// - Throws: `damaged` unless `block` has 32 bytes.
    package static func contains(
        hash: UInt64, block: UnsafeRawBufferPointer
    ) throws(ParquetError) -> Bool {
        guard block.count == blockBytes, let base = block.baseAddress else {
            throw ParquetError(.damaged, "A bloom filter's block of \(block.count) bytes.")
        }
        let mask = mask(hash)
        return base.loadUnaligned(as: SIMD8<UInt32>.self) & mask == mask
    }

    /// Adds the blocks as a file has them.
    package func append(to output: inout [UInt8]) {
        blocks.withUnsafeBytes { output.append(contentsOf: $0) }
    }

    /// Adds the values, hashed as the specification says: their PLAIN bytes, without lengths.
    package mutating func insert(_ values: ColumnValues) {
        switch values {
        case .booleans(let values):
            for value in values {
                withUnsafeBytes(of: value) { insert(hash: XXHash64.hash($0)) }
            }
        case .int32s(let values):
            for value in values { insert(hash: XXHash64.hash(UInt32(bitPattern: value))) }
        case .int64s(let values):
            for value in values { insert(hash: XXHash64.hash(UInt64(bitPattern: value))) }
        case .doubles(let values):
            for value in values { insert(hash: XXHash64.hash(value.bitPattern)) }
        case .strings(let values):
            for hash in XXHash64.hashes(of: values) { insert(hash: hash) }
        case .fixed(let values):
            values.data.withUnsafeBytes { data in
                for index in 0..<values.count {
                    let place = (index * values.width)..<((index + 1) * values.width)
                    insert(hash: XXHash64.hash(UnsafeRawBufferPointer(rebasing: data[place])))
                }
            }
        case .dictionary(_, let values): insert(values)
        }
    }
}
