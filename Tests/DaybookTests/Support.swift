// SPDX-License-Identifier: Apache-2.0

import Foundation
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

    /// The records of a live file in `logs`, as objects.
    func records(_ name: String = "audit.log") throws -> [[String: JSONValue]] {
        try read("logs/" + name).split(separator: "\n").map { line in
            guard case .object(let object) = try JSONValue(parsing: String(line)) else {
                return [:]
            }
            return Dictionary(object.members.map { ($0.key, $0.value) }) { $1 }
        }
    }
}
