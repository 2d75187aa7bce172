// SPDX-License-Identifier: Apache-2.0

/// A Parquet file to read: a flat table, in clear or encrypted with one footer key.
///
/// Opening reads the footer only. Reading needs no state: several threads may read from one file
/// at once. Whatever the bytes of a file are, reading ends with values or with a `ParquetError`.
public struct ParquetFile: Sendable {
    /// The columns.
    public let schema: Schema
    /// Rows in all row groups.
    public let rowCount: Int
    /// The row groups, in order.
    public let rowGroups: [RowGroup]
    /// The footer's key-value metadata, in order.
    public let metadata: [KeyValue]
    /// The program that wrote the file, in its own words.
    public let createdBy: String?
    /// Whether the file is encrypted.
    public var isEncrypted: Bool { cipher != nil }
    /// Where the bytes come from.
    public let source: any ParquetSource

    let cipher: ModuleCipher?

    /// Opens a file: reads its footer.
    ///
    /// - Throws: `damaged` when this is no Parquet file or its footer contradicts itself;
    ///   `unsupported` for nested schemas and for types and encryption that this library does not
    ///   know; `decryption` when the key is missing or wrong; what the source throws.
    public init(
        _ source: any ParquetSource, key: EncryptionKey? = nil
    ) throws(ParquetError) {
        let footer = try Footer(source, key: key)
        self.source = source
        cipher = footer.cipher
        schema = footer.metadata.schema
        rowCount = footer.metadata.rowCount
        metadata = footer.metadata.keyValues
        createdBy = footer.metadata.createdBy
        let columns = footer.metadata.schema.columns
        rowGroups = footer.metadata.rowGroups.map { group in
            RowGroup(
                rowCount: group.rowCount,
                columns: zip(group.columns, columns).map {
                    ColumnChunk(metadata: $0, column: $1)
                })
        }
    }

    /// The value of the last pair with this key in the footer's metadata.
    public func metadata(_ key: String) -> String? {
        metadata.last { $0.key == key }?.value
    }

    // MARK: - Values

    /// Reads all values of a chunk. A chunk that is dictionary-encoded throughout comes as codes.
    ///
    /// - Throws: `damaged`, `unsupported`, `tooLarge` or `decryption`, as the chunk has it; `misuse`
    ///   for a column or row group that is not there; what the source throws.
    public func read(column: Int, rowGroup: Int) throws(ParquetError) -> ColumnVector {
        let chunk = try chunk(column, rowGroup)
        return try ChunkReader(self, chunk, column, rowGroup).readAll()
    }

    /// Reads the values of some rows of a chunk, counted in the row group. Where the chunk has an
    /// offset index, only pages that overlap these rows are touched, and the dictionary page.
    ///
    /// - Throws: as `read(column:rowGroup:)`, and `misuse` for rows that are not there.
    public func read(
        column: Int, rowGroup: Int, rows: Range<Int>
    ) throws(ParquetError) -> ColumnVector {
        try read(column: column, rowGroup: rowGroup, rows: [rows])
    }

    /// As `read(column:rowGroup:rows:)` for several ranges, which ascend and do not overlap; the
    /// values of all follow each other in one vector. A page that holds rows of more than one is
    /// decoded once.
    public func read(
        column: Int, rowGroup: Int, rows: [Range<Int>]
    ) throws(ParquetError) -> ColumnVector {
        let chunk = try chunk(column, rowGroup)
        var last = 0
        for range in rows {
            guard range.lowerBound >= last, range.upperBound <= rowGroups[rowGroup].rowCount else {
                throw ParquetError(
                    .misuse,
                    "Rows \(range) do not ascend within the \(rowGroups[rowGroup].rowCount) of the "
                        + "row group.")
            }
            last = range.upperBound
        }
        return try ChunkReader(self, chunk, column, rowGroup).read(rows.filter { !$0.isEmpty })
    }

    func chunk(_ column: Int, _ rowGroup: Int) throws(ParquetError) -> ColumnChunk {
        guard rowGroups.indices.contains(rowGroup), schema.columns.indices.contains(column) else {
            throw ParquetError(
                .misuse,
                "There is no column \(column) in row group \(rowGroup): the file has "
                    + "\(schema.columns.count) columns and \(rowGroups.count) row groups.")
        }
        return rowGroups[rowGroup].columns[column]
    }
}
