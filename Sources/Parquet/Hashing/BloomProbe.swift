// SPDX-License-Identifier: Apache-2.0

/// A question to a bloom filter that is not in memory: which of its blocks to read, and what that
/// block says.
package struct BloomProbe: Sendable {
    package static let blockBytes = SplitBlockBloomFilter.blockBytes

    private let hash: UInt64
    /// Where the block is, from the first one on, in bytes.
    package let offset: Int

    /// - Parameters:
    ///   - value: a byte string, or a number's little-endian bytes.
    ///   - blocks: blocks of the filter, 1 to 2^31 - 1.
    package init(_ value: UnsafeRawBufferPointer, blocks: Int) {
        hash = XXHash64.hash(value)
        let blocks = min(max(1, blocks), Int(Int32.max))
        offset =
            SplitBlockBloomFilter.blockIndex(hash: hash, blocks: blocks)
            * SplitBlockBloomFilter.blockBytes
    }

    /// False only if the filter was made without the value; true for what is no block.
    package func isIn(_ block: UnsafeRawBufferPointer) -> Bool {
        (try? SplitBlockBloomFilter.contains(hash: hash, block: block)) ?? true
    }
}
