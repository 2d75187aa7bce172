// SPDX-License-Identifier: Apache-2.0

extension ParquetWriter {
    /// Writes a chunk's pages encrypted, each bound to its place in this file.
    mutating func writeEncrypted(
        _ chunk: EncodedChunk, _ column: Int
    ) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes) {
        var pages = PageRewriter(chunk.metadata, column: column)
        for page in chunk.pages {
            let body = Array(chunk.bytes[page.body])
            try pages.write(page.header, body, to: &self)
        }
        var metadata = pages.metadata
        try writeBloom(chunk.bloom, column, &metadata)
        let locations = pages.offsetIndex(rows: chunk.offsetIndex.pages.map(\.firstRow))
        return (metadata, ChunkIndexes(column: chunk.columnIndex, offset: locations))
    }
}

/// Writes pages anew, as they are compressed, and keeps account of where they land.
struct PageRewriter {
    /// The chunk's metadata, with new places and sizes.
    private(set) var metadata: ColumnMetaData
    private var places: [FileRange] = []
    private let column: Int

    init(_ metadata: ColumnMetaData, column: Int) {
        self.metadata = metadata
        self.metadata.uncompressedSize = 0
        self.metadata.compressedSize = 0
        self.metadata.dictionaryPageOffset = nil
        self.metadata.dataPageOffset = 0
        self.metadata.isEncrypted = false
        self.column = column
    }

    /// Writes a page: `body` in clear, yet compressed.
    mutating func write<Sink>(
        _ header: PageHeader, _ body: [UInt8], to writer: inout ParquetWriter<Sink>
    ) throws(ParquetError) {
        let start = writer.offset
        var header = header
        header.compressedSize = body.count
        header.checksum = nil
        let isDictionary: Bool
        if case .dictionary = header.kind { isDictionary = true } else { isDictionary = false }
        let headerBytes: [UInt8]
        if let encryption = writer.encryption {
            metadata.isEncrypted = true
            header.compressedSize += ModuleCipher.overhead
            let modules = ChunkAddress(rowGroup: writer.rowGroup, column: column)
                .modules(page: isDictionary ? nil : places.count)
            headerBytes = try encryption.encrypt(header.bytes(), as: modules.header)
            try writer.write(headerBytes)
            try writer.write(try encryption.encrypt(body, as: modules.body))
        } else {
            if writer.options.hasChecksums {
                header.checksum = body.withUnsafeBytes { CRC32.checksum($0) }
            }
            headerBytes = header.bytes()
            try writer.write(headerBytes)
            try writer.write(body)
        }
        if isDictionary {
            metadata.dictionaryPageOffset = start
        } else {
            if places.isEmpty { metadata.dataPageOffset = start }
            places.append(FileRange(offset: start, count: writer.offset - start))
        }
        metadata.compressedSize += writer.offset - start
        metadata.uncompressedSize += headerBytes.count + header.uncompressedSize
    }

    /// Where the data pages went; `rows` are their first rows.
    func offsetIndex(rows: [Int]) -> OffsetIndex {
        OffsetIndex(
            pages: zip(places, rows).map { place, row in
                OffsetIndex.Location(offset: place.offset, size: place.count, firstRow: row)
            })
    }
}
