// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Masking
import Records

/// What is known of earlier batches when the daemon starts: a file says it up to some index of each
/// book, the marks in the books say the rest.
struct BatchMemory {
    /// One batch as it is remembered.
    struct Known {
        let key: BatchKey
        var landed: [Landed]
    }

    /// By age.
    private(set) var batches: [Known] = []
    /// For each book: no mark below this index is news.
    private(set) var seen: [String: UInt64] = [:]
    /// What stands of requests with documents, by the id of their marks; of those that were looked for.
    private(set) var documents: [BatchKey.Digest: [Landed]] = [:]
    private var places: [BatchKey.Digest: Int] = [:]

    private let path: String
    private static let bytesMax = 64 << 20

    init(_ ground: Ground) {
        path = "\(ground.logs)/server/batches"
    }

    // MARK: - Reading

    /// Reads file and books.
    ///
    /// - Parameters:
    ///   - documents: for each book the index from which on marks of documents are wanted, too.
    ///   - cut: called for a batch that a crash cut off, with the mark that says so; appends it.
    mutating func load(
        _ ground: Ground, documents floor: [String: UInt64] = [:],
        cut: (_ book: String, _ mark: BatchMark) throws -> Void
    ) throws {
        try loadFile(ground)
        for book in ground.existingBooks {
            let snapshot = try ground.snapshot(book)
            // A file from beyond this book is of another one.
            drop(beyond: snapshot.size, of: book)
            let oldest = snapshot.size - min(snapshot.size, ServerLimits.batchScanRecords)
            let wanted = min(seen[book] ?? 0, floor[book] ?? .max)
            let from = max(oldest, min(wanted, snapshot.size))
            let marks = try Self.marks(in: snapshot, from: from, try ground.opener(for: book))
            for (index, mark) in marks { add(mark, at: index, in: book) }
            if let (index, mark) = marks.last, mark.cutAt == nil,
                let cutMark = try Self.cut(mark, at: index, in: snapshot)
            {
                try cut(book, cutMark)
                add(cutMark, at: 0, in: book)
            }
            seen[book] = snapshot.size
        }
    }

    private static func marks(
        in snapshot: BookSnapshot, from first: UInt64, _ opener: (any EnvelopeOpening)?
    ) throws -> [(index: UInt64, mark: BatchMark)] {
        var found: [(index: UInt64, mark: BatchMark)] = []
        var indexes: [UInt64] = []
        var lines = EnvelopeReader(opener)
        var place = 0
        func hear(_ line: UnsafeBufferPointer<UInt8>) {
            if let mark = BatchMark(line) { found.append((indexes[place], mark)) }
            place += 1
        }
        try snapshot.forEachLine(in: first..<snapshot.size) { index, line throws(BookError) in
            guard BatchMark.begins(line) else { return true }
            indexes.append(index)
            lines.add(line)
            if lines.isFull { try lines.flush(hear) }
            return true
        }
        try lines.finish(hear)
        return found
    }

    /// The mark that corrects another when fewer records follow it than it says; nil when all do.
    /// Only the last one of a book can be so: what a write lost, it lost at the end.
    private static func cut(
        _ mark: BatchMark, at index: UInt64, in snapshot: BookSnapshot
    ) throws -> BatchMark? {
        let first = index + 1
        let end = min(first + UInt64(mark.count), snapshot.size)
        var buffer = ByteBuffer()
        buffer.append(",\"source\":")
        CanonicalJSON.string(mark.source, into: &buffer)
        let source = buffer.array
        var have = 0
        if first < end {
            try snapshot.forEachLine(in: first..<end) { _, line throws(BookError) in
                guard line.contains(source) else { return false }
                have += 1
                return true
            }
        }
        guard have < mark.count else { return nil }
        return BatchMark(mark.key, mark.kind, count: have, source: mark.source, cutAt: first)
    }

    private mutating func add(_ mark: BatchMark, at index: UInt64, in book: String) {
        let first = mark.cutAt ?? index + 1
        let landed = Landed(book: book, first: first, count: mark.count)
        if mark.kind == .documents {
            documents[mark.key.id, default: []].add(landed)
            return
        }
        let place: Int
        if let known = places[mark.key.id] {
            place = known
        } else {
            place = batches.count
            places[mark.key.id] = place
            batches.append(Known(key: mark.key, landed: []))
        }
        batches[place].landed.add(landed)
    }

    private mutating func drop(beyond size: UInt64, of book: String) {
        for place in batches.indices {
            batches[place].landed.removeAll {
                $0.book == book && $0.first + UInt64($0.count) > size
            }
        }
    }

    // MARK: - The file

    private mutating func loadFile(_ ground: Ground) throws {
        guard
            let bytes = try ground.place("audit").disk.contents(of: path, limit: Self.bytesMax)
        else { return }
        for line in bytes.split(separator: 0x0A) {
            // It can be made again from the books: what is damaged is left aside.
            guard
                let object = (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?
                    .objectValue
            else { continue }
            if let seen = object["seen"]?.objectValue {
                for member in seen { self.seen[member.key] = seen.whole(member.key) }
            } else if let known = Known(object) {
                places[known.key.id] = batches.count
                batches.append(known)
            }
        }
    }

    /// Writes the file. Blocks for the disk.
    ///
    /// - Parameter seen: for each book, an index below which every mark is among `batches`.
    func save(_ batches: [Known], seen: [String: UInt64], _ ground: Ground) throws {
        let disk = ground.place("audit").disk
        let directory = "\(ground.logs)/server"
        if disk.kind(of: directory) == .missing { try disk.makeDirectory(directory, mode: 0o700) }
        var buffer = ByteBuffer()
        for batch in batches {
            CanonicalJSON.encode(batch.json, into: &buffer)
            buffer.append("\n")
        }
        let indexes = JSONObject(seen.map { ($0.key, .number(String($0.value))) })
        CanonicalJSON.encode(["seen": .object(indexes)] as JSONObject, into: &buffer)
        buffer.append("\n")
        try disk.replaceFile(path, with: buffer.array, mode: 0o600)
    }
}

extension [Landed] {
    /// Adds what a mark says; a later one corrects an earlier one of the same place.
    fileprivate mutating func add(_ landed: Landed) {
        removeAll { $0.book == landed.book && $0.first == landed.first }
        if landed.count > 0 { append(landed) }
    }

    /// Ranges as files have them.
    var json: JSONValue {
        .array(map { [.string($0.book), .number(String($0.first)), .number(String($0.count))] })
    }

    init(_ ranges: [JSONValue]) {
        self = ranges.compactMap { range in
            guard let parts = range.arrayValue, parts.count == 3, let book = parts[0].stringValue,
                case .number(let first) = parts[1], case .number(let count) = parts[2],
                let first = UInt64(first), let count = Int(count), count > 0
            else { return nil }
            return Landed(book: book, first: first, count: count)
        }
    }
}

extension BatchMemory.Known {
    fileprivate var json: JSONObject {
        [
            "batch": .string(key.id.text), "content": .string(key.content.text),
            "landed": landed.json,
        ]
    }

    fileprivate init?(_ object: JSONObject) {
        guard let id = object["batch"]?.stringValue.flatMap({ BatchKey.Digest($0) }),
            let content = object["content"]?.stringValue.flatMap({ BatchKey.Digest($0) }),
            let ranges = object["landed"]?.arrayValue
        else { return nil }
        key = BatchKey(id: id, content: content)
        landed = [Landed](ranges)
    }
}
