// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("daybook import chat", .timeLimit(.minutes(10))) struct ChatImportTests {
    private static let samples = Sandbox.root.appending(path: "Tests/Fixtures/chat")

    private func sample(_ name: String) -> String {
        Self.samples.appending(path: name).path(percentEncoded: false)
    }

    /// Records in the book chat that came from an import.
    private func imported(_ sandbox: Sandbox) throws -> Int {
        guard
            FileManager.default.fileExists(atPath: sandbox.logs.appending(path: "chat.log").path())
        else { return 0 }
        return try sandbox.records("chat").count { $0["source"] as? String == "import" }
    }

    private func log(_ numbers: Range<Int>) -> String {
        numbers.map { number in
            let minute = number / 60 % 60
            let stamp = String(
                format: "2026-11-%02d %02d:%02d:%02d", 1 + number / 86_400,
                number / 3_600 % 24, minute, number % 60)
            return "\(stamp) <user\(number % 20)> message number \(number / 7)\n"
        }.joined()
    }

    @Test("Each sample comes in; again it adds nothing; no text, name or path is readable on disk")
    func samples() throws {
        let files: [(String, String, Int)] = [
            ("lines.log", "lines", 6), ("irssi.log", "irc", 8),
            ("WhatsApp Chat with Desk.txt", "whatsapp", 7), ("usual.jsonl", "jsonl", 2),
            ("desk.csv", "csv", 4), ("telegram.json", "telegram", 5),
            ("discord.json", "discord", 4),
            ("slack/desk/2026-11-20.json", "slack", 5),
        ]
        let sandbox = try Sandbox()
        var total = 0
        for (name, format, count) in files {
            let result = try sandbox.daybook("import", "chat", "--json", sample(name))
            #expect(result.code == 0, "\(name): \(result.errors)")
            let file = try #require((try result.json()["files"] as? [[String: Any]])?.first)
            #expect(file["format"] as? String == format)
            #expect(file["records"] as? Int == count, "\(name)")
            total += count
        }
        #expect(try imported(sandbox) == total)
        let again = try sandbox.daybook(["import", "chat", "--json"] + files.map { sample($0.0) })
        #expect(try again.json()["records"] as? Int == 0)
        #expect(try imported(sandbox) == total)
        for (name, bytes) in try sandbox.allBytes() {
            for secret in ["Buying 200", "morning alice", "irssi.log", "Alice A", "plan.pdf"] {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
            }
        }
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("A line that cannot be read is named with its number, and kept")
    func unread() throws {
        let sandbox = try Sandbox()
        let result = try sandbox.daybook("import", "chat", sample("lines.log"))
        #expect(result.output.contains("6 records; 2 lines not understood"))
        #expect(result.errors.contains("line 6: it does not begin with a time"))
        let kinds = try sandbox.records("chat").map { $0["event"] as? String }
        #expect(kinds.count { $0 == "chat_line_unread" } == 2)
    }

    @Test("Of exports that overlap only what is new comes in, equal messages counted right")
    func overlap() throws {
        let sandbox = try Sandbox()
        let equal = String(repeating: "2026-11-20 10:00 <alice> ok\n", count: 3)
        try sandbox.write(log(0..<500) + equal, to: "first.log")
        try sandbox.write(log(200..<500) + equal + equal + log(500..<600), to: "second.log")
        let name = ["--conversation", "#desk"]
        try sandbox.daybook(["import", "chat"] + name + ["first.log"])
        #expect(try imported(sandbox) == 503)
        let second = try sandbox.daybook(["import", "chat", "--json"] + name + ["second.log"])
        #expect(try second.json()["records"] as? Int == 103)
    }

    @Test("A later text of a message comes in as an edit, once")
    func edits() throws {
        let sandbox = try Sandbox()
        func document(_ text: String, _ more: String) -> String {
            "{\"name\":\"Desk\",\"type\":\"personal_chat\",\"id\":5,\"messages\":[{\"id\":1,"
                + "\"type\":\"message\",\"date_unixtime\":\"1795168800\",\"from\":\"A\","
                + "\"from_id\":\"user1\",\"text\":\"\(text)\"\(more)}]}"
        }
        try sandbox.write(document("one", ""), to: "a.json")
        try sandbox.write(document("two", ",\"edited_unixtime\":\"1795168900\""), to: "b.json")
        try sandbox.daybook("import", "chat", "a.json")
        let second = try sandbox.daybook("import", "chat", "b.json")
        #expect(second.output.contains("1 of them edits"), "\(second.output)\(second.errors)")
        #expect(try sandbox.daybook("import", "chat", "b.json").output.contains("nothing new"))
        let kinds = try sandbox.records("chat").compactMap { $0["event"] as? String }
        #expect(kinds.filter { $0.hasPrefix("chat_") } == ["chat_message", "chat_edited"])
    }

    @Test("Slack's zip: every conversation, read without a file on disk")
    func slackZip() throws {
        let sandbox = try Sandbox()
        try sandbox.shell("cd '\(sample("slack"))' && zip -qr \"$OLDPWD/export.zip\" .")
        let result = try sandbox.daybook("import", "chat", "export.zip")
        #expect(result.code == 0 && result.output.contains("8 records"), "\(result.errors)")
        #expect(try sandbox.daybook("import", "chat", "export.zip").output.contains("nothing new"))
    }

    @Test("Compressed files and a dry run")
    func compressed() throws {
        let sandbox = try Sandbox()
        try sandbox.write(log(0..<50), to: "desk.log")
        try sandbox.shell("gzip -k desk.log")
        let dry = try sandbox.daybook("import", "chat", "--dry-run", "desk.log.gz")
        #expect(dry.output.contains("50 new records would be made"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.logs.path()))
        #expect(try sandbox.daybook("import", "chat", "desk.log.gz").output.contains("50 records"))
        #expect(try sandbox.daybook("import", "chat", "desk.log").output.contains("nothing new"))
    }

    @Test("What was recorded and not yet noted as seen is found in the book, and comes once")
    func betweenRecordAndNote() throws {
        let sandbox = try Sandbox()
        try sandbox.write(log(0..<300), to: "desk.log")
        try sandbox.daybook(
            "import", "chat", "desk.log", sample("lines.log"), sample("telegram.json"))
        let count = try imported(sandbox)
        // As after a crash between the two: the records are there, the notes are not.
        try sandbox.shell(
            """
            python3 -c 'import sqlite3; d = sqlite3.connect("logs/vault/envelopes.sqlite"); \
            d.execute("delete from seen"); d.commit()'
            rm logs/chat/imported
            """)
        let again = try sandbox.daybook(
            "import", "chat", "--json", "desk.log", sample("lines.log"), sample("telegram.json"))
        #expect(try again.json()["records"] as? Int == 0, "\(again.errors)")
        #expect(try imported(sandbox) == count)
    }

    @Test func `a message too long for a line comes once, also when it was not noted as seen`()
        throws
    {
        let sandbox = try Sandbox()
        let words = (0..<40_000).map { "word\($0)" }.joined(separator: " ")
        try sandbox.write(
            "2026-01-05 10:00:00 <ada> short\n2026-01-05 10:00:01 <ada> \(words)\n", to: "desk.log")
        #expect(try sandbox.daybook("import", "chat", "desk.log").code == 0)
        let stored = try sandbox.daybook("cat", "--book", "chat")
        #expect(stored.lines.count(where: { $0.contains(#""event":"record_piece""#) }) > 4)
        try sandbox.shell(
            """
            python3 -c '
            import sqlite3; d = sqlite3.connect("logs/vault/envelopes.sqlite")
            d.execute("delete from seen"); d.commit()'
            rm logs/chat/imported
            """)
        let again = try sandbox.daybook("import", "chat", "desk.log")
        #expect(again.output.contains("nothing new; 2 messages in the book already"))
        #expect(try sandbox.daybook("cat", "--book", "chat").lines.count == stored.lines.count)
    }

    @Test func `of a day of which a message was cleared the rest of a file is left out, and said`()
        throws
    {
        let sandbox = try Sandbox()
        func day(_ texts: [String]) -> String {
            texts.enumerated().map { "2026-01-05 10:00:0\($0) <ada> \($1)\n" }.joined()
                + "2026-01-06 10:00:00 <ada> later\n"
        }
        try sandbox.write(day(["one", "two"]), to: "desk.log")
        #expect(try sandbox.daybook("import", "chat", "desk.log").code == 0)
        #expect(try sandbox.daybook("clear", "--record", "1", "--apply").code == 0)
        try sandbox.write(day(["one", "two", "three"]), to: "desk.log")
        let again = try sandbox.daybook("import", "chat", "desk.log")
        #expect(again.output.contains("left out: something of that account and day was erased"))
        #expect(!again.output.contains("new record"))
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(!opened.contains("two") && !opened.contains("three") && opened.contains("later"))
        // What was never there can be brought in by hand.
        try sandbox.daybook(
            "record", "--book", "chat",
            input: ##"{"event":"chat_message","platform":"irc","sender":"ada","text":"three","##
                + #""timestamp":"2026-01-05T10:00:02Z"}"# + "\n")
        #expect(
            try sandbox.daybook("cat", "--book", "chat", "--open").output.contains("three"))
    }

    @Test("Who was erased, by the name shown, does not come back with the same file")
    func erased() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("import", "chat", sample("telegram.json"))
        let erase = try sandbox.daybook("erase", "Alice", "--apply")
        #expect(erase.code == 0, "\(erase.errors)")
        let again = try sandbox.daybook("import", "chat", "--json", sample("telegram.json"))
        let file = try #require((try again.json()["files"] as? [[String: Any]])?.first)
        #expect(file["records"] as? Int == 0 && file["erased"] as? Int == 2)
        #expect(file["known"] as? Int == 3)
        #expect(try imported(sandbox) == 5)
    }

    @Test("Killed anywhere and begun again, every message is there once")
    func killed() throws {
        let sandbox = try Sandbox()
        try sandbox.write(log(0..<30_000), to: "desk.log")
        for round in 0..<8 {
            let process = sandbox.process(Sandbox.binary, ["import", "chat", "desk.log"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: 0.15 + 0.25 * Double(round))
            kill(process.processIdentifier, round % 3 == 2 ? SIGINT : SIGKILL)
            process.waitUntilExit()
        }
        let last = try sandbox.daybook("import", "chat", "desk.log")
        #expect(last.code == 0, "\(last.errors)")
        #expect(try imported(sandbox) == 30_000)
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("A wrong format, a file that is nothing, and what to do then")
    func mistakes() throws {
        let sandbox = try Sandbox()
        try sandbox.write("once upon a time\n", to: "story.txt")
        let nothing = try sandbox.daybook("import", "chat", "story.txt")
        #expect(nothing.code == 65 && nothing.errors.contains("--format"))
        #expect(try sandbox.daybook("import", "chat", "--format", "icq", "story.txt").code == 64)
        #expect(try sandbox.daybook("import", "chat", "missing.txt").code == 66)
        let map = try sandbox.daybook("import", "chat", "--map", "who=x", "story.txt")
        #expect(map.code == 64 && map.errors.contains("sender"))
    }
}
