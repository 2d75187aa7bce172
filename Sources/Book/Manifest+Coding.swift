// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// The bytes of a manifest (docs/format/directory.md): JSON Lines, in one form only.

extension Manifest {
    static let version = 2

    /// The bytes of the file.
    package func encoded() -> [UInt8] { encoded(version: Self.version) }

    func encoded(version: Int) -> [UInt8] {
        var text = ByteBuffer(capacity: 1024 + closed.count * 512)
        func line(_ object: JSONObject) {
            CanonicalJSON.encode(object, into: &text)
            text.append(UInt8(ascii: "\n"))
        }
        line(["daybook_manifest": .number(String(version)), "origin": .string(origin)])
        if let cut { line(cut.entry) }
        for file in closed {
            file.write(to: &text)
            text.append(UInt8(ascii: "\n"))
            for part in file.parts { line(part.entry) }
        }
        line([
            "live": .string(live.name), "date": .string(live.date),
            "first": .number(String(live.first)),
        ])
        for part in live.parts { line(part.entry) }
        if !discarded.isEmpty { line(["discarded": .array(discarded.map { .string($0) })]) }
        line(["sha256": .string(TreeHash.plain(text.unsafeBytes).hex)])
        return text.array
    }

    /// Reads a manifest. Any byte that was altered is an error.
    ///
    /// - Parameter isStrict: whether to make the file's bytes from its values once more and compare:
    ///   what a writer and `verify` do. A reader checks the sum alone: with years of days that is
    ///   half the time that opening a book takes.
    package init(decoding bytes: [UInt8], path: String, isStrict: Bool = true) throws(BookError) {
        var reader = ManifestReader(path: path)
        guard Self.hasItsSum(bytes) else { throw reader.damaged("its checksum is wrong") }
        var failure: BookError?
        bytes.withUnsafeBufferPointer { bytes in
            do throws(BookError) {
                var rest = bytes[...]
                while !rest.isEmpty {
                    let end = rest.firstLineFeed ?? rest.endIndex
                    if end > rest.startIndex {
                        try reader.take(
                            UnsafeBufferPointer(rebasing: bytes[rest.startIndex..<end]))
                    }
                    rest = bytes[min(end + 1, bytes.endIndex)...]
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self = try reader.finish()
        guard !isStrict || encoded(version: reader.version) == bytes else {
            throw reader.damaged("its form is wrong")
        }
    }

    /// Whether the last line is, byte for byte, the sum of those before.
    private static func hasItsSum(_ bytes: [UInt8]) -> Bool {
        // {"sha256":"…"} and a line feed.
        let count = 78
        guard bytes.count > count, bytes[bytes.count - count - 1] == UInt8(ascii: "\n") else {
            return false
        }
        let sum = bytes.withUnsafeBufferPointer {
            TreeHash.plain(UnsafeBufferPointer(rebasing: $0.dropLast(count)))
        }
        return bytes.suffix(count).elementsEqual(Array("{\"sha256\":\"\(sum.hex)\"}\n".utf8))
    }
}

/// Takes the lines of a manifest one by one.
private struct ManifestReader {
    let path: String
    private(set) var version = 0
    private var origin: String?
    private var cut: Manifest.Cut?
    private var closed: [Manifest.ClosedFile] = []
    private var live: Manifest.LiveFile?
    private var discarded: [String] = []
    private var isEnded = false
    /// Index of the first record that no entry has yet.
    private var next: UInt64 = 0

    init(path: String) {
        self.path = path
    }

    func damaged(_ why: String) -> BookError {
        BookError(
            .damaged,
            "\(path) is damaged: \(why). Restore it from a copy; `daybook verify` checks the rest.")
    }

    mutating func take(_ line: UnsafeBufferPointer<UInt8>) throws(BookError) {
        if let file = ManifestLine.closedFile(line) { return try take(file) }
        guard let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            case .object(let object) = value
        else { throw damaged("a line is not a JSON object") }
        try take(object)
    }

    private mutating func take(_ object: JSONObject) throws(BookError) {
        guard !isEnded else { throw damaged("something follows its checksum") }
        if origin == nil { return try takeHead(object) }
        if object["sha256"] != nil, object["part"] == nil, object["file"] == nil {
            isEnded = true
        } else if object["pruned"] != nil {
            guard let found = Manifest.Cut(object), closed.isEmpty, live == nil else {
                throw damaged("its entry of what was pruned has not its form")
            }
            cut = found
            next = found.until
        } else if object["file"] != nil {
            guard let file = Manifest.ClosedFile(object) else {
                throw damaged("an entry lacks a field")
            }
            try take(file)
        } else if object["part"] != nil {
            try takePart(object)
        } else if object["live"] != nil {
            guard live == nil, let file = Manifest.LiveFile(object), file.first == next else {
                throw damaged("the entry of the live file does not continue")
            }
            live = file
        } else if let names = object["discarded"]?.arrayValue, live != nil {
            discarded = names.compactMap(\.stringValue)
            guard discarded.allSatisfy(Self.isBelow) else {
                throw damaged("it discards a file that is not the book's")
            }
        } else {
            throw damaged("it has an entry of an unknown kind")
        }
    }

    private mutating func take(_ file: Manifest.ClosedFile) throws(BookError) {
        guard origin != nil, !isEnded, live == nil else {
            throw damaged("a file stands in the wrong place")
        }
        guard file.first == next, file.records <= UInt64(Int64.max) - next else {
            throw damaged("\(file.name) does not continue the file before it")
        }
        next = file.end
        closed.append(file)
    }

    private mutating func takeHead(_ object: JSONObject) throws(BookError) {
        guard let number = object.unsigned("daybook_manifest"),
            (1...UInt64(Manifest.version)).contains(number), let text = object.text("origin")
        else {
            throw damaged("its head is missing, or of a version that this program does not know")
        }
        version = Int(number)
        origin = text
    }

    private mutating func takePart(_ object: JSONObject) throws(BookError) {
        guard let part = Manifest.PartFile(object) else {
            throw damaged("the entry of a part lacks a field")
        }
        let parts = live?.parts ?? closed.last?.parts ?? []
        let first = parts.last?.end ?? live?.first ?? closed.last?.first
        let end = live == nil ? closed.last?.end ?? 0 : UInt64(Int64.max)
        guard part.first == first, part.records > 0, part.records <= end - part.first,
            part.lineEnd > parts.last?.lineEnd ?? 0
        else { throw damaged("\(part.name) does not continue the part before it") }
        if live != nil {
            live?.parts.append(part)
        } else if !closed.isEmpty {
            closed[closed.count - 1].parts.append(part)
        }
    }

    /// Whether a path leads down: such files are removed, and the manifest is not signed.
    private static func isBelow(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 3 && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    func finish() throws(BookError) -> Manifest {
        guard let origin else { throw damaged("its head is missing") }
        guard let live, isEnded else {
            throw damaged("the entry of the live file or its checksum is missing")
        }
        return Manifest(
            origin: origin, cut: cut, closed: closed, live: live, discarded: discarded)
    }
}

// MARK: - Entries

extension Manifest.ClosedFile {
    fileprivate init?(_ object: JSONObject) {
        guard let name = object.fileName("file"), let date = object.text("date"),
            let first = object.unsigned("first"), let records = object.unsigned("records"),
            first <= UInt64(Int64.max), records <= UInt64(Int64.max) - first,
            let bytes = object.size("bytes"), let text = object.text("root"),
            let root = Digest(base64: text)
        else { return nil }
        self.init(
            name: name, date: date, first: first, records: records, bytes: bytes, root: root,
            mayNeedTrim: object["trim"] == .bool(true))
        if let from = object.text("from"), let to = object.text("to") {
            guard let from = Timestamp(from), let to = Timestamp(to), from <= to else { return nil }
            recorded = from...to
        }
        hasLines = object["lines"] != .bool(false)
        if object["segment"] != nil {
            guard let name = object.fileName("segment"), let bytes = object.size("segment_bytes"),
                let text = object.text("sha256"), let digest = Digest(hex: text)
            else { return nil }
            segment = Manifest.SegmentFile(
                name: name, bytes: bytes, sha256: digest,
                isEncrypted: object["encrypted"] == .bool(true),
                record: object.unsigned("sealed_by"))
        }
        guard hasLines || segment != nil else { return nil }
    }
}

extension Manifest.LiveFile {
    fileprivate init?(_ object: JSONObject) {
        guard let name = object.fileName("live"), let date = object.text("date"),
            let first = object.unsigned("first"), first <= UInt64(Int64.max)
        else { return nil }
        self.init(name: name, date: date, first: first)
    }
}

extension Manifest.PartFile {
    fileprivate var entry: JSONObject {
        [
            "part": .string(name), "first": .number(String(first)),
            "records": .number(String(records)), "bytes": .number(String(bytes)),
            "sha256": .string(sha256.hex), "line_end": .number(String(lineEnd)),
        ]
    }

    fileprivate init?(_ object: JSONObject) {
        guard let name = object.fileName("part"), let first = object.unsigned("first"),
            let records = object.unsigned("records"), first <= UInt64(Int64.max),
            let bytes = object.size("bytes"), let end = object.size("line_end"),
            let text = object.text("sha256"), let digest = Digest(hex: text)
        else { return nil }
        self.init(
            name: name, first: first, records: records, bytes: bytes, sha256: digest, lineEnd: end)
    }
}

extension Manifest.Cut {
    fileprivate var entry: JSONObject {
        [
            "pruned": .number(String(until)), "root": .string(root.base64),
            "record": .number(String(record)),
            "peaks": .array(peaks.map { .string($0.base64) }),
            "leaves": .array(leaves.map { .string($0.base64) }),
        ]
    }

    fileprivate init?(_ object: JSONObject) {
        guard let until = object.unsigned("pruned"), until > 0, until <= UInt64(Int64.max),
            let text = object.text("root"), let root = Digest(base64: text),
            let record = object.unsigned("record"),
            let peaks = object.digests("peaks"), let leaves = object.digests("leaves"),
            peaks.count == until.nonzeroBitCount,
            UInt64(leaves.count) == until % Limits.groupRecords,
            MerkleFrontier(size: Int(until), peaks: peaks)?.root == root
        else { return nil }
        self.init(until: until, root: root, record: record, peaks: peaks, leaves: leaves)
    }
}

extension JSONObject {
    /// A member that is a whole number of 64 bits without sign.
    package func unsigned(_ key: String) -> UInt64? {
        guard case .number(let text)? = self[key], let value = UInt64(text),
            String(value) == text
        else { return nil }
        return value
    }

    package func text(_ key: String) -> String? {
        guard case .string(let text)? = self[key] else { return nil }
        return text
    }

    /// Bytes of a file.
    fileprivate func size(_ key: String) -> Int? {
        unsigned(key).flatMap { Int(exactly: $0) }
    }

    /// The name of a file in a directory that the reader knows: nothing that leads out of it.
    fileprivate func fileName(_ key: String) -> String? {
        guard let name = text(key), !name.isEmpty, name != ".", name != "..",
            !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0)
        else { return nil }
        return name
    }

    fileprivate func digests(_ key: String) -> [Digest]? {
        guard let values = self[key]?.arrayValue, values.count < 512 else { return nil }
        let found = values.compactMap { $0.stringValue.flatMap { Digest(base64: $0) } }
        return found.count == values.count ? found : nil
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    fileprivate var firstLineFeed: Int? {
        guard let start = UnsafeBufferPointer(rebasing: self).baseAddress,
            let found = memchr(start, 10, count)
        else { return nil }
        return startIndex + start.distance(to: found.assumingMemoryBound(to: UInt8.self))
    }
}
