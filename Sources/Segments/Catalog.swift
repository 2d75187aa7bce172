// SPDX-License-Identifier: Apache-2.0

internal import Parquet

/// What the catalog of a book keeps of one segment: enough to say, without opening the file, that
/// it cannot have a record that is looked for (docs/format/catalog.md).
package struct CatalogEntry: Sendable, Equatable {
    /// The file's name in the book's directory.
    package var name: String
    /// Index of its first record.
    package var first: UInt64
    package var records: UInt64
    /// Bytes in the file, and its SHA-256, of which a row has the first half.
    package var bytes: UInt64
    package var sha256: [UInt8]
    /// No record's instant, and no recording time, is outside; microseconds.
    package var times: ClosedRange<Int64>
    package var rowCounts: [UInt32]
    /// Columns that something is known of, at most `Limits.catalogColumnsMax`.
    package var columns: [Column]
    /// Whether a column of texts that is not among them has no value in the whole file.
    package var hasAllTexts = false

    package struct Column: Sendable, Equatable {
        package var name: String
        /// One a row group.
        package var chunks: [Chunk]

        package init(name: String, chunks: [Chunk]) {
            self.name = name
            self.chunks = chunks
        }
    }

    /// What is known of a column in one row group.
    package struct Chunk: Sendable, Equatable {
        /// No row has a value.
        package var isEmpty = false
        /// Some row may have an array or object: its elements are not what range and filter are of.
        package var mayHaveContainers = false
        /// Not below any value: plain bytes of an INT64, or the begin of a string.
        package var lowest: [UInt8]?
        /// Not above any value: as `lowest`; cut off, it stands for all strings that begin so.
        package var highest: [UInt8]?
        /// Where the bits of its bloom filter are in the file.
        package var bloomOffset: UInt64 = 0
        /// Blocks of 32 bytes; 0 without a filter.
        package var bloomBlocks: UInt32 = 0
        /// The blocks of a filter over the values that the file has none for; empty without one.
        package var filter: [UInt8] = []

        package init() {}
    }

    package init(
        name: String, first: UInt64, records: UInt64, bytes: UInt64, sha256: [UInt8],
        times: ClosedRange<Int64>, rowCounts: [UInt32], columns: [Column],
        hasAllTexts: Bool = false
    ) {
        self.name = name
        self.first = first
        self.records = records
        self.bytes = bytes
        self.sha256 = sha256
        self.times = times
        self.rowCounts = rowCounts
        self.columns = columns
        self.hasAllTexts = hasAllTexts
    }
}

/// A segment's part of a catalog, in bytes.
package struct CatalogRecord: Sendable, Equatable {
    /// Its row of the directory, but for where its block begins.
    var row: [UInt8]
    var block: [UInt8]

    /// Nil for an entry that a catalog has no room for: readers open that segment.
    package init?(_ entry: CatalogEntry) {
        let name = Array(entry.name.utf8)
        guard name.count <= Catalog.nameBytes, entry.sha256.count == 32 else { return nil }
        block = Catalog.encodeBlock(entry)
        guard block.count <= Limits.catalogBlockBytesMax else { return nil }
        row = name + [UInt8](repeating: 0, count: Catalog.nameBytes - name.count)
        row.put(entry.first)
        row.put(entry.records)
        row.put(entry.bytes)
        row.put(UInt64(bitPattern: entry.times.lowerBound))
        row.put(UInt64(bitPattern: entry.times.upperBound))
        row.put(0 as UInt64)
        row.put(UInt32(block.count))
        row.put(UInt32(entry.rowCounts.count))
        row.put(Catalog.checksum(block))
        row += entry.sha256.prefix(16)
    }

    init(row: [UInt8], block: [UInt8]) {
        self.row = row
        self.block = block
    }
}

/// The bytes of a catalog: a head, one row of the directory a segment, and a block a segment.
///
/// Same segments, same bytes: whoever doubts a catalog makes it again from them and compares.
package enum Catalog {
    package static let version: UInt32 = 2
    static let magic = Array("daybkcat".utf8)
    static let headBytes = 32
    static let rowBytes = 128
    static let nameBytes = 48
    /// Where in a row it says where its block begins.
    static let blockOffsetPlace = 88

    enum Flag {
        static let empty: UInt8 = 1
        static let range: UInt8 = 2
        static let containers: UInt8 = 4
        static let filter: UInt8 = 8
    }

    /// Set in the first word of a block.
    static let allTexts: UInt32 = 1
    /// Bytes of a block before its columns, the row counts aside.
    static let blockHeadBytes = 4
    /// Bytes of a chunk before its values.
    static let chunkHeadBytes = 16

    /// The catalog of segments in the order of their records.
    package static func encode(_ records: [CatalogRecord]) -> [UInt8] {
        var rows: [UInt8] = []
        var blocks: [UInt8] = []
        for record in records {
            var row = record.row
            withUnsafeBytes(of: UInt64(blocks.count).littleEndian) {
                row.replaceSubrange(blockOffsetPlace..<(blockOffsetPlace + 8), with: $0)
            }
            rows += row
            blocks += record.block
        }
        var bytes = magic
        bytes.put(version)
        bytes.put(UInt32(records.count))
        bytes.put(checksum(rows))
        bytes.put(0 as UInt64)
        return bytes + rows + blocks
    }

    static func encodeBlock(_ entry: CatalogEntry) -> [UInt8] {
        var block: [UInt8] = []
        let kept = entry.columns.prefix(Limits.catalogColumnsMax).filter { column in
            column.name.utf8.count <= Int(UInt16.max)
                && column.chunks.count == entry.rowCounts.count
        }
        let isWhole = entry.hasAllTexts && kept.count == entry.columns.count
        block.put(isWhole ? allTexts : 0 as UInt32)
        for rows in entry.rowCounts { block.put(rows) }
        for column in kept {
            let name = Array(column.name.utf8)
            var chunks: [UInt8] = []
            for chunk in column.chunks { encode(chunk, to: &chunks) }
            block.put(UInt16(name.count))
            block.put(UInt32(chunks.count))
            block += name
            block += chunks
        }
        return block
    }

    private static func encode(_ chunk: CatalogEntry.Chunk, to bytes: inout [UInt8]) {
        var flags: UInt8 = chunk.isEmpty ? Flag.empty : 0
        if chunk.mayHaveContainers { flags |= Flag.containers }
        let lowest = chunk.lowest?.prefix(Limits.catalogValueBytesMax) ?? []
        let highest = chunk.highest?.prefix(Limits.catalogValueBytesMax) ?? []
        if chunk.lowest != nil, chunk.highest != nil { flags |= Flag.range }
        if !chunk.filter.isEmpty { flags |= Flag.filter }
        bytes.append(flags)
        bytes.append(flags & Flag.range == 0 ? 0 : UInt8(lowest.count))
        bytes.append(flags & Flag.range == 0 ? 0 : UInt8(highest.count))
        bytes.append(0)
        if chunk.filter.isEmpty {
            bytes.put(chunk.bloomBlocks)
            bytes.put(chunk.bloomOffset)
        } else {
            bytes.put(UInt32(chunk.filter.count / BloomProbe.blockBytes))
            bytes.put(0 as UInt64)
        }
        if flags & Flag.range != 0 {
            bytes += lowest
            bytes += highest
        }
        bytes += chunk.filter
    }

    static func checksum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { checksum($0) }
    }

    /// XXH64, seed 0: against damage, not against people; those meet `verify`.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 { XXHash64.hash(bytes) }
}

extension [UInt8] {
    /// Little-endian.
    fileprivate mutating func put(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
