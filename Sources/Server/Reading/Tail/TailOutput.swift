// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Query
import Records

/// Writes what passes as server-sent events. The id of each says how far every book was read, so that
/// a client that comes back goes on exactly there.
struct TailOutput: ~Copyable {
    private let books: [String]
    private var columns: [String]?
    private var buffer = Records.ByteBuffer(capacity: ServerLimits.chunkBytes)
    /// For each book the index of the next record.
    private(set) var positions: [UInt64]

    init(_ run: QueryRun, from positions: [UInt64]) {
        books = run.sources.map(\.name)
        self.positions = positions
        if case .records(.columns(let columns)) = run.plan.goal {
            self.columns = columns.map(\.name)
        }
    }

    var isLarge: Bool { buffer.count >= ServerLimits.chunkBytes }

    mutating func move(_ book: Int, to next: UInt64) { positions[book] = next }

    mutating func write(_ record: FoundRecord) {
        begin(record.book, record.index)
        buffer.append("\"record\":")
        // A line of JSON has no line feed, which would end the event's data.
        buffer.append(record.line)
        buffer.append("}\n\n")
    }

    mutating func write(_ row: [RecordValue?], of book: Int, _ index: UInt64) {
        begin(book, index)
        buffer.append("\"row\":{")
        for (place, name) in (columns ?? []).enumerated() where place < row.count {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            CanonicalJSON.encode(.string(name), into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            row[place].write(into: &buffer)
        }
        buffer.append("}}\n\n")
    }

    private mutating func begin(_ book: Int, _ index: UInt64) {
        positions[book] = index + 1
        appendID()
        buffer.append("data: {\"book\":\"")
        buffer.append(text: books[book])
        buffer.append("\",\"index\":")
        buffer.append(text: String(index))
        buffer.append(UInt8(ascii: ","))
    }

    /// An event that is about the tail itself.
    mutating func event(_ name: StaticString, _ object: JSONObject) {
        buffer.append("event: ")
        buffer.append(name)
        buffer.append(UInt8(ascii: "\n"))
        appendID()
        buffer.append("data: ")
        CanonicalJSON.encode(.object(object), into: &buffer)
        buffer.append("\n\n")
    }

    /// A sign of life: no event, but it tells how far it is.
    mutating func beat() {
        buffer.append(": \n")
        appendID()
        buffer.append(UInt8(ascii: "\n"))
    }

    private mutating func appendID() {
        buffer.append("id:")
        for (book, position) in zip(books, positions) {
            buffer.append(UInt8(ascii: " "))
            buffer.append(text: book)
            buffer.append(UInt8(ascii: "="))
            buffer.append(text: String(position))
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// What was written since the last call; nil for nothing.
    mutating func take() -> NIOCore.ByteBuffer? {
        guard buffer.count > 0 else { return nil }
        defer { buffer.removeAll() }
        return NIOCore.ByteBuffer(bytes: buffer.unsafeBytes)
    }

    /// The positions of an id, as `Last-Event-ID` brings it back; nil for what is none.
    static func positions(_ id: String, of books: [String]) -> [UInt64]? {
        var found: [String: UInt64] = [:]
        for part in id.split(separator: " ") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let position = UInt64(pair[1]) else { return nil }
            found[String(pair[0])] = position
        }
        let positions = books.compactMap { found[$0] }
        return positions.count == books.count && found.count == books.count ? positions : nil
    }
}

/// Takes what a query gives, live or from the books.
final class TailSink: QueryOutput {
    private var output: TailOutput
    /// The record that is looked at, for rows, which do not say.
    private var current: (book: Int, index: UInt64) = (0, 0)

    init(_ output: consuming TailOutput) { self.output = output }

    func look(at book: Int, _ index: UInt64) { current = (book, index) }

    func with<Value>(_ body: (inout TailOutput) -> Value) -> Value { body(&output) }

    func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        output.write(record)
        return true
    }

    func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        output.write(row, of: current.book, current.index)
        return true
    }
}
