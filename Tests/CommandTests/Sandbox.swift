// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A fresh directory with the built `daybook` in it, as a user has: books in `logs`, keys beside.
final class Sandbox {
    let directory: URL
    var logs: URL { directory.appending(path: "logs") }

    /// What a program said and how it ended.
    struct Result {
        let code: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        func json() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(value as? [String: Any])
        }
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The executable beside the test bundle, or the one that DAYBOOK_BINARY names.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["DAYBOOK_BINARY"] {
            return URL(filePath: path)
        }
        let ours = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        // The bundle lies in .build/debug; the runner may be elsewhere.
        for argument in CommandLine.arguments where argument.contains(".xctest") {
            let found = URL(filePath: argument).deletingLastPathComponent()
                .appending(path: "daybook")
            if FileManager.default.isExecutableFile(atPath: found.path()) { return found }
        }
        return ours.deletingLastPathComponent().appending(path: "daybook")
    }()

    /// The repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let samples = root.appending(path: "Tests/Fixtures/samples")

    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["DAYBOOK_KEYS"] = directory.appending(path: "keys").path()
        environment["DAYBOOK_DIR"] = nil
        environment["TZ"] = "UTC"
        environment["PATH"] =
            Self.binary.deletingLastPathComponent().path() + ":" + (environment["PATH"] ?? "")
        return environment
    }

    /// A pipe whose ends no other process inherits: else its reader would wait for all of them.
    static func pipe() -> Pipe {
        let pipe = Pipe()
        for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }

    /// A process not yet started, its standard streams in our hands.
    func process(_ executable: URL, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = environment
        return process
    }

    @discardableResult
    func daybook(_ arguments: String..., input: String = "") throws -> Result {
        try run(Self.binary, arguments, input: Data(input.utf8))
    }

    @discardableResult
    func daybook(_ arguments: [String], input: Data = Data()) throws -> Result {
        try run(Self.binary, arguments, input: input)
    }

    @discardableResult
    func shell(_ script: String) throws -> Result {
        try run(URL(filePath: "/bin/bash"), ["-c", script])
    }

    private func run(_ executable: URL, _ arguments: [String], input: Data = Data()) throws
        -> Result
    {
        // Files instead of pipes: nothing can fill up, and no reader has to run beside us.
        let base = directory.appending(path: ".run-\(UUID().uuidString)")
        let names = ["in", "out", "err"].map { base.appendingPathExtension($0) }
        defer { for name in names { try? FileManager.default.removeItem(at: name) } }
        try input.write(to: names[0])
        for name in names[1...] { try Data().write(to: name) }
        let process = process(executable, arguments)
        let handles = (
            try FileHandle(forReadingFrom: names[0]), try FileHandle(forWritingTo: names[1]),
            try FileHandle(forWritingTo: names[2])
        )
        process.standardInput = handles.0
        process.standardOutput = handles.1
        process.standardError = handles.2
        try process.run()
        process.waitUntilExit()
        let code =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return Result(
            code: code, output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
    }

    // MARK: - Looking

    /// The records of a live file, parsed.
    func records(_ book: String) throws -> [[String: Any]] {
        let data = try Data(contentsOf: logs.appending(path: "\(book).log"))
        return try data.split(separator: 0x0A).map { line in
            try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        }
    }

    /// The records of a book as they read when opened, parsed.
    func opened(_ book: String) throws -> [[String: Any]] {
        try daybook("cat", "--book", book, "--open").lines.map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any])
        }
    }

    /// Every file under the directory, whole.
    func allBytes() throws -> [(name: String, bytes: Data)] {
        let found = FileManager.default.enumerator(
            at: directory, includingPropertiesForKeys: [.isRegularFileKey])
        var files: [(String, Data)] = []
        while let url = found?.nextObject() as? URL {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                continue
            }
            files.append((url.path(), try Data(contentsOf: url)))
        }
        return files
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }
}

/// Waits until something is so; false when it does not come in time.
func eventually(seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
        if try condition() { return true }
        Thread.sleep(forTimeInterval: 0.02)
    }
    return try condition()
}
