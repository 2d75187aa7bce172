// SPDX-License-Identifier: Apache-2.0

/// A row group ready to be written: encoded and compressed, yet without a place in a file.
public struct EncodedRowGroup: Sendable {
    /// The columns it has; the file may have more, where they are optional.
    public let schema: Schema
    /// Rows in it.
    public let rowCount: Int
    let chunks: [EncodedChunk]

    /// Bytes of its pages.
    public var byteCount: Int { chunks.reduce(0) { $0 + $1.bytes.count } }
}

/// A column chunk as it will lie in a file in clear. Places count from its first byte.
struct EncodedChunk: Sendable {
    /// Headers and pages.
    var bytes: [UInt8] = []
    var metadata = ColumnMetaData()
    var pages: [EncodedPage] = []
    var offsetIndex = OffsetIndex(pages: [])
    /// Nil where bounds are not known of every page.
    var columnIndex: ColumnIndex?
    /// The blocks of a bloom filter.
    var bloom: [UInt8]?
}

/// A page in a chunk's bytes.
struct EncodedPage: Sendable {
    var header: PageHeader
    /// Without the header.
    var body: Range<Int>
}

extension EncodedChunk {
    /// Adds a page: its header, and its bytes as they are.
    mutating func append(_ header: PageHeader, _ body: [UInt8], hasChecksum: Bool) {
        var header = header
        header.compressedSize = body.count
        if hasChecksum { header.checksum = body.withUnsafeBytes { CRC32.checksum($0) } }
        let headerBytes = header.bytes()
        bytes.append(contentsOf: headerBytes)
        let start = bytes.count
        bytes.append(contentsOf: body)
        pages.append(EncodedPage(header: header, body: start..<bytes.count))
        metadata.uncompressedSize += headerBytes.count + header.uncompressedSize
        metadata.compressedSize = bytes.count
    }

    /// A chunk in which no row has a value: one page of a few bytes. It has no column index, as
    /// its statistics already say everything.
    static func withoutValues(
        _ column: Column, rows: Int, hasChecksum: Bool
    ) -> EncodedChunk {
        var chunk = EncodedChunk()
        chunk.metadata.type = column.physical.thrift
        chunk.metadata.encodings = [Encoding.plain.rawValue, Encoding.rle.rawValue]
        chunk.metadata.valueCount = rows
        var statistics = RawStatistics()
        statistics.nullCount = rows
        chunk.metadata.statistics = statistics
        guard rows > 0 else { return chunk }
        var body: [UInt8] = [0, 0, 0, 0]
        RLEHybrid.encodeLevels(repeating: 0, count: rows, into: &body)
        body[0] = UInt8(body.count - 4)  // a run has 6 bytes at most
        chunk.append(
            PageHeader(
                .data(values: rows, encoding: Encoding.plain.rawValue),
                uncompressedSize: body.count, compressedSize: body.count),
            body, hasChecksum: hasChecksum)
        chunk.offsetIndex.pages = [
            OffsetIndex.Location(offset: 0, size: chunk.bytes.count, firstRow: 0)
        ]
        return chunk
    }
}
