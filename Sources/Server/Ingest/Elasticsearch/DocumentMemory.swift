// SPDX-License-Identifier: Apache-2.0

import Records

/// What the file of documents says when the daemon starts. What it does not say, since the daemon died
/// before, the marks in the books do.
struct DocumentMemory {
    /// A document that was to be recorded, and where it stands in its batch.
    struct Document: Sendable, Equatable {
        let key: DocumentKeys.Key
        let content: DocumentKeys.Key
        let book: String
        let first: Int
        let count: Int
    }

    private enum Step {
        case known([DocumentKeys.Recorded])
        case request(mark: BatchKey.Digest, [Document])
    }

    /// By age.
    private var steps: [Step] = []
    /// Where requests landed, by their marks.
    private var landed: [BatchKey.Digest: [Landed]] = [:]
    /// For each request whose end is not said, what its line says of the ends of the books.
    private var unsaid: [BatchKey.Digest: [String: UInt64]] = [:]

    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: 0x0A) {
            guard
                let object = (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?
                    .objectValue
            else { continue }
            take(object)
        }
    }

    private mutating func take(_ object: JSONObject) {
        func texts(_ name: String) -> [String] {
            object[name]?.arrayValue?.compactMap(\.stringValue) ?? []
        }
        func mark(_ name: String) -> BatchKey.Digest? {
            object[name]?.stringValue.flatMap { BatchKey.Digest($0) }
        }
        if let mark = mark("mark") {
            var from: [String: UInt64] = [:]
            for member in object["from"]?.objectValue ?? [:] {
                from[member.key] = object["from"]?.objectValue?.whole(member.key)
            }
            unsaid[mark] = from
            steps.append(.request(mark: mark, texts("documents").compactMap { Document($0) }))
        } else if let mark = mark("done") {
            unsaid[mark] = nil
            landed[mark] = [Landed](object["landed"]?.arrayValue ?? [])
        } else {
            steps.append(
                .known(texts("known").compactMap { DocumentKeys.Recorded($0) }))
        }
    }

    /// For each of these books the index from which on its marks have to be looked at; empty when the
    /// file says all.
    func floor(_ books: [String]) -> [String: UInt64] {
        guard !unsaid.isEmpty else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: books.map { book in
                (book, unsaid.values.map { $0[book] ?? 0 }.min() ?? 0)
            })
    }

    /// What is known of documents, by age: those that stand in the books, whole.
    ///
    /// - Parameter found: what the marks in the books say of the requests that the file leaves open.
    func recorded(_ found: [BatchKey.Digest: [Landed]]) -> [DocumentKeys.Recorded] {
        steps.flatMap { step -> [DocumentKeys.Recorded] in
            switch step {
            case .known(let recorded): return recorded
            case .request(let mark, let documents):
                let landed = landed[mark] ?? found[mark] ?? []
                return documents.compactMap { document in
                    landed.index(of: document).map {
                        .init(key: document.key, content: document.content, number: $0)
                    }
                }
            }
        }
    }
}

extension [Landed] {
    /// The index of a document, when all of its records stand.
    func index(of document: DocumentMemory.Document) -> UInt64? {
        let ranges = filter { $0.book == document.book }
        guard ranges.reduce(0, { $0 + $1.count }) >= document.first + document.count else {
            return nil
        }
        return ranges.index(of: document.first)
    }
}

// As the file has them: two digests and numbers, without anything between but blanks.

extension DocumentMemory.Document {
    var text: String { "\(key.digits) \(content.digits) \(first) \(count) \(book)" }

    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 4)
        guard parts.count == 5, let key = DocumentKeys.Key(parts[0]),
            let content = DocumentKeys.Key(parts[1]), let first = Int(parts[2]), first >= 0,
            let count = Int(parts[3]), count > 0
        else { return nil }
        self.init(key: key, content: content, book: String(parts[4]), first: first, count: count)
    }
}

extension DocumentKeys.Recorded {
    var text: String { "\(key.digits) \(content.digits) \(number)" }

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, let key = DocumentKeys.Key(parts[0]),
            let content = DocumentKeys.Key(parts[1]), let number = UInt64(parts[2])
        else { return nil }
        self.init(key: key, content: content, number: number)
    }
}
