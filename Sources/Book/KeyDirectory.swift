// SPDX-License-Identifier: Apache-2.0

package import Parquet
internal import Records
package import TransparencyLog

/// What a book keeps outside its own directory: the signing key and the high-water mark.
///
/// Both live under `~/.config/daybook/keys/<origin>/` (mode 0700), so that a copy of the book, or
/// an older one put in its place, brings neither along. docs/format/state.md.
package struct KeyDirectory: Sendable {
    /// The directory for all books' keys.
    package let root: String
    private let disk: any Disk

    package init(root: String, disk: any Disk) {
        self.root = root
        self.disk = disk
    }

    /// The directory for one book: its origin with what a file name cannot hold replaced.
    package func directory(for origin: String) -> String {
        let name = origin.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                Character(UnicodeScalar(byte))
            default: Character("_")
            }
        }
        return root + "/" + String(name)
    }

    func keyPath(for origin: String) -> String { directory(for: origin) + "/signing.key" }
    func segmentKeyPath(for origin: String) -> String { directory(for: origin) + "/segment.key" }
    func highWaterPath(for origin: String) -> String { directory(for: origin) + "/highwater" }
    func lockPath(for origin: String) -> String { directory(for: origin) + "/lock" }

    /// Makes and stores a new signing key; never overwrites one.
    package func createKey(for origin: String, entropy: any Entropy) throws(BookError) -> NoteKey {
        let path = keyPath(for: origin)
        guard disk.kind(of: path) == .missing else {
            throw BookError(
                .setting, "\(path) exists already: a key is never overwritten. Move it away first.")
        }
        let signer: NoteKey
        do throws(TransparencyLogError) {
            signer = try NoteKey(name: origin, seed: entropy.bytes(32))
        } catch {
            throw BookError(
                .setting,
                "The origin of a book is its key's name: it may not be empty nor hold spaces or '+'."
            )
        }
        try onDisk { () throws(DiskError) in
            try disk.makeDirectory(directory(for: origin), mode: 0o700)
            try disk.replaceFile(
                path, with: Array((signer.exportPrivateText() + "\n").utf8), mode: 0o600)
            try disk.syncDirectory(root)
        }
        return signer
    }

    /// The signing key of a book; nil when there is none.
    package func key(for origin: String) throws(BookError) -> NoteKey? {
        let path = keyPath(for: origin)
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: path, limit: Limits.checkpointBytes)
            })
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasSuffix("\n"), let signer = try? NoteKey(privateText: text.dropLast()),
            signer.name == origin
        else {
            throw BookError(
                .damaged,
                "\(path) does not hold the signing key of \(origin). Restore it from a backup.")
        }
        return signer
    }

    /// The key of a book's encrypted parts and segments; nil when there is none.
    package func segmentKey(for origin: String) throws(BookError) -> EncryptionKey? {
        let path = segmentKeyPath(for: origin)
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: path, limit: Limits.checkpointBytes)
            })
        else { return nil }
        guard bytes.count == Self.segmentKeyBytes, let key = try? EncryptionKey(bytes) else {
            throw BookError(
                .damaged, "\(path) does not hold a key of 32 bytes. Restore it from a backup.")
        }
        return key
    }

    /// Makes and stores the key of a book's parts and segments; never overwrites one.
    func createSegmentKey(for origin: String, entropy: any Entropy) throws(BookError)
        -> EncryptionKey
    {
        let path = segmentKeyPath(for: origin)
        let bytes = entropy.bytes(Self.segmentKeyBytes)
        guard disk.kind(of: path) == .missing, let key = try? EncryptionKey(bytes) else {
            throw BookError(
                .setting, "\(path) exists already: a key is never overwritten. Move it away first.")
        }
        try onDisk { () throws(DiskError) in
            try disk.makeDirectory(directory(for: origin), mode: 0o700)
            try disk.replaceFile(path, with: bytes, mode: 0o600)
        }
        return key
    }

    /// AES-256.
    private static let segmentKeyBytes = 32

    package func highWater(for origin: String) throws(BookError) -> HighWater? {
        let path = highWaterPath(for: origin)
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: path, limit: Limits.checkpointBytes)
            })
        else { return nil }
        return try HighWater(decoding: bytes, path: path)
    }

    func store(_ mark: HighWater, for origin: String) throws(DiskError) {
        try disk.replaceFile(highWaterPath(for: origin), with: mark.encoded(), mode: 0o600)
    }
}

/// The newest state of a book that may have been signed: nothing older is ever accepted again.
package struct HighWater: Sendable, Equatable {
    package var size: UInt64
    package var root: Digest
    /// Index of the first record of the file that was live, and how many of its bytes belong to
    /// the first `size` records: where recovery starts to read.
    package var fileFirst: UInt64
    package var fileBytes: Int
    /// Recording time of the last record, microseconds; recording time never steps back.
    package var recorded: Int64

    func encoded() -> [UInt8] {
        let object: JSONObject = [
            "size": .number(String(size)), "root": .string(root.base64),
            "file_first": .number(String(fileFirst)), "file_bytes": .number(String(fileBytes)),
            "recorded": .number(String(recorded)),
        ]
        return Array((JSONValue.object(object).description + "\n").utf8)
    }

    init(size: UInt64, root: Digest, fileFirst: UInt64, fileBytes: Int, recorded: Int64) {
        self.size = size
        self.root = root
        self.fileFirst = fileFirst
        self.fileBytes = fileBytes
        self.recorded = recorded
    }

    init(decoding bytes: [UInt8], path: String) throws(BookError) {
        guard let value = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            case .object(let object) = value,
            let size = object.unsigned("size"), let text = object.text("root"),
            let root = Digest(base64: text), let first = object.unsigned("file_first"),
            let count = object.unsigned("file_bytes"), count <= UInt64(Int64.max),
            case .number(let recordedText)? = object["recorded"], let recorded = Int64(recordedText)
        else {
            throw BookError(
                .damaged,
                "\(path) is damaged. It guards against rollback; restore it from a backup, or run "
                    + "`daybook doctor` for how to go on without.")
        }
        self.init(
            size: size, root: root, fileFirst: first, fileBytes: Int(count), recorded: recorded)
    }
}
