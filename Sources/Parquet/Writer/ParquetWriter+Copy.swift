// SPDX-License-Identifier: Apache-2.0

extension ParquetWriter {
    /// Writes a row group of another file as it is encoded there: pages, page index and bloom
    /// filters are taken over, places are rewritten. Columns that the other file lacks get no
    /// values: they must be optional.
    ///
    /// Between files in clear, bytes are copied in pieces. Where one of the two is encrypted, a
    /// page at a time is decrypted and encrypted, as its place in the file is part of what its tag
    /// covers.
    /// - Throws: `misuse` when the other file has columns that this one lacks, or of another type,
    ///   or optional where here they are required or the other way round; what reading the other
    ///   file and writing to the sink throw.
    public mutating func append(
        copying rowGroup: Int, of file: ParquetFile
    ) throws(ParquetError) {
        guard file.rowGroups.indices.contains(rowGroup) else {
            throw ParquetError(
                .misuse,
                "There is no row group \(rowGroup): the file has \(file.rowGroups.count).")
        }
        for column in file.schema.columns {
            guard let place = schema.index(of: column.name), schema.columns[place] == column else {
                throw ParquetError(
                    .misuse,
                    "Column \"\(column.name)\" of the file to copy is not in this one, or differs "
                        + "in type or in whether it is optional.")
            }
        }
        let rows = file.rowGroups[rowGroup].rowCount
        try appendRowGroup(rows: rows) { (writer, index) throws(ParquetError) in
            guard let place = file.schema.index(of: writer.schema.columns[index].name) else {
                return try writer.writeWithoutValues(index, rows: rows)
            }
            let origin = ChunkOrigin(file: file, column: place, rowGroup: rowGroup)
            guard writer.encryption == nil, !origin.metadata.isEncrypted else {
                return try writer.rewrite(origin, index)
            }
            return try writer.copy(origin, index)
        }
    }

    /// Between files in clear: the bytes as they are.
    private mutating func copy(
        _ origin: ChunkOrigin, _ column: Int
    ) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes) {
        let file = origin.file
        let range = try origin.extent()
        var indexes = try origin.indexes()
        var metadata = origin.metadata
        let distance = offset - range.offset
        indexes.offset?.move(by: distance)
        metadata.move(by: distance)
        metadata.offsetIndex = nil
        metadata.columnIndex = nil
        var done = 0
        while done < range.count {
            let count = min(Limits.copyBytes, range.count - done)
            try file.source.withBytes(at: range.offset + done, count: count) {
                (bytes) throws(ParquetError) in try sink.write(bytes)
            }
            done += count
        }
        offset += range.count
        try writeBloom(try origin.bloomBlocks(), column, &metadata)
        return (metadata, indexes)
    }

    /// From or to an encrypted file: page by page.
    private mutating func rewrite(
        _ origin: ChunkOrigin, _ column: Int
    ) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes) {
        let range = try origin.extent()
        let indexes = try origin.indexes()
        var pages = PageRewriter(origin.metadata, column: column)
        var rows: [Int] = []
        var row = 0
        try origin.file.source.withBytes(at: range.offset, count: range.count) {
            (bytes) throws(ParquetError) in
            var walker = PageWalker(
                bytes, at: range.offset,
                cipher: origin.metadata.isEncrypted ? origin.file.cipher : nil,
                address: ChunkAddress(rowGroup: origin.rowGroup, column: origin.column),
                expectsDictionary: origin.metadata.hasDictionaryPage)
            while !walker.isAtEnd {
                try walker.next { (header, body) throws(ParquetError) in
                    if let count = try ChunkDecoder.rows(header) {
                        guard encryption == nil || rows.count < Limits.encryptedPages else {
                            throw ParquetError(
                                .tooLarge,
                                "A chunk has more pages than an encrypted file can number.")
                        }
                        rows.append(row)
                        row += count
                    } else if case .other = header.kind {
                        return
                    }
                    try pages.write(header, Array(body), to: &self)
                }
            }
        }
        guard row == origin.metadata.valueCount else {
            throw ParquetError(
                .damaged,
                "The chunk at byte \(range.offset) of the file to copy has \(row) rows, not "
                    + "\(origin.metadata.valueCount).")
        }
        var metadata = pages.metadata
        metadata.offsetIndex = nil
        metadata.columnIndex = nil
        try writeBloom(try origin.bloomBlocks(), column, &metadata)
        return (
            metadata,
            ChunkIndexes(column: indexes.column, offset: pages.offsetIndex(rows: rows))
        )
    }
}

/// A column chunk of a file that is copied from.
struct ChunkOrigin {
    let file: ParquetFile
    let column: Int
    let rowGroup: Int

    var metadata: ColumnMetaData { file.rowGroups[rowGroup].columns[column].metadata }

    /// All pages, checked to lie in the file.
    func extent() throws(ParquetError) -> FileRange { try metadata.extent(in: file.source) }

    /// The page index; the column index goes only with the offset index.
    func indexes() throws(ParquetError) -> ChunkIndexes {
        let chunk = file.rowGroups[rowGroup].columns[column]
        let address = ChunkAddress(rowGroup: rowGroup, column: column)
        guard
            let offsets = try file.offsetIndex(
                chunk, address, rowCount: file.rowGroups[rowGroup].rowCount)
        else { return ChunkIndexes() }
        let extent = try extent()
        for page in offsets.pages {
            guard page.offset >= extent.offset,
                page.offset + page.size <= extent.offset + extent.count
            else {
                throw ParquetError(
                    .damaged,
                    "The offset index of the chunk at byte \(extent.offset) of the file to copy "
                        + "points elsewhere.")
            }
        }
        return ChunkIndexes(
            column: try file.columnIndex(chunk, address), offset: offsets)
    }

    /// The blocks of the bloom filter, in clear.
    func bloomBlocks() throws(ParquetError) -> [UInt8]? {
        if metadata.isEncrypted {
            let chunk = file.rowGroups[rowGroup].columns[column]
            return try file.encryptedBlocks(chunk, column, rowGroup)
        }
        guard let location = try file.bloomLocation(column: column, rowGroup: rowGroup) else {
            return nil
        }
        return try file.source.withBytes(
            at: location.offset, count: location.blockCount * SplitBlockBloomFilter.blockBytes
        ) { (bytes) throws(ParquetError) in Array(bytes) }
    }
}
