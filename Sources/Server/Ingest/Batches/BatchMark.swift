// SPDX-License-Identifier: Apache-2.0

import Masking
import Records

/// Says, in the book, that the records right after it are a batch that its client may send again: it is
/// written with them, so after a crash it stands or falls with them. docs/design/ingest.md.
struct BatchMark {
    /// By what the batch is known again.
    enum Kind: String {
        /// By a key of its client's.
        case batch
        /// By the ids of its documents, which `DocumentJournal` has; the key is chance.
        case documents
    }

    /// The kind of a mark: the same as of imports, with `kind` telling them apart.
    static let event = "import_progress"
    /// What could tell whose it is, in a book whose records are personal.
    static let sealed = ["kind", "batch", "content", "record_count", "from", "cut_at"]

    let kind: Kind
    let key: BatchKey
    /// Records that follow, or did before a crash.
    let count: Int
    /// The `source` of those records.
    let source: String
    /// The index of the first record of a batch that a crash cut off, for which this mark corrects the
    /// count; nil for the mark of the records that follow.
    var cutAt: UInt64?

    var json: JSONObject {
        var object: JSONObject = [
            "event": .string(Self.event), "event_type": .string(Self.event), "level": "info",
            "kind": .string(kind.rawValue), "batch": .string(key.id.text),
            "content": .string(key.content.text),
            "record_count": .number(String(count)), "from": .string(source),
        ]
        if let cutAt { object.append("cut_at", .number(String(cutAt))) }
        return object
    }

    init(
        _ key: BatchKey, _ kind: Kind = .batch, count: Int, source: String, cutAt: UInt64? = nil
    ) {
        self.kind = kind
        self.key = key
        self.count = count
        self.source = source
        self.cutAt = cutAt
    }

    /// Reads one from an opened line; nil when the line is something else, or somebody's claim.
    init?(_ line: UnsafeBufferPointer<UInt8>) {
        guard Self.begins(line),
            let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            let object = value.objectValue, object["source"]?.stringValue == "daybook",
            let kind = object["kind"]?.stringValue.flatMap({ Kind(rawValue: $0) }),
            let id = object["batch"]?.stringValue.flatMap({ BatchKey.Digest($0) }),
            let content = object["content"]?.stringValue.flatMap({ BatchKey.Digest($0) }),
            let count = object.whole("record_count"), let source = object["from"]?.stringValue
        else { return nil }
        self.kind = kind
        key = BatchKey(id: id, content: content)
        self.count = Int(clamping: count)
        self.source = source
        cutAt = object.whole("cut_at")
    }

    private static let start = Array("{\"event\":\"\(event)\"".utf8)

    static func begins(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.count > start.count && line.prefix(start.count).elementsEqual(start)
    }
}

extension JSONObject {
    /// A whole number that is not negative.
    func whole(_ name: String) -> UInt64? {
        guard case .number(let text)? = self[name] else { return nil }
        return UInt64(text)
    }
}

extension BatchKey.Digest {
    /// In the form of a UUID, which every detector of secrets knows to be none.
    var text: String {
        let bytes = Array(digits.utf8)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            .map { String(decoding: bytes[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// 32 hexadecimal digits.
    var digits: String { Self.padded(high) + Self.padded(low) }

    /// Reads `text` or `digits`.
    init?(_ text: some StringProtocol) {
        let digits = String(text).filter { $0 != "-" }
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension IngestWorker {
    /// A batch that begins with a mark.
    ///
    /// - Parameter rule: of the book; where its records are personal, so is the mark.
    func marked(_ mark: BatchMark, _ rule: SealRule) -> MaskedRecords {
        takeHouse(mark.json, sealing: rule.isNone ? [] : BatchMark.sealed)
    }
}
