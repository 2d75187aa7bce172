// SPDX-License-Identifier: Apache-2.0

import Book
import Foundation
import Masking
import Records

@testable import Daybook

/// A directory for one test, gone with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "daybook-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var logs: String { path + "/logs" }
    var keys: String { path + "/keys" }

    func write(_ text: String, to name: String) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path + "/" + name, withDestinationPath: target)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path + "/" + name)
    }

    /// The records of a live file in `logs`, as objects, opened.
    func records(_ name: String = "audit.log") throws -> [[String: JSONValue]] {
        let door = VaultDoor(logs: logs, keys: keys)
        return try read("logs/" + name).split(separator: "\n").map { line in
            guard case .object(let object) = try JSONValue(parsing: String(line)) else {
                return [:]
            }
            var members = Dictionary(object.members.map { ($0.key, $0.value) }) { $1 }
            if let sealed = members.removeValue(forKey: "sealed")?.stringValue,
                let commitment = Commitment(sealed: sealed)
            {
                try door.session().open([commitment]) { _, _, plaintext in
                    let text = String(decoding: plaintext, as: UTF8.self)
                    guard case .object(let object)? = try? JSONValue(parsing: text) else { return }
                    for member in object.members { members[member.key] = member.value }
                }
            }
            return members
        }
    }
}
