// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A catalog that was read, head and directory checked; each block is checked when it is asked for.
///
/// Whatever is wrong with it, the answer is "not known", and the reader opens the segment itself.
package struct CatalogReader: Sendable {
    private let bytes: [UInt8]
    /// Segments in the directory.
    package let count: Int

    /// - Returns: nil for bytes that are no catalog of this version, or damaged ones.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= Catalog.headBytes, bytes.starts(with: Catalog.magic) else {
            return nil
        }
        let head = bytes.withUnsafeBytes { all in
            (
                version: all.load32(8), count: Int(all.load32(12)), checksum: all.load64(16)
            )
        }
        let rows = head.count * Catalog.rowBytes
        guard head.version == Catalog.version, bytes.count - Catalog.headBytes >= rows else {
            return nil
        }
        let found = bytes.withUnsafeBytes { all in
            Catalog.checksum(
                UnsafeRawBufferPointer(
                    rebasing: all[Catalog.headBytes..<(Catalog.headBytes + rows)]))
        }
        guard found == head.checksum else { return nil }
        self.bytes = bytes
        count = head.count
    }

    /// One line of the directory.
    package struct Row: Sendable {
        package var first: UInt64
        package var records: UInt64
        package var bytes: UInt64
        package var times: ClosedRange<Int64>
        fileprivate var index: Int
    }

    private func row(_ index: Int) -> Row {
        bytes.withUnsafeBytes { all in
            let at = Catalog.headBytes + index * Catalog.rowBytes + Catalog.nameBytes
            let low = Int64(bitPattern: all.load64(at + 24))
            let high = Int64(bitPattern: all.load64(at + 32))
            return Row(
                first: all.load64(at), records: all.load64(at + 8), bytes: all.load64(at + 16),
                times: low <= high ? low...high : .min ... .max, index: index)
        }
    }

    /// The line of exactly this file; nil when the catalog does not know it, or knows another one
    /// of that name.
    package func row(
        name: String, first: UInt64, records: UInt64, sha256: [UInt8]
    ) -> Row? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if row(middle).first < first { low = middle + 1 } else { high = middle }
        }
        guard low < count else { return nil }
        let found = row(low)
        let digest = Catalog.headBytes + low * Catalog.rowBytes + 112
        guard found.first == first, found.records == records, hasName(low, name),
            bytes[digest..<(digest + 16)].elementsEqual(sha256.prefix(16))
        else { return nil }
        return found
    }

    /// A segment's part, to be taken into another catalog; nil when its block is damaged.
    package func record(of row: Row) -> CatalogRecord? {
        guard let block = block(of: row) else { return nil }
        let at = Catalog.headBytes + row.index * Catalog.rowBytes
        var line = Array(bytes[at..<(at + Catalog.rowBytes)])
        // Where the block begins is for the catalog that it goes into to say.
        let place = Catalog.blockOffsetPlace
        line.replaceSubrange(place..<(place + 8), with: repeatElement(0, count: 8))
        return CatalogRecord(row: line, block: block.bytes)
    }

    private func hasName(_ index: Int, _ name: String) -> Bool {
        let at = Catalog.headBytes + index * Catalog.rowBytes
        var name = name
        return name.withUTF8 { name in
            bytes.withUnsafeBytes { all in
                name.count <= Catalog.nameBytes
                    && all[at..<(at + name.count)].elementsEqual(name)
                    && all[(at + name.count)..<(at + Catalog.nameBytes)].allSatisfy { $0 == 0 }
            }
        }
    }

    /// What is known of a segment; nil when its block is damaged.
    package func block(of row: Row) -> CatalogBlock? {
        bytes.withUnsafeBytes { all in
            let at = Catalog.headBytes + row.index * Catalog.rowBytes + Catalog.nameBytes
            let blocks = Catalog.headBytes + count * Catalog.rowBytes
            let offset = all.load64(at + 40)
            let length = Int(all.load32(at + 48))
            let rowGroups = Int(all.load32(at + 52))
            guard offset <= UInt64(all.count - blocks),
                length <= all.count - blocks - Int(offset), length >= Catalog.blockHeadBytes,
                rowGroups <= (length - Catalog.blockHeadBytes) / 4
            else { return nil }
            let start = blocks + Int(offset)
            let block = UnsafeRawBufferPointer(rebasing: all[start..<(start + length)])
            guard Catalog.checksum(block) == all.load64(at + 56) else { return nil }
            return CatalogBlock(all: bytes, start: start, end: start + length, rowGroups)
        }
    }
}

/// What the catalog knows of one segment.
package struct CatalogBlock: Sendable {
    private let all: [UInt8]
    private let start: Int
    private let end: Int
    package let rowGroups: Int

    fileprivate init(all: [UInt8], start: Int, end: Int, _ rowGroups: Int) {
        self.all = all
        self.start = start
        self.end = end
        self.rowGroups = rowGroups
    }

    var bytes: [UInt8] { Array(all[start..<end]) }

    /// Rows of each row group.
    package var rowCounts: [UInt32] {
        all.withUnsafeBytes { all in
            (0..<rowGroups).map { all.load32(start + Catalog.blockHeadBytes + $0 * 4) }
        }
    }

    /// Whether a column of texts of which nothing is known has no value in the whole file.
    package var hasAllTexts: Bool {
        all.withUnsafeBytes { $0.load32(start) & Catalog.allTexts != 0 }
    }

    /// A column's chunks, one a row group; nil when nothing is known of the column.
    package func chunks(of column: [UInt8]) -> [CatalogEntry.Chunk]? {
        column.withUnsafeBytes { name in
            withChunks(of: name) { decode($0) } ?? nil
        }
    }

    /// The bytes of a column's chunks; nil when nothing is known of the column. Walks over the
    /// columns before it, and makes nothing.
    func withChunks<Value>(
        of column: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value? {
        all.withUnsafeBytes { all -> Value? in
            var at = start + Catalog.blockHeadBytes + rowGroups * 4
            while end - at >= 6 {
                let nameCount = Int(all.load16(at))
                let chunksCount = Int(all.load32(at + 2))
                at += 6
                guard nameCount <= end - at, chunksCount <= end - at - nameCount else { return nil }
                let name = UnsafeRawBufferPointer(rebasing: all[at..<(at + nameCount)])
                at += nameCount
                if name.hasSameBytes(as: column) {
                    return body(UnsafeRawBufferPointer(rebasing: all[at..<(at + chunksCount)]))
                }
                at += chunksCount
            }
            return nil
        }
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) -> [CatalogEntry.Chunk]? {
        var chunks: [CatalogEntry.Chunk] = []
        var at = 0
        for _ in 0..<rowGroups {
            guard let found = CatalogChunk(bytes, &at) else { return nil }
            var chunk = CatalogEntry.Chunk()
            chunk.isEmpty = found.isEmpty
            chunk.mayHaveContainers = found.mayHaveContainers
            chunk.lowest = found.range.map { Array($0.lowest) }
            chunk.highest = found.range.map { Array($0.highest) }
            if let filter = found.filter {
                chunk.filter = Array(filter)
            } else {
                chunk.bloomBlocks = found.bloomBlocks
                chunk.bloomOffset = found.bloomOffset
            }
            chunks.append(chunk)
        }
        return chunks
    }
}

extension UnsafeRawBufferPointer {
    func load16(_ at: Int) -> UInt16 {
        UInt16(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }

    func load32(_ at: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    func load64(_ at: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    /// As `elementsEqual`, at the speed of memory.
    func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return true }
        return memcmp(base, otherBase, count) == 0
    }

    /// Whether these bytes come before others.
    func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
        let common = Swift.min(count, other.count)
        if common > 0, let base = baseAddress, let otherBase = other.baseAddress {
            let order = memcmp(base, otherBase, common)
            if order != 0 { return order < 0 }
        }
        return count < other.count
    }
}
