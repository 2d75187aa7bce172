// SPDX-License-Identifier: Apache-2.0

import Records
import TransparencyLog

/// Where one log stands, as a mark in the book tells it.
struct TailMark {
    /// One file of the log.
    struct File {
        let name: String
        let identity: FileIdentity
        let position: Int
        let print: FilePrint
        /// Nanoseconds since 1970, rounded down to microseconds.
        let modified: Int64
        /// Whether this is the one that is being read; the others were read to there.
        let isCurrent: Bool
    }

    /// The log's path, hashed: masking may change a path that looks like a secret.
    let key: String
    let path: String
    let files: [File]

    static func key(of path: String) -> String { TreeHash.leaf(Array(path.utf8)).base64 }

    init(path: String, files: [File]) {
        key = Self.key(of: path)
        self.path = path
        self.files = files
    }

    var json: JSONObject {
        [
            "log_sha256": .string(key), "log": .string(path),
            "files": .array(files.map { .object($0.json) }),
        ]
    }

    /// nil for a mark of another form.
    init?(_ object: JSONObject) {
        guard let key = object["log_sha256"]?.stringValue,
            let list = object["files"]?.arrayValue
        else { return nil }
        self.key = key
        path = object["log"]?.stringValue ?? ""
        files = list.compactMap { $0.objectValue.flatMap { File($0) } }
        guard files.count == list.count else { return nil }
    }
}

extension TailMark.File {
    var json: JSONObject {
        [
            "name": .string(name), "device": .number(String(identity.device)),
            "inode": .number(String(identity.inode)), "position": .number(String(position)),
            "modified": .number(String(modified / 1000)), "is_current": .bool(isCurrent),
            "lead_bytes": .number(String(print.leadBytes)),
            "lead_sha256": .string(print.lead.base64),
            "tail_bytes": .number(String(print.tailBytes)),
            "tail_sha256": .string(print.tail.base64),
        ]
    }

    init?(_ object: JSONObject) {
        func number<Value: FixedWidthInteger>(_ key: String) -> Value? {
            if case .number(let text)? = object[key] { return Value(text) }
            return nil
        }
        guard let device: UInt64 = number("device"), let inode: UInt64 = number("inode"),
            let position: Int = number("position"), position >= 0,
            let modified: Int64 = number("modified"),
            let leadBytes: Int = number("lead_bytes"), let tailBytes: Int = number("tail_bytes"),
            let lead = object["lead_sha256"]?.stringValue.flatMap({ Digest(base64: $0) }),
            let tail = object["tail_sha256"]?.stringValue.flatMap({ Digest(base64: $0) })
        else { return nil }
        name = object["name"]?.stringValue ?? ""
        identity = FileIdentity(device: device, inode: inode)
        self.position = position
        self.modified = modified &* 1000
        print = FilePrint(leadBytes: leadBytes, lead: lead, tailBytes: tailBytes, tail: tail)
        if case .bool(true)? = object["is_current"] { isCurrent = true } else { isCurrent = false }
    }
}
