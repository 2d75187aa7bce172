// SPDX-License-Identifier: Apache-2.0

import Parquet
import Segments

/// One row group of a file: its columns, read when they are asked for and kept while it is worked
/// on. For one thread.
final class SegmentRows {
    let reader: SegmentReader
    let fields: SegmentFields
    let rowGroup: Int
    let count: Int
    let info: RowGroup
    /// Whole columns that were read; nil in it for columns without any value.
    private var columns: [Int: VectorColumn?] = [:]
    /// Dictionaries that were read; nil in it for chunks that have values outside theirs.
    var dictionaries: [Int: ByteStrings?] = [:]
    /// Columns of texts that hold arrays or objects; nil in it when that is not known.
    var containers: Set<Int>??
    /// Rows of sealed records, once they were asked for.
    private var sealed: VectorMask?

    init(_ reader: SegmentReader, _ fields: SegmentFields, rowGroup: Int) {
        self.reader = reader
        self.fields = fields
        self.rowGroup = rowGroup
        info = reader.file.rowGroups[rowGroup]
        count = info.rowCount
    }

    var all: VectorMask { VectorMask(count: count, all: true) }
    var none: VectorMask { VectorMask(count: count) }

    func chunk(_ column: Int) -> ColumnChunk { info.columns[column] }

    /// Whether the footer says that no row has a value.
    func isEmpty(_ column: Int) -> Bool {
        chunk(column).statistics?.nullCount == count
    }

    func hasRead(_ column: Int) -> Bool { columns[column] != nil }

    /// A column of all rows; nil when no row has a value.
    func column(_ column: Int) throws(QueryError) -> VectorColumn? {
        if let known = columns[column] { return known }
        let read = try isEmpty(column) ? nil : readWhole(column)
        columns[column] = .some(read)
        return read
    }

    private func readWhole(_ column: Int) throws(QueryError) -> VectorColumn? {
        try readable { () throws(ParquetError) in
            VectorColumn(try reader.file.read(column: column, rowGroup: rowGroup))
        }
    }

    /// A column with at least the rows of `within`; others may be missing. Nil when no row has a
    /// value. Reads only the pages of these rows when that is much less than all.
    func column(_ column: Int, within: VectorMask) throws(QueryError) -> VectorColumn? {
        if let known = columns[column] { return known }
        if isEmpty(column) { return nil }
        guard within.chosen * 16 < count, chunk(column).hasOffsetIndex else {
            return try self.column(column)
        }
        // Rows near each other are in one page anyhow.
        let runs = within.runs(gap: 1024)
        guard !runs.isEmpty else { return nil }
        return try read(column, rows: runs)
    }

    /// Some rows of a column.
    func read(_ column: Int, rows: [Range<Int>]) throws(QueryError) -> VectorColumn {
        try readable { () throws(ParquetError) in
            VectorColumn(
                try reader.file.read(column: column, rowGroup: rowGroup, rows: rows),
                rows: rows, of: count)
        }
    }

    /// The rows that may be sealed: those with a `sealed`, which can be in its column or, on days
    /// with hundreds of fields, in the rest.
    func sealedRows() throws(QueryError) -> VectorMask {
        if let sealed { return sealed }
        var mask = none
        for column in [fields.sealed, fields.rest] {
            if let found = try presence(column, within: all) { mask |= found }
        }
        sealed = mask
        return mask
    }

    /// The rows of a column that have a value.
    func presence(_ column: Int?, within: VectorMask) throws(QueryError) -> VectorMask? {
        guard let column, !isEmpty(column) else { return nil }
        if chunk(column).statistics?.nullCount == 0 { return within }
        return try self.column(column, within: within)?.presence
    }
}

/// Runs what may find a file damaged or gone.
func readable<Value>(
    _ body: () throws(ParquetError) -> Value
) throws(QueryError) -> Value {
    do throws(ParquetError) {
        return try body()
    } catch {
        throw QueryError(.unreadable, error.message)
    }
}

func readableSegment<Value>(
    _ body: () throws(SegmentError) -> Value
) throws(QueryError) -> Value {
    do throws(SegmentError) {
        return try body()
    } catch {
        throw QueryError(.unreadable, error.message)
    }
}
