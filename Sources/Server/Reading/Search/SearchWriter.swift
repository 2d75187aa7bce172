// SPDX-License-Identifier: Apache-2.0

import Book
import NIOCore
import Query
import Records

/// Writes what a search finds as JSON Lines: first `search`, then a `record` or `row` for each, and
/// last `end`. An answer without `end` is not whole.
final class SearchWriter: QueryOutput {
    private let question: SearchQuestion
    private let books: [String]
    private let pipe: BytePipe
    private var buffer = Records.ByteBuffer(capacity: ServerLimits.chunkBytes * 2)
    private var shape = ResultShape.records
    private var shown = 0
    /// There is more than the limit allows.
    private var isCut = false
    private var next: [UInt64]
    private let sizes: [UInt64]
    /// Rows that `limit` in the query leaves.
    private let left: UInt64
    private var lastWrite = ContinuousClock.now

    init(_ question: SearchQuestion, _ run: QueryRun, _ pipe: BytePipe) {
        self.question = question
        self.pipe = pipe
        books = run.sources.map(\.name)
        sizes = run.sources.map { $0.range?.upperBound ?? $0.snapshot.size }
        next = run.sources.map { $0.range?.lowerBound ?? $0.snapshot.firstKept }
        var most = UInt64.max
        for case .limit(let count) in run.plan.stages { most = min(most, UInt64(count)) }
        left = most - min(most, question.cursor?.given ?? 0)
    }

    func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {
        self.shape = shape
        var object: JSONObject = [
            "books": .array(books.map { .string($0) }), "shape": .string(shape.name),
        ]
        if !shape.columns.isEmpty {
            object["columns"] = .array(shape.columns.map { .string($0.name) })
        }
        if case .timeline(_, let width) = shape {
            object["width_us"] = .number(String(width))
        }
        append("search", .object(object))
        flush()
    }

    func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        guard UInt64(shown) < left else { return false }
        guard shown < question.limit else {
            isCut = true
            return false
        }
        shown += 1
        next[record.book] = record.index + 1
        buffer.append("{\"book\":\"")
        buffer.append(text: books[record.book])
        buffer.append("\",\"index\":")
        buffer.append(text: String(record.index))
        buffer.append(",\"record\":")
        buffer.append(record.line)
        buffer.append("}\n")
        return flushIfLarge()
    }

    func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        guard UInt64(shown) < left else { return false }
        guard shown < question.limit else {
            isCut = true
            return false
        }
        shown += 1
        buffer.append("{\"row\":{")
        for (place, column) in shape.columns.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            CanonicalJSON.encode(.string(column.name), into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            row[place].write(into: &buffer)
        }
        buffer.append("}}\n")
        return flushIfLarge()
    }

    /// Writes the last line.
    func end(_ summary: QueryRun.Summary, isStreaming: Bool) {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        var object: JSONObject = [
            "rows": number(shown), "restricted": number(summary.restricted),
            "closed": number(summary.closed), "more": .bool(isCut),
        ]
        if !isStreaming { object["matched"] = number(summary.matched) }
        if !summary.skipped.isEmpty {
            object["left_out"] = .object(
                JSONObject(summary.skipped.map { ($0.name, number($0.count)) }))
        }
        if isCut, isStreaming, case .records = shape {
            object["cursor"] = .string(cursor.text)
        }
        append("end", .object(object))
        flush()
    }

    /// Says why it ends before its end.
    func fail(_ message: String) {
        append("error", .object(["message": .string(message)]))
        flush()
    }

    private var cursor: SearchCursor {
        SearchCursor(
            books: zip(books, zip(next, sizes)).map { ($0, min($1.0, $1.1), $1.1) },
            given: (question.cursor?.given ?? 0) + UInt64(shown),
            from: question.time.from?.microseconds, to: question.time.to?.microseconds,
            query: SearchCursor.digest(of: question.text))
    }

    private func append(_ name: StaticString, _ value: JSONValue) {
        buffer.append("{\"")
        buffer.append(name)
        buffer.append("\":")
        CanonicalJSON.encode(value, into: &buffer)
        buffer.append("}\n")
    }

    /// Few rows go out at once and many together.
    private func flushIfLarge() -> Bool {
        if buffer.count >= ServerLimits.chunkBytes
            || ContinuousClock.now - lastWrite > .milliseconds(200)
        {
            return flush()
        }
        return true
    }

    @discardableResult private func flush() -> Bool {
        guard buffer.count > 0 else { return true }
        lastWrite = .now
        let isRead = pipe.put(NIOCore.ByteBuffer(bytes: buffer.unsafeBytes))
        buffer.removeAll()
        return isRead
    }
}

extension ResultShape {
    /// As answers call it.
    var name: String {
        switch self {
        case .records: "records"
        case .values: "values"
        case .table: "table"
        case .timeline: "timeline"
        case .lifecycle: "lifecycle"
        }
    }
}

extension Optional<RecordValue> {
    /// The value as JSON.
    func write(into buffer: inout Records.ByteBuffer) {
        guard let self else { return buffer.append("null") }
        if self.kind == .string {
            CanonicalJSON.encode(
                .string(String(decoding: self.bytes, as: UTF8.self)), into: &buffer)
        } else {
            buffer.append(self.bytes)
        }
    }
}
