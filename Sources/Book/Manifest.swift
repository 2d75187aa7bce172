// SPDX-License-Identifier: Apache-2.0

package import Records
package import TransparencyLog

/// Which file owns which range of a book's records: one manifest is one snapshot of the book.
///
/// On disk (docs/format/directory.md) it is JSON Lines: a head, one line a closed file in order,
/// the live file, and a last line with the SHA-256 of all bytes before it.
package struct Manifest: Sendable, Equatable {
    /// The book's name in its checkpoints.
    package var origin: String
    package var closed: [ClosedFile] = []
    package var live: LiveFile

    /// A file that gets no more lines.
    package struct ClosedFile: Sendable, Equatable {
        package var name: String
        /// Trading date of its records, `yyyy-mm-dd`.
        package var date: String
        /// Index of its first record.
        package var first: UInt64
        package var records: UInt64
        package var bytes: Int
        /// The book's root over all records up to the end of this file.
        package var root: Digest
        /// Closed because a sync failed: bytes may follow those that count, and recovery cuts them.
        package var mayNeedTrim = false

        package var end: UInt64 { first + records }
    }

    /// The file that lines are appended to.
    package struct LiveFile: Sendable, Equatable {
        package var name: String
        package var date: String
        package var first: UInt64
    }
}

extension Manifest {
    static let version = 1

    /// The bytes of the file.
    package func encoded() -> [UInt8] {
        var text = ""
        func line(_ object: JSONObject) { text += JSONValue.object(object).description + "\n" }
        line(["daybook_manifest": .number(String(Self.version)), "origin": .string(origin)])
        for file in closed {
            var entry: JSONObject = [
                "file": .string(file.name), "date": .string(file.date),
                "first": .number(String(file.first)), "records": .number(String(file.records)),
                "bytes": .number(String(file.bytes)), "root": .string(file.root.base64),
            ]
            if file.mayNeedTrim { entry["trim"] = .bool(true) }
            line(entry)
        }
        line([
            "live": .string(live.name), "date": .string(live.date),
            "first": .number(String(live.first)),
        ])
        let digest = TreeHash.plain(Array(text.utf8))
        line(["sha256": .string(digest.hex)])
        return Array(text.utf8)
    }

    /// Reads a manifest strictly: any byte that differs from what `encoded` writes is an error.
    package init(decoding bytes: [UInt8], path: String) throws(BookError) {
        func damaged(_ why: String) -> BookError {
            BookError(
                .damaged,
                "\(path) is damaged: \(why). Restore it from a copy; `daybook verify` checks the rest."
            )
        }
        var objects: [JSONObject] = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            guard let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
                case .object(let object) = value
            else { throw damaged("line \(objects.count + 1) is not a JSON object") }
            objects.append(object)
        }
        guard objects.count >= 3, let head = objects.first,
            head["daybook_manifest"] == .number(String(Self.version)),
            case .string(let origin)? = head["origin"]
        else { throw damaged("its head is missing or of an unknown version") }

        var closed: [ClosedFile] = []
        var next: UInt64 = 0
        for object in objects[1..<(objects.count - 2)] {
            guard case .string(let name)? = object["file"],
                case .string(let date)? = object["date"],
                let first = object.unsigned("first"), let records = object.unsigned("records"),
                let bytes = object.unsigned("bytes"), bytes <= UInt64(Int64.max),
                case .string(let text)? = object["root"], let root = Digest(base64: text)
            else { throw damaged("an entry lacks a field") }
            guard first == next, records <= UInt64(Int64.max) - first else {
                throw damaged("\(name) does not continue the file before it")
            }
            next = first + records
            closed.append(
                ClosedFile(
                    name: name, date: date, first: first, records: records, bytes: Int(bytes),
                    root: root, mayNeedTrim: object["trim"] == .bool(true)))
        }
        let last = objects[objects.count - 2]
        guard case .string(let name)? = last["live"], case .string(let date)? = last["date"],
            let first = last.unsigned("first"), first == next
        else { throw damaged("the entry of the live file is missing or does not continue") }
        self.init(
            origin: origin, closed: closed, live: LiveFile(name: name, date: date, first: first))
        guard encoded() == bytes else { throw damaged("its checksum or form is wrong") }
    }

    /// The name for a file of `date` that is closed now: `audit.log.2026-11-20`, and
    /// `audit.log.2026-11-20-0002` when that date has one already.
    package func closedName(live: String, date: String) -> String {
        let count = closed.count { $0.date == date }
        guard count > 0 else { return "\(live).\(date)" }
        let number = String(count + 1)
        return "\(live).\(date)-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
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
}
