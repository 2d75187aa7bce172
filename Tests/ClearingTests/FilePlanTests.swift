// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Retention
import Testing

@testable import Clearing

@Suite struct FileNameTests {
    @Test(arguments: [
        "a.log", "a.LOG", "chat.txt", "x.json", "x.jsonl", "x.csv", "a.log.1", "a.log.12.gz",
        "a.log.2026-11-20", "a.log.2026-11-20.zst", "a.log-20261120", "a.log-20261120.gz",
        "a.log.2026-11-20_13", "a.log.2026-11-20t10:00:00", "a.log.old", "chat-2026-11-20.txt",
        "a.txt.1.bz2", "dir.d/a.log.3",
    ])
    func `names of logs, rotated and compressed`(name: String) {
        #expect(FileName(name).isLogLike)
    }

    @Test(arguments: [
        "bot.py", "log", ".log", "a.log.swp", "a.logs", "a.gz", "1.2.3", "a.tar.gz", "a.log.age",
        "notes.md", "a.sqlite", "2026-11-20", "a.log/b", "a.log.d/x.db", "",
    ])
    func `other names`(name: String) {
        #expect(!FileName(name).isLogLike)
    }

    @Test func `a pattern is for the last name, or with a slash for the whole path`() {
        let name = FileName("old/deep/a.log")
        #expect(name.matches(glob: "*.log"))
        #expect(name.matches(glob: "old/*/a.*"))
        #expect(!name.matches(glob: "old/*.log"))
        #expect(!name.matches(glob: "*.txt"))
    }
}

@Suite struct FileRootTests {
    @Test func `what nobody can mean is refused`() throws {
        let folder = try FolderOfFiles()
        let home = folder.directory.appending(path: "home/me")
        let own = home.appending(path: "logs")
        try FileManager.default.createDirectory(
            at: own.appending(path: "audit"), withIntermediateDirectories: true)
        for path in [
            "/", home.path(), home.deletingLastPathComponent().path(), own.path(),
            own.appending(path: "audit").path(), own.path() + "/../logs",
        ] {
            let error = #expect(throws: ClearingError.self) {
                try FileRoot(path, own: [own.path()], homes: [home.path()])
            }
            #expect(error?.code == .refused, "\(path)")
        }
        let missing = #expect(throws: ClearingError.self) {
            try FileRoot(folder.path("missing"), own: [], homes: [])
        }
        #expect(missing?.code == .usage)
        // By another name it is the same directory.
        try folder.link("me", to: home.path())
        #expect(throws: ClearingError.self) {
            try FileRoot(folder.path("me"), own: [], homes: [home.path()])
        }
    }

    @Test func `books inside, ours and others', are left alone`() throws {
        let folder = try FolderOfFiles()
        try folder.write("ours/chat.log", days: 90)
        try folder.write("theirs/audit/manifest", days: 90)
        try folder.write("theirs/audit/checkpoint", days: 90)
        try folder.write("theirs/audit.log", days: 90)
        try folder.write("a.log", days: 90)
        let root = try FileRoot(folder.logs.path(), own: [folder.path("ours")], homes: [])
        var rules = FileRules()
        rules.olderThan = .days(7)
        let plan = try FilePlan(root, rules, holds: [], now: folder.now)
        #expect(plan.names == ["a.log"])
        #expect(plan.reason("ours") == .daybooksOwn)
        #expect(plan.reason("theirs") == .daybooksOwn)
        #expect(throws: ClearingError.self) {
            try FileRoot(folder.path("theirs"), own: [], homes: [])
        }
    }
}

@Suite struct FilePlanTests {
    @Test func `age counts from the last change`() throws {
        let folder = try FolderOfFiles()
        try folder.write("old.log", days: 7)
        try folder.write("young.log", days: 6.99)
        try folder.write("future.log", days: -1)
        try folder.write("old.py", days: 90)
        let plan = try folder.plan()
        #expect(plan.names == ["old.log"])
        #expect(plan.reason("young.log") == .young)
        #expect(plan.reason("future.log") == .future)
        #expect(plan.reason("old.py") == .name)
    }

    @Test func `down to a size, the oldest go first, and no more than needed`() throws {
        let folder = try FolderOfFiles()
        for day in 1...10 {
            try folder.write(
                "\(day).log", String(repeating: "x", count: 1000), days: Double(day))
        }
        try folder.write("big.bin", String(repeating: "x", count: 100_000), days: 100)
        let plan = try folder.plan(older: nil) { $0.downTo = 6500 }
        #expect(plan.names == ["10.log", "9.log", "8.log", "7.log"])
        #expect(plan.reason("6.log") == .fits)
        let both = try folder.plan(older: "9d") { $0.downTo = 6500 }
        #expect(both.names == ["10.log", "9.log"])
        #expect(try folder.plan(older: nil) { $0.downTo = 10_000 }.names.isEmpty)
        #expect(try folder.plan(older: nil) { $0.downTo = 0 }.names.count == 10)
    }

    @Test func `content is looked for in plain and in compressed files`() throws {
        let folder = try FolderOfFiles()
        let secret = "10:00 alice: the strategy is x\n"
        try folder.write("a.log", "one\n" + secret, days: 9)
        try folder.write("b.log", "nothing\n", days: 9)
        try folder.write("c.log", secret, days: 9)
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/usr/bin/env")
        gzip.arguments = ["gzip", folder.path("c.log")]
        try gzip.run()
        gzip.waitUntilExit()
        try folder.age("c.log.gz", days: 9)
        let plan = try folder.plan { $0.containing = #"strateg(y|ies)\b"# }
        #expect(plan.names == ["a.log", "c.log.gz"])
        #expect(plan.reason("b.log") == .content)
        #expect(throws: ClearingError.self) { try folder.plan { $0.containing = "(" } }
    }

    @Test func `nothing chosen is nothing cleared`() throws {
        let folder = try FolderOfFiles()
        let error = #expect(throws: ClearingError.self) { try folder.plan(older: nil) }
        #expect(error?.code == .usage)
    }

    @Test func `a hold keeps what it may cover`() throws {
        let folder = try FolderOfFiles()
        try folder.write("old.log", days: 90)
        try folder.write("newer.log", days: 30)
        var scope = Scope()
        scope.from = Timestamp(microseconds: folder.now.microseconds - 60 * 86_400_000_000)
        var hold = Hold(id: "h1", matter: "m", issuer: "i", scope: scope, opened: folder.now)
        let plan = try folder.plan(holds: [hold])
        #expect(plan.names == ["old.log"])
        #expect(plan.reason("newer.log") == .held(by: ["h1"]))
        hold.released = Hold.Release(at: folder.now, by: "i", reason: nil)
        #expect(try folder.plan(holds: [hold]).names == ["old.log", "newer.log"])
    }

    @Test func `an open file is named with its program`() throws {
        let folder = try FolderOfFiles()
        try folder.write("open.log", days: 9)
        let tail = Process()
        tail.executableURL = URL(filePath: "/usr/bin/env")
        tail.arguments = ["tail", "-f", folder.path("open.log")]
        tail.standardOutput = FileHandle.nullDevice
        tail.standardError = FileHandle.nullDevice
        try tail.run()
        defer { tail.end() }
        var reason: KeepReason?
        for _ in 0..<200 where reason == nil {
            reason = try folder.plan().reason("open.log")
            usleep(10_000)
        }
        guard case .open(let by?)? = reason else {
            Issue.record("not seen: \(String(describing: reason))")
            return
        }
        #expect(by == "tail (process \(tail.processIdentifier))")
    }
}
