// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `daybook follow` beside real programs that rotate their logs.
@Suite(.timeLimit(.minutes(10))) struct FollowTests {
    /// Rounds of killing and rotating; DAYBOOK_KILLS asks for more.
    private static let rounds =
        ProcessInfo.processInfo.environment["DAYBOOK_KILLS"].flatMap { Int($0) } ?? 6

    /// Writes numbered lines with Python's own handlers, or rotates as other tools do.
    private static let writer = """
        import json, logging, logging.handlers, os, shutil, sys, time
        scheme, path, first, count, pause = sys.argv[1:6]
        first, count, pause = int(first), int(count), float(pause)
        log = logging.getLogger("bot")
        log.setLevel(logging.INFO)
        if scheme == "size":
            handler = logging.handlers.RotatingFileHandler(path, maxBytes=20000, backupCount=10000)
        elif scheme == "time":
            handler = logging.handlers.TimedRotatingFileHandler(path, when="S", interval=1)
        else:
            handler = logging.handlers.WatchedFileHandler(path)
        handler.setFormatter(logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
        log.addHandler(handler)
        for number in range(first, first + count):
            log.info("line #%d; of the bot", number)
            if number % 7 == 0:
                handler.stream.write(json.dumps({"event": "order_submitted", "order_id": "#%d;" % number}) + "\\n")
                handler.stream.flush()
            if scheme == "rename" and number % 500 == 0:
                os.rename(path, "%s.%d" % (path, 10**9 + number))
            if scheme == "recreate" and number % 700 == 0:
                time.sleep(0.6)
                os.unlink(path)
            if scheme == "copytruncate" and number % 500 == 0:
                # As logrotate does it, while nobody writes.
                shutil.copyfile(path, "%s-%d" % (path, 10**9 + number))
                os.truncate(path, 0)
            if pause and number % 50 == 0:
                time.sleep(pause)
        """

    private func start(_ sandbox: Sandbox, _ arguments: String...) throws -> Process {
        let process = sandbox.process(Sandbox.binary, ["follow"] + arguments)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// How many lines of text the book has, as far as they were written out.
    private func taken(_ sandbox: Sandbox) throws -> Int {
        let path = sandbox.logs.appending(path: "chat.log")
        guard let bytes = try? Data(contentsOf: path) else { return 0 }
        return bytes.split(separator: UInt8(ascii: "\n")).count {
            $0.range(of: Data("follow:bot.log".utf8)) != nil
        }
    }

    /// The numbers of the lines in each book, in its order.
    private func numbers(_ sandbox: Sandbox, _ book: String) throws -> [Int] {
        var numbers: [Int] = []
        for line in try sandbox.daybook("cat", "--book", book, "--open").lines {
            guard line.contains("follow:bot.log") else { continue }
            for part in line.split(separator: "#").dropFirst() {
                if let number = Int(part.prefix { $0 != ";" }) { numbers.append(number) }
            }
        }
        return numbers
    }

    @Test(
        "takes every line once and in order, while it is killed and the program rotates",
        arguments: ["size", "time", "rename", "copytruncate"])
    func killed(scheme: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.writer, to: "writer.py")
        try FileManager.default.createDirectory(
            at: sandbox.directory.appending(path: "bot"), withIntermediateDirectories: true)
        // Followed before it rotates: `bot.log` does not name what rotation made of it before.
        try sandbox.write("", to: "bot/bot.log")
        #expect(try sandbox.daybook("follow", "--once", "bot/bot.log").code == 0)
        let perRound = 2_000
        var signals = [SIGKILL, SIGKILL, SIGTERM].makeIterator()
        for round in 0..<Self.rounds {
            let follower = try start(sandbox, "bot/bot.log")
            let writer = sandbox.process(
                URL(filePath: "/usr/bin/env"),
                [
                    "python3", "writer.py", scheme, "bot/bot.log", "\(round * perRound + 1)",
                    "\(perRound)", "0.01",
                ])
            try writer.run()
            let signal = signals.next() ?? SIGKILL
            if scheme == "copytruncate" {
                // What it loses while nobody follows is the scheme's: stopped when all is read.
                writer.waitUntilExit()
                let all = (round + 1) * perRound
                #expect(try eventually { try taken(sandbox) >= all }, "round \(round)")
            } else {
                // At any moment after it has begun to read, however long that takes here.
                let before = try taken(sandbox)
                _ = try eventually { try taken(sandbox) > before }
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.5))
            }
            kill(follower.processIdentifier, signal)
            follower.waitUntilExit()
            writer.waitUntilExit()
            #expect(writer.terminationStatus == 0)
        }
        let last = try sandbox.daybook("follow", "--once", "--json", "bot/bot.log")
        #expect(last.code == 0, "\(last.errors)")
        let again = try sandbox.daybook("follow", "--once", "--json", "bot/bot.log")
        #expect(try again.json()["records"] as? Int == 0)
        let total = Self.rounds * perRound
        let chat = try numbers(sandbox, "chat")
        let audit = try numbers(sandbox, "audit")
        #expect(audit == (1...total).filter { $0 % 7 == 0 }, "\(scheme): audit")
        #expect(chat == Array(1...total), "\(scheme): chat")
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("reads what is there, ends with --once, and adds nothing the second time")
    func once() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "{\"event\":\"order_filled\",\"order_id\":\"a\"}\nhello\nhalf", to: "x.log")
        let first = try sandbox.daybook("follow", "--once", "--json", "*.log")
        #expect(first.code == 0, "\(first.errors)")
        #expect(try first.json()["records"] as? Int == 2)
        try sandbox.shell("echo ' line' >> x.log; echo '{\"event\":\"order_filled\"}' > y.log")
        #expect(
            try sandbox.daybook("follow", "--once", "--json", "*.log").json()["records"] as? Int
                == 2)
        let texts = try sandbox.opened("chat").compactMap {
            $0["text"] as? String ?? $0["message"] as? String
        }
        #expect(texts == ["hello", "half line"])
        let sources = try sandbox.records("audit").compactMap { $0["source"] as? String }
        #expect(Set(sources).isSuperset(of: ["follow:x.log", "follow:y.log"]))
    }

    @Test("masks what it follows, and keeps names of files out of the clear")
    func masked() throws {
        let sandbox = try Sandbox()
        try sandbox.write("password=hunter2hunter2\n", to: "secret-plan.txt")
        try sandbox.daybook("follow", "--once", "*.txt")
        for (name, bytes) in try sandbox.allBytes() where name.contains("/logs/") {
            #expect(bytes.range(of: Data("hunter2hunter2".utf8)) == nil, "\(name)")
        }
        let positions = try sandbox.records("audit").filter {
            $0["event"] as? String == "source_position"
        }
        #expect(!positions.isEmpty)
        #expect(positions.allSatisfy { $0["files"] == nil && $0["sealed"] != nil })
    }

    @Test("never follows Daybook's own files")
    func ours() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", input: "{\"event\":\"a\"}\n")
        try sandbox.write("theirs\n", to: "logs/bot.log")
        let result = try sandbox.daybook("follow", "--once", "--json", "logs/*")
        #expect(try result.json()["records"] as? Int == 1)
    }

    @Test("two processes do not follow under one name")
    func twoProcesses() throws {
        let sandbox = try Sandbox()
        try sandbox.write("a\n", to: "x.log")
        let first = try start(sandbox, "x.log")
        defer {
            first.terminate()
            first.waitUntilExit()
        }
        #expect(
            eventually {
                FileManager.default.fileExists(
                    atPath: sandbox.logs.appending(path: "sources/follow.lock").path())
            })
        let second = try sandbox.daybook("follow", "--once", "x.log")
        #expect(second.code == 75, "\(second.errors)")
    }
}
