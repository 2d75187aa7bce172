// SPDX-License-Identifier: Apache-2.0

internal import Parquet

/// A question to catalogs: whether a field may have one of some texts. Made once, asked of every
/// segment of a book.
package struct CatalogTexts: Sendable {
    let column: [UInt8]
    /// The texts, and their hashes for filters.
    let texts: [(bytes: [UInt8], hash: UInt64)]

    package init(column: [UInt8], texts: [[UInt8]]) {
        self.column = column
        self.texts = texts.map { text in (text, text.withUnsafeBytes { XXHash64.hash($0) }) }
    }

    /// Where a segment's own filter of a chunk is.
    package struct FilterInFile: Sendable {
        /// Of its first block in the file.
        package let offset: UInt64
        /// Blocks of 32 bytes; at least 1.
        package let blocks: UInt32
    }
}

/// Row groups of a segment, at most 64, as bits.
package typealias CatalogRowGroups = UInt64

extension CatalogBlock {
    /// How many row groups are asked about at once.
    package static let rowGroupsAtOnce = CatalogRowGroups.bitWidth

    /// The row groups, from `first` on, of which it is not known that no row has one of the texts.
    ///
    /// - Parameter isInFile: asks the segment's own filter for a text; true when it cannot say.
    package func mayHold(
        _ wanted: CatalogTexts, from first: Int,
        isInFile: (CatalogTexts.FilterInFile, UnsafeRawBufferPointer) -> Bool
    ) -> CatalogRowGroups {
        let found = wanted.column.withUnsafeBytes { name in
            withChunks(of: name) { bytes in
                scan(bytes, from: first) { chunk in
                    chunk.mayHold(wanted, isInFile)
                }
            }
        }
        return found ?? (hasAllTexts ? 0 : .max)
    }

    /// The row groups, from `first` on, of which it is not known that no row has a value in a column
    /// of texts.
    package func mayHaveValues(_ column: [UInt8], from first: Int) -> CatalogRowGroups {
        let found = column.withUnsafeBytes { name in
            withChunks(of: name) { bytes in scan(bytes, from: first) { !$0.isEmpty } }
        }
        return found ?? (hasAllTexts ? 0 : .max)
    }

    private func scan(
        _ bytes: UnsafeRawBufferPointer, from first: Int, _ isPossible: (CatalogChunk) -> Bool
    ) -> CatalogRowGroups {
        var groups: CatalogRowGroups = 0
        var at = 0
        for number in 0..<min(rowGroups, first + Self.rowGroupsAtOnce) {
            // What cannot be read is asked of the segment.
            guard let chunk = CatalogChunk(bytes, &at) else { return .max }
            if number >= first, isPossible(chunk) {
                groups |= 1 << CatalogRowGroups(number - first)
            }
        }
        return groups
    }
}

/// A chunk as it stands in a block's bytes; valid as long as these are.
struct CatalogChunk {
    let isEmpty: Bool
    let mayHaveContainers: Bool
    let range: (lowest: UnsafeRawBufferPointer, highest: UnsafeRawBufferPointer)?
    /// Its filter, where the catalog has it.
    let filter: UnsafeRawBufferPointer?
    let bloomBlocks: UInt32
    let bloomOffset: UInt64

    /// Reads the chunk that begins at a place, and goes on to the next; nil when it is cut off.
    init?(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) {
        guard bytes.count - at >= Catalog.chunkHeadBytes else { return nil }
        let flags = bytes[at]
        let lowest = Int(bytes[at + 1])
        let highest = Int(bytes[at + 2])
        isEmpty = flags & Catalog.Flag.empty != 0
        mayHaveContainers = flags & Catalog.Flag.containers != 0
        let blocks = bytes.load32(at + 4)
        bloomOffset = bytes.load64(at + 8)
        at += Catalog.chunkHeadBytes
        guard bytes.count - at >= lowest + highest else { return nil }
        let middle = at + lowest
        range =
            flags & Catalog.Flag.range == 0
            ? nil
            : (
                UnsafeRawBufferPointer(rebasing: bytes[at..<middle]),
                UnsafeRawBufferPointer(rebasing: bytes[middle..<(middle + highest)])
            )
        at = middle + highest
        guard flags & Catalog.Flag.filter != 0 else {
            filter = nil
            bloomBlocks = blocks
            return
        }
        let size = Int(blocks) * BloomProbe.blockBytes
        guard blocks > 0, bytes.count - at >= size else { return nil }
        filter = UnsafeRawBufferPointer(rebasing: bytes[at..<(at + size)])
        bloomBlocks = 0
        at += size
    }

    func mayHold(
        _ wanted: CatalogTexts,
        _ isInFile: (CatalogTexts.FilterInFile, UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        if isEmpty { return false }
        if mayHaveContainers { return true }
        return wanted.texts.contains { text in
            text.bytes.withUnsafeBytes { bytes in
                guard isInRange(bytes), isInFilter(text.hash) else { return false }
                guard bloomBlocks > 0 else { return true }
                return isInFile(.init(offset: bloomOffset, blocks: bloomBlocks), bytes)
            }
        }
    }

    private func isInRange(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let range else { return true }
        if text.precedes(range.lowest) { return false }
        // The highest may be cut off: what begins with it is not above it.
        let begin = UnsafeRawBufferPointer(rebasing: text.prefix(range.highest.count))
        return !range.highest.precedes(begin)
    }

    private func isInFilter(_ hash: UInt64) -> Bool {
        guard let filter else { return true }
        let blocks = filter.count / BloomProbe.blockBytes
        let at =
            SplitBlockBloomFilter.blockIndex(hash: hash, blocks: blocks) * BloomProbe.blockBytes
        let block = UnsafeRawBufferPointer(rebasing: filter[at..<(at + BloomProbe.blockBytes)])
        return (try? SplitBlockBloomFilter.contains(hash: hash, block: block)) ?? true
    }
}
