// SPDX-License-Identifier: Apache-2.0

extension ParquetFile {
    /// What the pages of a chunk hold and where they lie; nil where the writer left it out. A chunk
    /// without column index, as one without values has, comes with bounds unknown.
    ///
    /// - Throws: `damaged` when the index contradicts itself or the chunk; what the source throws.
    public func pageIndex(column: Int, rowGroup: Int) throws(ParquetError) -> PageIndex? {
        let chunk = try chunk(column, rowGroup)
        let rows = rowGroups[rowGroup].rowCount
        let address = ChunkAddress(rowGroup: rowGroup, column: column)
        guard let offsets = try offsetIndex(chunk, address, rowCount: rows) else { return nil }
        let index = try columnIndex(chunk, address)
        guard index?.nullPages.count ?? offsets.pages.count == offsets.pages.count else {
            throw ParquetError(.damaged, "A chunk's two indexes have different counts of pages.")
        }
        let isWithoutValues = chunk.metadata.statistics?.nullCount == rows
        let pages = offsets.pages.enumerated().map { position, location in
            let isAllNull = index?.nullPages[position] ?? isWithoutValues
            let range = offsets.rows(of: position, rowCount: rows)
            let bounds: (StatisticsValue?, StatisticsValue?) =
                isAllNull
                ? (nil, nil)
                : ColumnStatistics.bounds(
                    index?.min[position], index?.max[position], chunk.column)
            return PageIndex.Page(
                firstRow: range.lowerBound, rowCount: range.count,
                nullCount: nulls(index, position, range)
                    ?? (isWithoutValues ? range.count : nil),
                isAllNull: isAllNull, min: bounds.0, max: bounds.1, offset: location.offset,
                compressedSize: location.size)
        }
        return PageIndex(pages: pages, order: index?.order ?? .unordered)
    }

    /// A page's count of nulls, unless it cannot be true.
    private func nulls(_ index: ColumnIndex?, _ page: Int, _ rows: Range<Int>) -> Int? {
        guard let count = index?.nullCounts?[page], (0...rows.count).contains(count) else {
            return nil
        }
        return count
    }

    /// Where a chunk's pages lie, checked: rows ascend from 0, places are in the file.
    func offsetIndex(
        _ chunk: ColumnChunk, _ address: ChunkAddress, rowCount: Int
    ) throws(ParquetError) -> OffsetIndex? {
        guard let range = chunk.metadata.offsetIndex else { return nil }
        let index = try module(
            range, chunk, .offsetIndex(rowGroup: address.rowGroup, column: address.column)
        ) { (reader) throws(ParquetError) in try OffsetIndex(&reader) }
        func damaged() -> ParquetError {
            ParquetError(
                .damaged, "The offset index at byte \(range.offset) of the file is inconsistent.")
        }
        guard rowCount == 0 || index.pages.first?.firstRow == 0 else { throw damaged() }
        var last = -1
        for page in index.pages {
            guard page.firstRow > last, page.firstRow < max(rowCount, 1), page.size > 0,
                page.size <= Limits.pageBytes + Limits.pageHeaderBytes,
                page.offset <= source.size, page.size <= source.size - page.offset
            else { throw damaged() }
            last = page.firstRow
        }
        return index
    }

    func columnIndex(
        _ chunk: ColumnChunk, _ address: ChunkAddress
    ) throws(ParquetError) -> ColumnIndex? {
        guard let range = chunk.metadata.columnIndex else { return nil }
        return try module(
            range, chunk, .columnIndex(rowGroup: address.rowGroup, column: address.column)
        ) { (reader) throws(ParquetError) in try ColumnIndex(&reader) }
    }

    /// Reads a structure that stands alone in the file, decrypted where need be.
    func module<Value>(
        _ range: FileRange, _ chunk: ColumnChunk, _ module: ModuleCipher.Module,
        _ body: (inout ThriftReader) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        guard range.count <= Limits.indexBytes else {
            throw ParquetError(
                .tooLarge,
                "The index at byte \(range.offset) of the file has \(range.count) bytes; this "
                    + "library reads \(Limits.indexBytes).")
        }
        return try source.withBytes(at: range.offset, count: range.count) {
            (bytes) throws(ParquetError) in
            guard chunk.metadata.isEncrypted, let cipher else {
                var reader = ThriftReader(bytes, at: range.offset)
                return try body(&reader)
            }
            return try cipher.decrypt(bytes, as: module).content.lend {
                (bytes) throws(ParquetError) in
                var reader = ThriftReader(bytes, at: range.offset)
                return try body(&reader)
            }
        }
    }
}

extension OffsetIndex {
    /// The rows of a page, in the row group.
    func rows(of page: Int, rowCount: Int) -> Range<Int> {
        let end = page + 1 < pages.count ? pages[page + 1].firstRow : rowCount
        return pages[page].firstRow..<max(pages[page].firstRow, end)
    }

    /// Where a page ends in the file.
    func end(of page: Int) -> Int { pages[page].offset + pages[page].size }
}
