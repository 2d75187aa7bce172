// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// A part or a segment to read. Opening reads the footer only; reading needs no state, so several
/// threads may read from one.
package struct SegmentReader: Sendable {
    package let header: SegmentHeader
    /// The file, for whoever wants columns in the place of lines.
    package let file: ParquetFile
    /// The first row of each row group in the file, and behind the last one.
    private let starts: [Int]

    /// - Throws: `damaged`, `unsupported`, `decryption` or `inputOutput`.
    package init(_ source: any ParquetSource, key: EncryptionKey? = nil) throws(SegmentError) {
        do throws(ParquetError) {
            file = try ParquetFile(source, key: key)
        } catch {
            throw SegmentError(error)
        }
        header = try SegmentHeader(file)
        var starts = [0]
        for group in file.rowGroups {
            let (next, overflow) = (starts.last ?? 0).addingReportingOverflow(group.rowCount)
            guard group.rowCount >= 0, !overflow else { throw LineRebuilder.damaged }
            starts.append(next)
        }
        guard starts.last == file.rowCount else { throw LineRebuilder.damaged }
        self.starts = starts
    }

    /// The indexes of its records.
    package var range: Range<UInt64> { header.first..<(header.first + header.records) }

    /// The index of the first record of a row group. Traps when there is no such row group.
    package func firstIndex(ofRowGroup group: Int) -> UInt64 {
        header.first + UInt64(starts[group])
    }

    /// Hands over the lines of a range, as far as they are here, in order, a few thousand at a time,
    /// until `body` says false. A batch is the callee's until it returns.
    ///
    /// - Throws: what `body` throws; what went wrong here, as `failure` makes it.
    package func forEachBatch<Failure: Error>(
        in range: Range<UInt64>, failure: (SegmentError) -> Failure,
        _ body: (borrowing LineBatch) throws(Failure) -> Bool
    ) throws(Failure) {
        let wanted = range.clamped(to: self.range)
        let first = Int(wanted.lowerBound - header.first)
        let end = Int(wanted.upperBound - header.first)
        var batch = LineBatch()
        for group in file.rowGroups.indices {
            let inGroup = (starts[group]..<starts[group + 1]).clamped(to: first..<end)
            var row = inGroup.lowerBound
            while row < inGroup.upperBound {
                let next = min(row + Limits.sliceRowsMax, inGroup.upperBound)
                let slice = (row - starts[group])..<(next - starts[group])
                guard try forEachBatch(group, slice, failure, &batch, body) else { return }
                row = next
            }
        }
    }

    /// The same, for callers whose own errors are of this room.
    package func forEachBatch(
        in range: Range<UInt64>, _ body: (borrowing LineBatch) throws(SegmentError) -> Bool
    ) throws(SegmentError) {
        try forEachBatch(in: range, failure: { $0 }, body)
    }

    private func forEachBatch<Failure: Error>(
        _ group: Int, _ rows: Range<Int>, _ failure: (SegmentError) -> Failure,
        _ batch: inout LineBatch, _ body: (borrowing LineBatch) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var rebuilder: LineRebuilder
        do throws(SegmentError) {
            rebuilder = try self.rebuilder(group, [rows], count: rows.count)
        } catch {
            throw failure(error)
        }
        var row = 0
        while row < rows.count {
            batch.removeAll()
            batch.firstIndex = firstIndex(ofRowGroup: group) + UInt64(rows.lowerBound + row)
            do throws(SegmentError) {
                while row < rows.count, batch.count < Limits.batchLinesMax,
                    batch.byteCount < Limits.batchBytesMax
                {
                    try rebuilder.rebuild(row, into: &batch)
                    row += 1
                }
            } catch {
                throw failure(error)
            }
            guard try body(batch) else { return false }
        }
        return true
    }

    /// Appends the lines of some rows of a row group, which ascend. Reads only pages that have
    /// some of them, and only columns that their lines need.
    package func rebuild(
        rowGroup: Int, rows: [Int], into batch: inout LineBatch
    ) throws(SegmentError) {
        var ranges: [Range<Int>] = []
        for row in rows {
            if let last = ranges.last, last.upperBound == row {
                ranges[ranges.count - 1] = last.lowerBound..<(row + 1)
            } else {
                guard row >= ranges.last?.upperBound ?? 0, row < Int.max else {
                    throw SegmentError(.damaged, "Rows to rebuild do not ascend.")
                }
                ranges.append(row..<(row + 1))
            }
        }
        try rebuild(rowGroup, ranges, count: rows.count, into: &batch)
    }

    /// The same for rows that follow each other.
    package func rebuild(
        rowGroup: Int, rows: Range<Int>, into batch: inout LineBatch
    ) throws(SegmentError) {
        try rebuild(rowGroup, [rows], count: rows.count, into: &batch)
    }

    private func rebuild(
        _ rowGroup: Int, _ ranges: [Range<Int>], count: Int, into batch: inout LineBatch
    ) throws(SegmentError) {
        guard count > 0 else { return }
        var rebuilder = try rebuilder(rowGroup, ranges, count: count)
        for row in 0..<count { try rebuilder.rebuild(row, into: &batch) }
    }

    private func rebuilder(
        _ group: Int, _ rows: [Range<Int>], count: Int
    ) throws(SegmentError) -> LineRebuilder {
        try LineRebuilder(file.schema, rows: count) { (column) throws(SegmentError) in
            do throws(ParquetError) {
                return try file.read(column: column, rowGroup: group, rows: rows)
            } catch {
                throw SegmentError(error)
            }
        }
    }
}
