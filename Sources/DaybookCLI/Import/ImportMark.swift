// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records
import TransparencyLog

/// How far a file was imported: a record of Daybook's own in the book, so that it stands or falls
/// with the records that it speaks of.
///
/// A mark says: the first `bytes` bytes, which hash to `hash`, are in the book, all of them before
/// this mark and before record `textSize` of the book for text. After a crash the records of that
/// source beyond the mark are counted; so many are passed over when the file is read again.
struct ImportMark {
    static let event = "import_progress"
    /// What could tell whose file it was: sealed under the house's key.
    static let sealed = ["file", "content_sha256_tree", "lead_sha256_tree"]

    /// Its own index in the book.
    var index: UInt64 = 0
    let file: String
    let bytes: Int
    let hash: Digest
    /// How the file begins: knows it again before anything is imported.
    let leadBytes: Int
    let leadHash: Digest
    /// Size of the book for text, when there is one.
    let textSize: UInt64?

    var json: JSONObject {
        var object: JSONObject = [
            "event": .string(Self.event), "event_type": .string(Self.event), "level": "info",
            "file": .string(file), "bytes": .number(String(bytes)),
            "content_sha256_tree": .string(hash.base64), "lead_bytes": .number(String(leadBytes)),
            "lead_sha256_tree": .string(leadHash.base64),
        ]
        if let textSize { object["chat_size"] = .number(String(textSize)) }
        return object
    }

    init(file: String, bytes: Int, hash: Digest, lead: [UInt8], textSize: UInt64?) {
        self.file = file
        self.bytes = bytes
        self.hash = hash
        leadBytes = lead.count
        leadHash = PrefixHasher.root(lead)
        self.textSize = textSize
    }

    /// Reads one from a line; nil when the line is something else, or somebody else's claim.
    init?(_ line: UnsafeBufferPointer<UInt8>, index: UInt64) {
        guard Self.begins(line),
            let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            let object = value.objectValue, object["source"]?.stringValue == "daybook",
            let file = object["file"]?.stringValue, let bytes = object.count("bytes"),
            let hash = object["content_sha256_tree"]?.stringValue.flatMap({ Digest(base64: $0) }),
            let leadBytes = object.count("lead_bytes"),
            let leadHash = object["lead_sha256_tree"]?.stringValue.flatMap({ Digest(base64: $0) })
        else { return nil }
        self.index = index
        self.file = file
        self.bytes = bytes
        self.hash = hash
        self.leadBytes = leadBytes
        self.leadHash = leadHash
        textSize = object.count("chat_size").map { UInt64($0) }
    }

    private static let start = Array("{\"event\":\"\(event)\"".utf8)

    static func begins(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.count > start.count && line.prefix(start.count).elementsEqual(start)
    }

    /// Whether a file begins as the one this mark is of.
    func matches(lead: [UInt8]) -> Bool {
        leadBytes <= lead.count && PrefixHasher.root(lead.prefix(leadBytes)) == leadHash
    }
}

extension JSONObject {
    /// A count that is not negative.
    func count(_ key: String) -> Int? {
        guard case .number(let text)? = self[key], let value = Int(text), value >= 0 else {
            return nil
        }
        return value
    }
}

/// What a book remembers of earlier imports.
struct ImportMemory {
    private(set) var marks: [ImportMark] = []

    /// Nothing: for what cannot have been imported before.
    init() {}

    /// Walks the book: O(its bytes), at the speed of memory.
    init(_ place: BookPlace, opener: (any EnvelopeOpening)?) throws {
        guard place.disk.kind(of: place.manifestPath) == .file else { return }
        let snapshot = try BookSnapshot(place)
        var indexes: [UInt64] = []
        var lines = EnvelopeReader(opener)
        try snapshot.forEachLine(in: 0..<snapshot.size) { index, line in
            guard ImportMark.begins(line) else { return true }
            indexes.append(index)
            lines.add(line)
            return true
        }
        var found: [ImportMark] = []
        var place = 0
        try lines.finish { line in
            if let mark = ImportMark(line, index: indexes[place]) { found.append(mark) }
            place += 1
        }
        marks = found
    }

    mutating func add(_ mark: ImportMark) { marks.append(mark) }

    /// How many records of a source a book has from an index on.
    static func count(source: String, in place: BookPlace, from first: UInt64) throws -> Int {
        guard place.disk.kind(of: place.manifestPath) == .file else { return 0 }
        let snapshot = try BookSnapshot(place)
        guard first < snapshot.size else { return 0 }
        var buffer = ByteBuffer()
        buffer.append(",\"source\":")
        CanonicalJSON.string(source, into: &buffer)
        let needle = buffer.array
        var count = 0
        try snapshot.forEachLine(in: first..<snapshot.size) { _, line in
            guard line.contains(needle),
                let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
                value.objectValue?["source"]?.stringValue == source
            else { return true }
            count += 1
            return true
        }
        return count
    }
}
