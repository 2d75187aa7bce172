// SPDX-License-Identifier: Apache-2.0

import Desk

/// What is in a zip file, through the program `unzip`: nothing is written to disk.
struct ZipEntries {
    let path: String
    /// Paths of its files, sorted.
    let names: [String]

    init(_ path: String) throws {
        self.path = path
        // A path that begins with a hyphen would be an option.
        let safe = path.hasPrefix("-") ? "./" + path : path
        var program = try ReadingProgram("unzip", ["-Z1", safe])
        guard let list = program.readAll(limit: CommandLimits.zipListBytes) else {
            throw DeskFailure(.badInput, "\(path) is no zip file that unzip can list.")
        }
        names = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { !$0.hasSuffix("/") }.sorted()
    }

    func open(_ entry: String) throws -> ReadingProgram {
        let safe = path.hasPrefix("-") ? "./" + path : path
        return try ReadingProgram("unzip", ["-p", safe, Self.pattern(of: entry)])
    }

    /// One of its files whole; nil when it is not there, damaged or too large.
    func read(_ entry: String, limit: Int) throws -> [UInt8]? {
        guard names.contains(entry) else { return nil }
        var program = try open(entry)
        return program.readAll(limit: limit)
    }

    /// unzip takes names as patterns: what means something in one stands for itself.
    private static func pattern(of entry: String) -> String {
        var pattern = ""
        for (place, letter) in entry.enumerated() {
            if letter == "[" || letter == "*" || letter == "?"
                || letter == "-" && place == 0
            {
                pattern += "[\(letter)]"
            } else {
                pattern.append(letter)
            }
        }
        return pattern
    }
}
