// SPDX-License-Identifier: Apache-2.0

/// A run of rows of a file, as its footer tells.
public struct RowGroup: Sendable {
    /// Rows in it.
    public let rowCount: Int
    /// A chunk for each column of the schema, in its order.
    public let columns: [ColumnChunk]
}

/// The values of one column in one row group, as the footer tells.
public struct ColumnChunk: Sendable {
    let metadata: ColumnMetaData
    let column: Column

    /// What is known of the values, if the writer said.
    public var statistics: ColumnStatistics? {
        metadata.statistics.map { ColumnStatistics($0, column) }
    }

    /// The encodings in use; those that this library does not know are left out.
    public var encodings: [Encoding] {
        metadata.encodings.compactMap { Encoding(rawValue: $0) }
    }

    /// Whether there is a dictionary page. Data pages behind it may still hold plain values.
    public var hasDictionary: Bool { metadata.dictionaryPageOffset != nil }

    /// Whether pages are compressed; single pages may lie there as they are all the same.
    public var isCompressed: Bool { metadata.codec != 0 }

    /// Bytes of all pages as they lie in the file, headers included.
    public var compressedSize: Int { metadata.compressedSize }

    /// Bytes of all pages once decompressed, headers included.
    public var uncompressedSize: Int { metadata.uncompressedSize }

    /// Where the first page begins in the file.
    public var offset: Int { metadata.start }

    /// Whether there is a bloom filter.
    public var hasBloomFilter: Bool { metadata.bloomOffset != nil }

    /// Whether there is a column index and an offset index.
    public var hasPageIndex: Bool { metadata.offsetIndex != nil && metadata.columnIndex != nil }

    /// Whether single pages can be found, so that `ParquetFile.read(column:rowGroup:rows:)` reads
    /// only some.
    public var hasOffsetIndex: Bool { metadata.offsetIndex != nil }
}

/// How values are encoded (parquet.thrift `Encoding`).
public enum Encoding: Int32, Sendable, Hashable {
    case plain = 0
    /// The older name of `rleDictionary`, and of `plain` for the dictionary itself.
    case plainDictionary = 2
    case rle = 3
    /// Of levels in very old files.
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    /// Not read by this library.
    case deltaByteArray = 7
    case rleDictionary = 8
    /// Not read by this library.
    case byteStreamSplit = 9
}

/// What a chunk's pages hold and where they lie.
public struct PageIndex: Sendable {
    /// The data pages, in order.
    public var pages: [Page]
    /// Whether bounds go up or down from page to page, pages without values left aside.
    public var order: Order

    /// How the bounds of one page stand to those of the next.
    public enum Order: Sendable, Hashable {
        case unordered
        /// Neither min nor max ever goes down.
        case ascending
        /// Neither min nor max ever goes up.
        case descending
    }

    /// One data page.
    public struct Page: Sendable, Hashable {
        /// Its first row in the row group.
        public var firstRow: Int
        /// Its rows.
        public var rowCount: Int
        /// Rows without a value, if the writer counted them.
        public var nullCount: Int?
        /// Whether no row has a value.
        public var isAllNull: Bool
        /// No value is less, but this need not be one; nil when unknown or all null.
        public var min: StatisticsValue?
        /// No value is greater, but this need not be one; nil when unknown or all null.
        public var max: StatisticsValue?
        /// Where its header begins in the file.
        public var offset: Int
        /// Bytes of it in the file, header included.
        public var compressedSize: Int
    }
}
