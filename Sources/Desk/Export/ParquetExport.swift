// SPDX-License-Identifier: Apache-2.0

import Parquet
package import Query
package import Records
import Segments

/// A search's result as one Parquet file.
///
/// Records and their values get the columns that they have in a segment: a column's type comes
/// from its name, and what the type cannot hold stands in `_wide.`, `_text.` and `_rest`. Figures
/// get INT64, DECIMAL(38,18), TIMESTAMP and STRING.
///
/// The columns are only known at the end, so encoded row groups wait in memory: a fiftieth of the
/// lines, about.
package final class ParquetExport {
    private let shape: ResultShape
    private let memoryBytesMax: Int
    private let day = DayColumns()
    private var lines: SegmentEncoder
    private var figures: FigureColumns
    private var buffer = ByteBuffer(capacity: 1024)
    private var groups: [EncodedRowGroup] = []
    private var columns: [Column] = []
    private var bytes = 0

    /// Columns with which a segment gives lines back byte by byte; a result has no use for them.
    private static let own: Set<String> = [
        SegmentVocabulary.shape, SegmentVocabulary.scales, SegmentVocabulary.line,
    ]

    package init(_ shape: ResultShape, memoryBytesMax: Int) {
        self.shape = shape
        self.memoryBytesMax = memoryBytesMax
        lines = SegmentEncoder(day: day)
        figures = FigureColumns(shape.columns)
    }

    // MARK: - Taking

    package func take(_ record: FoundRecord) throws(QueryError) {
        lines.append(line: record.line)
        try endFullLines()
    }

    package func take(_ row: [RecordValue?]) throws(QueryError) {
        guard case .values(let columns) = shape else {
            figures.append(row)
            if figures.rows >= 131_072 { try endFigures() }
            return
        }
        buffer.removeAll()
        buffer.append(UInt8(ascii: "{"))
        var isFirst = true
        for (place, column) in columns.enumerated() {
            guard let value = row[place] else { continue }
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            CanonicalJSON.encode(.string(column.name), into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            RecordValue.json(value, into: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
        lines.append(line: buffer.unsafeBytes)
        try endFullLines()
    }

    // MARK: - Row groups

    private func endFullLines() throws(QueryError) {
        let isFull =
            lines.rows >= DeskLimits.resultGroupLines
            || lines.bytes >= DeskLimits.resultGroupBytes || lines.isFull
        if isFull { try endLines() }
    }

    private func endLines() throws(QueryError) {
        guard lines.rows > 0 else { return }
        let group: SegmentRowGroup
        do throws(SegmentError) {
            group = try lines.finish()
        } catch {
            throw QueryError(.unreadable, error.message)
        }
        lines = SegmentEncoder(day: day)
        var kept: [Column] = []
        var vectors: [ColumnVector] = []
        for (column, vector) in zip(group.schema.columns, group.columns)
        where isKept(column.name, hasValues: vector.values.count > 0) {
            // The shape of a row may say more than its columns; without it all are optional.
            kept.append(
                Column(column.name, column.physical, column.logical, isOptional: true))
            vectors.append(vector)
        }
        try add(kept, vectors)
    }

    private func isKept(_ name: String, hasValues: Bool) -> Bool {
        if Self.own.contains(name) { return false }
        if name == SegmentVocabulary.rest { return hasValues }
        guard case .values(let columns) = shape else { return true }
        return columns.contains { column in
            name == column.name
                || (hasValues
                    && (name == SegmentVocabulary.wideName(column.name)
                        || name == SegmentVocabulary.textName(column.name)))
        }
    }

    private func endFigures() throws(QueryError) {
        guard figures.rows > 0 || groups.isEmpty else { return }
        let (kept, vectors) = figures.finish()
        figures = FigureColumns(shape.columns)
        try add(kept, vectors)
    }

    private func add(_ kept: [Column], _ vectors: [ColumnVector]) throws(QueryError) {
        do throws(ParquetError) {
            let encoder = try RowGroupEncoder(schema: try Schema(kept), options: Self.options)
            let group = try encoder.encode(vectors)
            bytes += group.byteCount
            groups.append(group)
        } catch {
            throw Self.failure(error)
        }
        for column in kept where !columns.contains(where: { $0.name == column.name }) {
            columns.append(column)
        }
        guard bytes <= memoryBytesMax else {
            throw QueryError(
                .tooLarge,
                "the file takes more than \(memoryBytesMax >> 20) MiB of memory; .csv and .jsonl "
                    + "take none, and --memory allows more")
        }
    }

    private static let options = WriterOptions()

    private static func failure(_ error: ParquetError) -> QueryError {
        QueryError(error.code == .tooLarge ? .tooLarge : .unreadable, error.message)
    }

    // MARK: - The file

    /// Writes the file to a descriptor.
    package func finish(to descriptor: Int32) throws(QueryError) {
        try write(to: DescriptorSink(descriptor: descriptor))
    }

    /// Writes the file piece by piece; nothing of it is held twice.
    ///
    /// - Throws: what `put` throws, and `QueryError`.
    package func finish(to put: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        let taker = Taker(put)
        do {
            try write(to: TakerSink(taker: taker))
        } catch {
            throw taker.failure ?? error
        }
    }

    /// Bytes that the file will have. It is put together to know them, without being kept.
    package func byteCount() throws(QueryError) -> Int {
        var count = 0
        let taker = Taker { count += $0.count }
        try write(to: TakerSink(taker: taker))
        return count
    }

    private func write(to sink: some ParquetSink) throws(QueryError) {
        switch shape {
        case .records, .values: try endLines()
        case .table, .timeline, .lifecycle: try endFigures()
        }
        do throws(ParquetError) {
            var writer = try ParquetWriter(
                to: sink, schema: try Schema(ordered()), options: Self.options)
            for group in groups { try writer.append(group) }
            try writer.finish()
        } catch {
            throw Self.failure(error)
        }
    }

    /// Values in the order in which the query names them, with what belongs to each behind it.
    private func ordered() -> [Column] {
        guard case .values(let wanted) = shape else {
            return columns.isEmpty ? SegmentVocabulary.coreColumns.map(optional) : columns
        }
        var ordered: [Column] = []
        for column in wanted {
            let names = [
                column.name, SegmentVocabulary.wideName(column.name),
                SegmentVocabulary.textName(column.name),
            ]
            for name in names {
                if let found = columns.first(where: { $0.name == name }) {
                    ordered.append(found)
                } else if name == column.name, !name.hasPrefix("_"), !name.isEmpty {
                    // Without any row, and for names that no row has, it is there all the same.
                    ordered.append(optional(name))
                }
            }
        }
        return ordered + columns.filter { $0.name == SegmentVocabulary.rest }
    }

    private func optional(_ name: String) -> Column {
        let column = SegmentVocabulary.column(of: name)
        return Column(name, column.physical, column.logical, isOptional: true)
    }
}

/// Writes to a descriptor.
private struct DescriptorSink: ParquetSink {
    let descriptor: Int32

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        guard writeAll(bytes.assumingMemoryBound(to: UInt8.self), to: descriptor) else {
            throw ParquetError(.inputOutput, "cannot write the file: the disk may be full")
        }
    }
}

/// Somebody who goes on with the bytes, and why they could not.
private final class Taker {
    let put: (UnsafeRawBufferPointer) throws -> Void
    var failure: (any Error)?

    init(_ put: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.put = put }
}

private struct TakerSink: ParquetSink {
    let taker: Taker

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        do {
            try taker.put(bytes)
        } catch {
            taker.failure = error
            throw ParquetError(.inputOutput, "cannot write the file")
        }
    }
}

extension RecordValue {
    /// Adds a value as JSON; one that a record lacks is null.
    package static func json(_ value: RecordValue?, into buffer: inout ByteBuffer) {
        guard let value else { return buffer.append("null") }
        if value.kind == .string {
            CanonicalJSON.encode(
                .string(String(decoding: value.bytes, as: UTF8.self)), into: &buffer)
        } else {
            buffer.append(value.bytes)
        }
    }
}
