// SPDX-License-Identifier: Apache-2.0

/// Writes a Parquet file, front to back.
///
/// After an error the file is unfinished, and so is what the sink holds: throw both away.
public struct ParquetWriter<Sink: ParquetSink> {
    /// Where the bytes go. Whoever writes to it besides spoils the file.
    public var sink: Sink
    /// Bytes written so far.
    public internal(set) var offset = 0
    let schema: Schema
    let options: WriterOptions
    let encryption: FileEncryption?
    private var metadata: FileMetaData
    /// For each row group, what `finish` writes for each chunk.
    private var indexes: [[ChunkIndexes]] = []
    private var isFinished = false

    /// Begins a file of a schema.
    ///
    /// - Throws: `misuse` for options that contradict themselves; what the sink throws.
    public init(
        to sink: Sink, schema: Schema, options: WriterOptions = WriterOptions()
    ) throws(ParquetError) {
        try options.check()
        self.sink = sink
        self.schema = schema
        self.options = options
        metadata = FileMetaData(schema: schema)
        encryption = try options.encryption.map { (key) throws(ParquetError) in
            try FileEncryption(key)
        }
        try write(encryption == nil ? FileMagic.plain : FileMagic.encrypted)
    }

    /// Writes a row group. Columns of the file that it lacks get no values: they must be optional.
    ///
    /// - Throws: `misuse` when it has columns that the file lacks, or of other types; what the sink
    ///   throws.
    public mutating func append(_ group: EncodedRowGroup) throws(ParquetError) {
        for column in group.schema.columns {
            guard schema.index(of: column.name) != nil else {
                throw ParquetError(
                    .misuse, "The file has no column \"\(column.name)\", the row group has.")
            }
        }
        try appendRowGroup(rows: group.rowCount) { (writer, index) throws(ParquetError) in
            let column = writer.schema.columns[index]
            guard let place = group.schema.index(of: column.name) else {
                return try writer.writeWithoutValues(index, rows: group.rowCount)
            }
            guard group.schema.columns[place] == column else {
                throw ParquetError(
                    .misuse, "Column \"\(column.name)\" has another type in the row group.")
            }
            return try writer.write(group.chunks[place], index)
        }
    }

    /// Writes page indexes and footer. Nothing can be added afterwards.
    ///
    /// - Throws: `misuse` when done before; what the sink throws.
    public mutating func finish(metadata pairs: [KeyValue] = []) throws(ParquetError) {
        guard !isFinished else { throw ParquetError(.misuse, "The file is finished already.") }
        isFinished = true
        try writeIndexes()
        metadata.keyValues = pairs
        metadata.createdBy = ParquetWriterName.own
        let start = offset
        var footer = metadata.bytes()
        if let encryption {
            try write(encryption.terms())
            footer = try encryption.encrypt(footer, as: .footer)
        }
        try write(footer)
        let length = offset - start
        guard length <= Limits.footerBytes else {
            throw ParquetError(
                .tooLarge, "The footer has \(length) bytes; write fewer row groups to a file.")
        }
        var end: [UInt8] = [0, 0, 0, 0]
        end.storeLength(length, at: 0)
        try write(end + (encryption == nil ? FileMagic.plain : FileMagic.encrypted))
    }

    // MARK: - Row groups

    /// The number that the row group in hand will have.
    var rowGroup: Int { metadata.rowGroups.count }

    /// Writes a row group whose chunks `chunk` writes, one for each column of the file.
    mutating func appendRowGroup(
        rows: Int,
        _ chunk: (inout Self, Int) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes)
    ) throws(ParquetError) {
        guard !isFinished else { throw ParquetError(.misuse, "The file is finished already.") }
        var group = RowGroupMetaData()
        group.rowCount = rows
        group.fileOffset = offset
        group.ordinal = encryption == nil ? nil : rowGroup
        var indexes: [ChunkIndexes] = []
        for index in schema.columns.indices {
            let (metadata, found) = try chunk(&self, index)
            // Sizes may come from the footer of another file.
            let (total, isTooMuch) = group.totalByteSize.addingReportingOverflow(
                metadata.uncompressedSize)
            guard !isTooMuch else {
                throw ParquetError(.damaged, "A chunk to copy claims an impossible size.")
            }
            group.totalByteSize = total
            group.totalCompressedSize += metadata.compressedSize
            group.columns.append(metadata)
            indexes.append(found)
        }
        metadata.rowGroups.append(group)
        metadata.rowCount += rows
        self.indexes.append(indexes)
    }

    /// Writes a chunk and its bloom filter.
    mutating func write(
        _ chunk: EncodedChunk, _ column: Int
    ) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes) {
        guard encryption == nil else { return try writeEncrypted(chunk, column) }
        var metadata = chunk.metadata
        metadata.move(by: offset)
        var locations = chunk.offsetIndex
        locations.move(by: offset)
        try write(chunk.bytes)
        try writeBloom(chunk.bloom, column, &metadata)
        return (metadata, ChunkIndexes(column: chunk.columnIndex, offset: locations))
    }

    mutating func writeWithoutValues(
        _ index: Int, rows: Int
    ) throws(ParquetError) -> (ColumnMetaData, ChunkIndexes) {
        let column = schema.columns[index]
        guard column.isOptional else {
            throw ParquetError(
                .misuse, "Column \"\(column.name)\" is required, and the row group lacks it.")
        }
        let chunk = EncodedChunk.withoutValues(
            column, rows: rows, hasChecksum: options.hasChecksums)
        return try write(chunk, index)
    }

    /// Writes the blocks of a bloom filter behind the chunk.
    mutating func writeBloom(
        _ blocks: [UInt8]?, _ column: Int, _ metadata: inout ColumnMetaData
    ) throws(ParquetError) {
        metadata.bloomOffset = nil
        metadata.bloomLength = nil
        guard let blocks else { return }
        let start = offset
        var header = BloomFilterHeader(byteCount: blocks.count).bytes()
        var body = blocks
        if let encryption {
            header = try encryption.encrypt(
                header, as: .bloomFilterHeader(rowGroup: rowGroup, column: column))
            body = try encryption.encrypt(
                body, as: .bloomFilterBitset(rowGroup: rowGroup, column: column))
        }
        try write(header)
        try write(body)
        metadata.bloomOffset = start
        metadata.bloomLength = offset - start
    }

    // MARK: - The end of the file

    /// All column indexes, then all offset indexes, as other writers do.
    private mutating func writeIndexes() throws(ParquetError) {
        for (group, chunks) in indexes.enumerated() {
            for (column, chunk) in chunks.enumerated() {
                guard let index = chunk.column else { continue }
                metadata.rowGroups[group].columns[column].columnIndex = try writeModule(
                    index.bytes(), .columnIndex(rowGroup: group, column: column))
            }
        }
        for (group, chunks) in indexes.enumerated() {
            for (column, chunk) in chunks.enumerated() {
                guard let index = chunk.offset else { continue }
                metadata.rowGroups[group].columns[column].offsetIndex = try writeModule(
                    index.bytes(), .offsetIndex(rowGroup: group, column: column))
            }
        }
        indexes = []
    }

    private mutating func writeModule(
        _ bytes: [UInt8], _ module: ModuleCipher.Module
    ) throws(ParquetError) -> FileRange {
        let start = offset
        if let encryption {
            try write(try encryption.encrypt(bytes, as: module))
        } else {
            try write(bytes)
        }
        return FileRange(offset: start, count: offset - start)
    }

    mutating func write(_ bytes: [UInt8]) throws(ParquetError) {
        guard !bytes.isEmpty else { return }
        try bytes.lend { (bytes) throws(ParquetError) in try sink.write(bytes) }
        offset += bytes.count
    }
}

/// What of a chunk stands behind all row groups.
struct ChunkIndexes {
    var column: ColumnIndex?
    var offset: OffsetIndex?
}

/// What a file begins and ends with.
enum FileMagic {
    static let plain = Array("PAR1".utf8)
    static let encrypted = Array("PARE".utf8)
}

extension OffsetIndex {
    mutating func move(by distance: Int) {
        for index in pages.indices { pages[index].offset += distance }
    }
}
