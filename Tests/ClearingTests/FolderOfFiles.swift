// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Retention

@testable import Clearing

/// A directory of its own with files of chosen ages.
final class FolderOfFiles {
    let directory: URL
    let now = Timestamp(microseconds: 1_795_000_000_000_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "folder-\(UUID().uuidString)").resolvingSymlinksInPath()
        base = directory.appending(path: "logs").path() + "/"
        try FileManager.default.createDirectory(
            at: directory.appending(path: "logs"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// What is cleared; beside it may lie what is not.
    var logs: URL { directory.appending(path: "logs") }

    func path(_ name: String) -> String { base + name }

    private let base: String

    /// Writes a file, some days old. By plain system calls: some tests write ten thousand.
    func write(_ name: String, _ text: String = "line\n", days: Double, mode: Int = 0o644) throws {
        let path = path(name)
        var file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if file < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true)
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        guard file >= 0 else { throw POSIXError(.EIO) }
        defer { close(file) }
        var text = text
        let count = text.utf8.count
        let written = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == count, fchmod(file, mode_t(mode)) == 0 else { throw POSIXError(.EIO) }
        try age(name, days: days)
    }

    func age(_ name: String, days: Double) throws {
        let seconds = Double(now.microseconds) / 1_000_000 - days * 86_400
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        guard utimensat(AT_FDCWD, path(name), [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw POSIXError(.EIO)
        }
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path(name), withDestinationPath: target)
    }

    func exists(_ name: String) -> Bool {
        var facts = stat()
        return lstat(path(name), &facts) == 0
    }

    func root() throws -> FileRoot { try FileRoot(logs.path(), own: [], homes: []) }

    /// A plan for log-like names, or for what `change` makes of the rules.
    func plan(
        older: String? = "7d", holds: [Hold] = [], _ change: (inout FileRules) -> Void = { _ in }
    ) throws -> FilePlan {
        var rules = FileRules()
        rules.olderThan = older.flatMap { KeepPeriod($0) }
        change(&rules)
        return try FilePlan(root(), rules, holds: holds, now: now)
    }

    /// A clear that keeps its records in `records`.
    func clear(
        _ plan: FilePlan, _ action: FileClear.Action = .delete, _ records: RecordsOfFiles,
        holds: [Hold] = []
    ) -> FileClear {
        FileClear(
            plan, action, holds: { () throws(ClearingError) in holds },
            record: { (entries) throws(ClearingError) in try records.keep(entries) })
    }
}

/// What a clear recorded, in its order.
final class RecordsOfFiles {
    var entries: [FileClear.Entry] = []
    var failsAfter = Int.max

    func keep(_ more: [FileClear.Entry]) throws(ClearingError) {
        guard entries.count + more.count <= failsAfter else {
            throw ClearingError(.damaged, "the book is full")
        }
        entries += more
    }

    /// Names whose last word is that they went.
    var gone: Set<String> {
        var gone: Set<String> = []
        for entry in entries {
            if entry.reason == nil {
                gone.insert(entry.file.name.text)
            } else {
                gone.remove(entry.file.name.text)
            }
        }
        return gone
    }
}

extension FilePlan {
    var names: [String] { chosen.map(\.name.text) }

    func reason(_ name: String) -> KeepReason? { kept.first { $0.name.text == name }?.reason }
}

extension Process {
    /// Ends it. Threads of tests block the gentle signals, and their children inherit that.
    func end() {
        kill(processIdentifier, SIGKILL)
        waitUntilExit()
    }
}
