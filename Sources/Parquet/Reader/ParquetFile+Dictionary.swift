// SPDX-License-Identifier: Apache-2.0

extension ParquetFile {
    /// The dictionary of a chunk all of whose values are in it, without reading its data pages; nil
    /// where that is not so, or not known: only this library's own writer is known to use one
    /// encoding throughout a chunk.
    package func readDictionary(
        column: Int, rowGroup: Int
    ) throws(ParquetError) -> ColumnValues? {
        let chunk = try chunk(column, rowGroup)
        guard chunk.hasDictionary, createdBy == ParquetWriterName.own else { return nil }
        return try ChunkReader(self, chunk, column, rowGroup).readDictionary()
    }
}

/// The name that this library's writer puts into files.
enum ParquetWriterName {
    static let own = "Daybook Parquet (Swift)"
}
