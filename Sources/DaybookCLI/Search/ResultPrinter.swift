// SPDX-License-Identifier: Apache-2.0

import Desk
import Query
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes a search's result as it comes, in one of the forms, to standard output or a file.
final class ResultPrinter: QueryOutput {
    private let kind: SearchForm.Kind
    private let style: TextStyle
    private let file: ResultFile?
    private let watch: SearchWatch
    private let viewing: SearchRecord
    private let books: [String]
    private let zone: QueryZone
    private let memoryBytesMax: Int
    private var out: OutputBuffer
    private var text: (any ResultText)?
    private var export: ParquetExport?
    private var values = ValueWriter()
    private var shape = ResultShape.records
    private var isBegun = false

    /// Rows that were taken.
    private(set) var shownCount: UInt64 = 0
    /// Why writing failed, where an error of queries cannot say it.
    private(set) var failure: DeskFailure?

    var isReaderGone: Bool { watch.isOver }

    init(
        _ kind: SearchForm.Kind, style: TextStyle, file: ResultFile?, watch: SearchWatch,
        viewing: SearchRecord, zone: QueryZone, memoryBytesMax: Int
    ) {
        self.kind = kind
        self.style = style
        self.file = file
        self.watch = watch
        self.viewing = viewing
        self.zone = zone
        self.memoryBytesMax = memoryBytesMax
        books = viewing.books
        out = OutputBuffer(file?.descriptor ?? Terminal.output)
    }

    // MARK: - Taking

    func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {
        do throws(DeskFailure) {
            try viewing.keep(hits: hits)
        } catch {
            throw fail(error)
        }
        self.shape = shape
        isBegun = true
        // Rows on a terminal and a line of progress would write over each other.
        if file == nil, Terminal.isTerminal(Terminal.output) { watch.end() }
        switch kind {
        case .lines: break
        case .values: values.header(shape, into: &out)
        case .table:
            text = makeResultText(shape, style, books: books, zone: zone)
        case .parquet: export = ParquetExport(shape, memoryBytesMax: memoryBytesMax)
        }
    }

    func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        shownCount += 1
        switch kind {
        case .lines: out.append(line: record.line)
        case .values: values.write(record, into: &out)
        case .table: text?.take(record, into: &out)
        case .parquet: try export?.take(record)
        }
        return try checkWriting()
    }

    func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        shownCount += 1
        switch kind {
        case .lines: values.object(shape.columns, row, into: &out)
        case .values: values.write(row, into: &out)
        case .table: text?.take(row, into: &out)
        case .parquet: try export?.take(row)
        }
        return try checkWriting()
    }

    private func checkWriting() throws(QueryError) -> Bool {
        guard out.failure != 0 else { return true }
        if out.failure == EPIPE {
            watch.readerIsGone()
            return false
        }
        throw fail(
            DeskFailure(
                .inputOutput,
                "cannot write \(file?.path ?? "the output"): "
                    + "\(String(cString: strerror(out.failure)))."))
    }

    private func fail(_ error: DeskFailure) -> QueryError {
        failure = error
        return QueryError(.unreadable, error.message)
    }

    // MARK: - The end

    /// Shows what waits, for results that go on.
    func flush() {
        text?.flush(into: &out)
        out.flush()
        _ = try? checkWriting()
    }

    /// Writes the rest; puts a file in its place.
    func end() throws {
        if isBegun { text?.end(into: &out) }
        if let export {
            do throws(QueryError) {
                try export.finish(to: file?.descriptor ?? Terminal.output)
            } catch {
                file?.remove()
                throw DeskFailure(error, in: "")
            }
        }
        out.flush()
        do throws(QueryError) {
            _ = try checkWriting()
        } catch {
            file?.remove()
            throw failure ?? DeskFailure(error, in: "")
        }
        try file?.place()
    }

    /// Shows what was done so far; removes a file that is not whole.
    func abandon() {
        guard let file else {
            if isBegun { text?.end(into: &out) }
            return out.flush()
        }
        file.remove()
    }
}
