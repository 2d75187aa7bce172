// SPDX-License-Identifier: Apache-2.0

/// Reads the pages of one column chunk.
struct ChunkReader {
    private let file: ParquetFile
    private let chunk: ColumnChunk
    private let address: ChunkAddress
    private let rowCount: Int

    init(_ file: ParquetFile, _ chunk: ColumnChunk, _ column: Int, _ rowGroup: Int) {
        self.file = file
        self.chunk = chunk
        address = ChunkAddress(rowGroup: rowGroup, column: column)
        rowCount = file.rowGroups[rowGroup].rowCount
    }

    /// What opens the chunk's modules; nil where they lie in clear, even in an encrypted file.
    private var cipher: ModuleCipher? { chunk.metadata.isEncrypted ? file.cipher : nil }

    private var hasDictionary: Bool { chunk.metadata.hasDictionaryPage }

    // MARK: - All rows, or some without an offset index

    func readAll() throws(ParquetError) -> ColumnVector {
        try walk([0..<rowCount])
    }

    /// Goes through all pages and decodes those that overlap the ranges.
    private func walk(_ ranges: [Range<Int>]) throws(ParquetError) -> ColumnVector {
        let extent = try chunk.metadata.extent(in: file.source)
        let wanted = ranges.reduce(0) { $0 + $1.count }
        var decoder = try ChunkDecoder(
            chunk.column, codec: chunk.metadata.codec, rowsWanted: wanted)
        var row = 0
        try file.source.withBytes(at: extent.offset, count: extent.count) {
            (bytes) throws(ParquetError) in
            var walker = PageWalker(
                bytes, at: extent.offset, cipher: cipher, address: address,
                expectsDictionary: hasDictionary)
            var cursor = RangeCursor(ranges)
            while !walker.isAtEnd, row < rowCount {
                try walker.next { (header, body) throws(ParquetError) in
                    guard let rows = try ChunkDecoder.rows(header) else {
                        return try decoder.takeDictionary(header, body)
                    }
                    guard rows <= rowCount - row else { throw moreRows }
                    let page = row..<(row + rows)
                    row += rows
                    let kept = cursor.overlaps(with: page)
                    if !kept.isEmpty { try decoder.take(header, body, kept: kept) }
                }
            }
        }
        guard row == rowCount else {
            throw ParquetError(
                .damaged,
                "The chunk at byte \(extent.offset) of the file ends after \(row) of \(rowCount) "
                    + "rows.")
        }
        return decoder.finish()
    }

    private var moreRows: ParquetError {
        ParquetError(
            .damaged,
            "The chunk at byte \(chunk.metadata.start) of the file has more than the \(rowCount) "
                + "rows of its row group.")
    }

    // MARK: - Some rows, by the offset index

    func read(_ ranges: [Range<Int>]) throws(ParquetError) -> ColumnVector {
        guard !ranges.isEmpty else {
            return ColumnVector(count: 0, values: .none(of: chunk.column.physical))
        }
        if ranges == [0..<rowCount] { return try readAll() }
        guard let index = try file.offsetIndex(chunk, address, rowCount: rowCount) else {
            return try walk(ranges)
        }
        let wanted = ranges.reduce(0) { $0 + $1.count }
        var decoder = try ChunkDecoder(
            chunk.column, codec: chunk.metadata.codec, rowsWanted: wanted)
        let first = index.pages.first?.offset ?? chunk.metadata.dataPageOffset
        // Old writers do not say that there is a dictionary, but it stands in front all the same.
        if hasDictionary || first > chunk.metadata.start {
            try readDictionary(before: first, &decoder)
        }
        var cursor = RangeCursor(ranges)
        var ahead = cursor  // looks beyond the pages that are decoded
        var page = 0
        while page < index.pages.count {
            guard ahead.isAny(in: index.rows(of: page, rowCount: rowCount)) else {
                page += 1
                continue
            }
            // Neighbours that are wanted too, and lie behind each other, are read in one go.
            var end = page + 1
            while end < index.pages.count, index.pages[end].offset == index.end(of: end - 1),
                index.end(of: end) - index.pages[page].offset <= Limits.copyBytes,
                ahead.isAny(in: index.rows(of: end, rowCount: rowCount))
            { end += 1 }
            try read(page..<end, of: index, &cursor, &decoder)
            page = end
        }
        return decoder.finish()
    }

    /// The dictionary page alone; nil when there is none.
    func readDictionary() throws(ParquetError) -> ColumnValues? {
        guard hasDictionary else { return nil }
        var decoder = try ChunkDecoder(
            chunk.column, codec: chunk.metadata.codec, rowsWanted: 0)
        try readDictionary(before: chunk.metadata.dataPageOffset, &decoder)
        return decoder.takenDictionary
    }

    private func readDictionary(
        before end: Int, _ decoder: inout ChunkDecoder
    ) throws(ParquetError) {
        let start = chunk.metadata.start
        guard end > start, end - start <= Limits.pageBytes + Limits.pageHeaderBytes else {
            throw ParquetError(
                .damaged,
                "The chunk at byte \(start) of the file has no dictionary before its pages.")
        }
        try file.source.withBytes(at: start, count: end - start) { (bytes) throws(ParquetError) in
            var walker = PageWalker(
                bytes, at: start, cipher: cipher, address: address, expectsDictionary: true)
            try walker.next { (header, body) throws(ParquetError) in
                try decoder.takeDictionary(header, body)
            }
        }
    }

    private func read(
        _ pages: Range<Int>, of index: OffsetIndex, _ cursor: inout RangeCursor,
        _ decoder: inout ChunkDecoder
    ) throws(ParquetError) {
        let start = index.pages[pages.lowerBound].offset
        let count = index.end(of: pages.upperBound - 1) - start
        try file.source.withBytes(at: start, count: count) { (bytes) throws(ParquetError) in
            var walker = PageWalker(
                bytes, at: start, cipher: cipher, address: address, expectsDictionary: false,
                firstPage: pages.lowerBound)
            for page in pages {
                let expected = index.rows(of: page, rowCount: rowCount)
                guard walker.offset == index.pages[page].offset else { throw misplaced(page) }
                try walker.next { (header, body) throws(ParquetError) in
                    guard try ChunkDecoder.rows(header) == expected.count else {
                        throw misplaced(page)
                    }
                    let kept = cursor.overlaps(with: expected)
                    if !kept.isEmpty { try decoder.take(header, body, kept: kept) }
                }
            }
        }
    }

    private func misplaced(_ page: Int) -> ParquetError {
        ParquetError(
            .damaged,
            "Page \(page) of the chunk at byte \(chunk.metadata.start) of the file is not what the "
                + "offset index says.")
    }
}

/// Ranges of rows, and which of them is next.
struct RangeCursor {
    private let ranges: [Range<Int>]
    private var next = 0

    init(_ ranges: [Range<Int>]) { self.ranges = ranges }

    /// Whether a range overlaps these rows; the rows of calls ascend.
    mutating func isAny(in rows: Range<Int>) -> Bool {
        while next < ranges.count, ranges[next].upperBound <= rows.lowerBound { next += 1 }
        return next < ranges.count && ranges[next].lowerBound < rows.upperBound
    }

    /// What the ranges cover of these rows, counted from the first of them.
    mutating func overlaps(with rows: Range<Int>) -> [Range<Int>] {
        guard isAny(in: rows) else { return [] }
        var found: [Range<Int>] = []
        var place = next
        while place < ranges.count, ranges[place].lowerBound < rows.upperBound {
            let kept = ranges[place].clamped(to: rows)
            found.append(
                (kept.lowerBound - rows.lowerBound)..<(kept.upperBound - rows.lowerBound))
            place += 1
        }
        return found
    }
}
