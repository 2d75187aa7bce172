// SPDX-License-Identifier: Apache-2.0

import CDaybook
import Foundation
import Records
import Retention
import Testing
import Vault

@testable import Clearing

@Suite struct FileClearTests {
    @Test func `what is chosen goes, after its record`() throws {
        let folder = try FolderOfFiles()
        try folder.write("a.log", "hello\n", days: 9)
        try folder.write("b.log", days: 1)
        let records = RecordsOfFiles()
        var clear = folder.clear(try folder.plan(), .delete, records)
        clear.lastLook = { file in
            #expect(records.entries.map(\.file.name) == [file.name])
            #expect(folder.exists("a.log"))
        }
        let outcome = try clear.run()
        #expect(outcome.isWhole)
        #expect(outcome.cleared.map(\.file.name.text) == ["a.log"])
        #expect(!folder.exists("a.log") && folder.exists("b.log"))
        #expect(
            records.entries.first?.digest
                == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
        #expect(outcome.freed > 0)
        // A second run finds nothing.
        #expect(try folder.plan().names.isEmpty)
    }

    @Test func `without records nothing goes`() throws {
        let folder = try FolderOfFiles()
        for number in 0..<100 { try folder.write("\(number).log", days: 9) }
        let records = RecordsOfFiles()
        records.failsAfter = 70
        #expect(throws: ClearingError.self) {
            try folder.clear(try folder.plan(), .delete, records).run()
        }
        let left = (0..<100).filter { folder.exists("\($0).log") }
        #expect(100 - left.count == records.gone.count)
    }

    enum Swap: CaseIterable {
        case symlink, other, grown, touched, hardLink, gone, directorySwapped, held, openedByOther
    }

    @Test(arguments: Swap.allCases)
    func `what is no longer as the plan saw it stays`(swap: Swap) throws {
        let folder = try FolderOfFiles()
        let outside = folder.directory.appending(path: "outside")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        try Data("precious\n".utf8).write(to: outside.appending(path: "a.log"))
        try folder.write("d/a.log", days: 9)
        for isLate in [false, true] {
            try? FileManager.default.removeItem(atPath: folder.path("d"))
            try folder.write("d/a.log", days: 9)
            let records = RecordsOfFiles()
            let plan = try folder.plan()
            #expect(plan.names == ["d/a.log"])
            var handle: FileHandle?
            var holds: [Hold] = []
            let change = {
                let path = folder.path("d/a.log")
                switch swap {
                case .symlink:
                    unlink(path)
                    symlink(outside.appending(path: "a.log").path(), path)
                case .other:
                    unlink(path)
                    try? folder.write("d/a.log", days: 9)
                case .grown:
                    handle = FileHandle(forWritingAtPath: path)
                    _ = try? handle?.seekToEnd()
                    handle?.write(Data("more\n".utf8))
                    try? handle?.close()
                case .touched: try? folder.age("d/a.log", days: 1)
                case .hardLink: _ = Glibc.link(path, folder.path("d/b.log"))
                case .gone: unlink(path)
                case .directorySwapped:
                    rename(folder.path("d"), folder.directory.appending(path: "moved").path())
                    symlink(outside.path(), folder.path("d"))
                case .held, .openedByOther: break
                }
            }
            if swap == .openedByOther {
                if isLate { continue }
                let tail = Process()
                tail.executableURL = URL(filePath: "/usr/bin/env")
                tail.arguments = ["tail", "-f", folder.path("d/a.log")]
                tail.standardOutput = FileHandle.nullDevice
                tail.standardError = FileHandle.nullDevice
                try tail.run()
                for _ in 0..<200 {
                    if try folder.plan().names.isEmpty { break }
                    usleep(10_000)
                }
                defer { tail.end() }
                let outcome = try folder.clear(plan, .delete, records).run()
                #expect(outcome.kept.count == 1 && folder.exists("d/a.log"))
                continue
            }
            if swap == .held {
                if isLate { continue }
                holds = [
                    Hold(id: "h1", matter: "m", issuer: "i", scope: Scope(), opened: folder.now)
                ]
            }
            var clear = folder.clear(plan, .delete, records, holds: holds)
            if isLate { clear.lastLook = { _ in change() } } else { change() }
            let outcome = try clear.run()
            #expect(outcome.cleared.isEmpty, "\(swap) \(isLate)")
            #expect(outcome.kept.count == 1)
            #expect(records.gone.isEmpty)
            #expect(swap == .gone || folder.exists("d/a.log"))
            let precious = try Data(contentsOf: outside.appending(path: "a.log"))
            #expect(precious == Data("precious\n".utf8))
            try? FileManager.default.removeItem(
                at: folder.directory.appending(path: "moved"))
        }
    }

    @Test func `a file whose import failed stays`() throws {
        let folder = try FolderOfFiles()
        try folder.write("bad.log", days: 9)
        try folder.write("good.log", "good\n", days: 9)
        let records = RecordsOfFiles()
        var clear = folder.clear(try folder.plan(), .delete, records)
        var seen: [String] = []
        clear.importer = { path, file in
            seen.append((try? String(contentsOfFile: path, encoding: .utf8)) ?? "?")
            return file.name.text == "bad.log" ? "line 3" : nil
        }
        let outcome = try clear.run()
        #expect(seen.sorted() == ["good\n", "line\n"])
        #expect(outcome.kept.map(\.reason) == [.notImported("line 3")])
        #expect(folder.exists("bad.log") && !folder.exists("good.log"))
        #expect(records.gone == ["good.log"])
    }

    @Test func `an encrypted file opens again and keeps its age`() throws {
        let folder = try FolderOfFiles()
        let text = String(repeating: "10:00 alice: hello\n", count: 10_000)
        try folder.write("a.log", text, days: 9, mode: 0o640)
        try folder.write("b.log", days: 9)
        try folder.write("b.log.age", days: 9)
        let identity = AgeIdentity()
        let records = RecordsOfFiles()
        let outcome = try folder.clear(
            try folder.plan(), .encrypt(to: [identity.recipient]), records
        ).run()
        #expect(outcome.cleared.map(\.file.name.text) == ["a.log"])
        #expect(!folder.exists("a.log"))
        let sealed = try Array(Data(contentsOf: folder.logs.appending(path: "a.log.age")))
        #expect(try AgeDecryptor.decrypt(sealed, with: [identity]) == Array(text.utf8))
        var facts = stat()
        #expect(lstat(folder.path("a.log.age"), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o640)
        #expect(Int64(facts.st_mtim.tv_sec) == folder.now.microseconds / 1_000_000 - 9 * 86_400)
        // Another file had the name: the original stays, and so does the other.
        #expect(folder.exists("b.log") && records.gone == ["a.log"])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.logs.path())
        #expect(names.sorted() == ["a.log.age", "b.log", "b.log.age"])
    }

    @Test func `what lies beneath opens, what does not does not`() throws {
        let folder = try FolderOfFiles()
        try folder.write("d/e/a.log", days: 9)
        try folder.link("link", to: "d")
        try folder.link("up", to: "..")
        let root = try folder.root()
        for isPortable in [false, true] {
            let open: (String) -> Int32 = { path in
                let opened =
                    isPortable
                    ? daybook_open_beneath_portable(root.descriptor, path, O_RDONLY)
                    : daybook_open_beneath(root.descriptor, path, O_RDONLY)
                if opened >= 0 { close(opened) }
                return opened >= 0 ? 0 : errno
            }
            #expect(open("d/e/a.log") == 0)
            #expect(open("d/e") == 0)
            #expect(open(".") == 0)
            #expect(open("link/e/a.log") == ELOOP)
            #expect(open("link") == ELOOP)
            #expect(open("up/logs/d/e/a.log") == ELOOP)
            #expect(open("../logs/d/e/a.log") == EXDEV)
            #expect(open(folder.path("d/e/a.log")) == EXDEV)
            #expect(open("d/missing") == ENOENT)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct TenThousandFilesTests {
    /// Files of mixed age, size and rights among symbolic links, hard links, directories that
    /// cannot be mistaken, one that is open, one that vanishes midway and one that is swapped for a
    /// symbolic link between plan and apply.
    @Test func `exactly the right ones of ten thousand go, and each is accounted for`() throws {
        let folder = try FolderOfFiles()
        let outside = folder.directory.appending(path: "outside.log")
        try Data("precious\n".utf8).write(to: outside)
        var expected: Set<String> = []
        var staying: Set<String> = []
        for number in 0..<10_000 {
            let directory = "d\(number % 40)/e\(number % 7)"
            let ending = [".log", ".txt", ".log.3.gz", ".py", ".jsonl"][number % 5]
            let name = "\(directory)/\(number)\(ending)"
            let days = Double(number % 30) + 0.5
            switch number % 101 {
            case 7:
                try FileManager.default.createDirectory(
                    atPath: folder.path(directory), withIntermediateDirectories: true)
                try folder.link(name, to: outside.path())
                staying.insert(name)
                continue
            case 8:
                try folder.write(name, days: days)
                _ = Glibc.link(folder.path(name), folder.path(name + ".1.log"))
                staying.formUnion([name, name + ".1.log"])
                continue
            default:
                try folder.write(
                    name, String(repeating: "x", count: number % 997), days: days,
                    mode: [0o644, 0o600, 0o444, 0o000][number % 4])
            }
            if days >= 7, ending != ".py" { expected.insert(name) } else { staying.insert(name) }
        }
        let handle = FileHandle.nullDevice
        let tail = Process()
        tail.executableURL = URL(filePath: "/usr/bin/env")
        tail.arguments = ["tail", "-f", folder.path("d10/e3/10.log")]
        tail.standardOutput = handle
        tail.standardError = handle
        try tail.run()
        defer { tail.end() }
        for _ in 0..<200 {
            if OpenFiles().program(of: try Self.identity(folder.path("d10/e3/10.log"))) != nil {
                break
            }
            usleep(10_000)
        }
        let plan = try folder.plan()
        #expect(Set(plan.names).union(["d10/e3/10.log"]) == expected)
        #expect(plan.chosen.count + plan.kept.count == expected.count + staying.count)

        let swapped = "d20/e6/20.log"
        let vanishing = "d11/e4/11.txt"
        #expect(expected.isSuperset(of: [swapped, vanishing]))
        unlink(folder.path(swapped))
        try folder.link(swapped, to: outside.path())
        let records = RecordsOfFiles()
        var clear = folder.clear(plan, .delete, records)
        var looked = 0
        clear.lastLook = { _ in
            looked += 1
            if looked == 1 { unlink(folder.path(vanishing)) }
        }
        let start = ContinuousClock.now
        let outcome = try clear.run()
        print("10,000 files: \(outcome.cleared.count) cleared in \(ContinuousClock.now - start)")
        let right = expected.subtracting(["d10/e3/10.log", swapped, vanishing])
        #expect(Set(outcome.cleared.map(\.file.name.text)) == right)
        #expect(records.gone == right)
        #expect(
            Set(outcome.kept.map(\.file.name.text)) == [swapped, vanishing], "\(outcome.kept)")
        #expect(plan.reason("d10/e3/10.log")?.word == "open")
        #expect(right.filter { folder.exists($0) }.isEmpty)
        #expect(staying.filter { !folder.exists($0) }.isEmpty)
        #expect(folder.exists("d10/e3/10.log") && folder.exists(swapped))
        #expect(try Data(contentsOf: outside) == Data("precious\n".utf8))
    }

    private static func identity(_ path: String) throws -> FileIdentity {
        var facts = stat()
        try #require(stat(path, &facts) == 0)
        return FileIdentity(facts)
    }
}
