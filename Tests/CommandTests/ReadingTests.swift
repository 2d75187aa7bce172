// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Reading, proving, care.
@Suite(.timeLimit(.minutes(5))) struct ReadingTests {
    private func filled(_ count: Int = 300) throws -> Sandbox {
        let sandbox = try Sandbox()
        let input = (0..<count).map { "{\"event\":\"tick\",\"number\":\($0)}\n" }.joined()
        try sandbox.daybook("record", input: input)
        return sandbox
    }

    @Test("cat gives exact lines: all, a range, one, a day")
    func cat() throws {
        let sandbox = try filled()
        let file = try String(
            contentsOf: sandbox.logs.appending(path: "audit.log"), encoding: .utf8)
        #expect(try sandbox.daybook("cat").output == file)
        let lines = file.split(separator: "\n").map(String.init)
        #expect(try sandbox.daybook("cat", "7").lines == [lines[7]])
        #expect(try sandbox.daybook("cat", "10..12").lines == Array(lines[10...12]))
        #expect(try sandbox.daybook("cat", "298..").lines == Array(lines[298...]))
        #expect(try sandbox.daybook("cat", "..1").lines == Array(lines[...1]))
        let status = try sandbox.daybook("status", "--json").json()
        let books = try #require(status["books"] as? [[String: Any]])
        let day = try #require(books[0]["last_record"] as? String).prefix(10)
        #expect(try sandbox.daybook("cat", String(day)).lines.count == 300)
        #expect(try sandbox.daybook("cat", "300").code == 66)
        #expect(try sandbox.daybook("cat", "2001-01-01").code == 66)
        #expect(try sandbox.daybook("cat", "5..2").code == 64)
        #expect(try sandbox.daybook("cat", "words").code == 64)
    }

    @Test("tail gives the last lines, and follows across a rotation")
    func tail() throws {
        let sandbox = try filled()
        #expect(try sandbox.daybook("tail", "-n", "2").lines.count == 2)
        #expect(try sandbox.daybook("tail", "-n", "0").lines.isEmpty)
        let output = sandbox.directory.appending(path: "followed")
        try Data().write(to: output)
        let process = sandbox.process(Sandbox.binary, ["tail", "-f", "-n", "1"])
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        func count() throws -> Int { try Data(contentsOf: output).split(separator: 0x0A).count }
        #expect(try eventually { try count() == 1 })
        try sandbox.daybook("record", input: "{\"n\":1}\n{\"n\":2}\n")
        #expect(try eventually { try count() == 3 })
        try sandbox.daybook("rotate")
        try sandbox.daybook("record", input: "{\"n\":3}\n")
        #expect(try eventually { try count() >= 4 })
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        let last = try #require(
            String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n")
                .last)
        #expect(last.contains("\"n\":3"))
    }

    @Test("reading the chat book is recorded in the audit book")
    func viewing() throws {
        let sandbox = try filled(1)
        try sandbox.daybook("record", input: "words\nmore words\n")
        #expect(try sandbox.daybook("cat", "--book", "chat", "1").lines.count == 1)
        let last = try #require(try sandbox.records("audit").last)
        #expect(last["event"] as? String == "record_viewed")
        #expect(last["first_index"] as? Int == 1)
        #expect(last["record_count"] as? Int == 1)
        #expect(last["source"] as? String == "daybook")
    }

    @Test("a proof convinces without the book, and only for its own line and key")
    func proofs() throws {
        let sandbox = try filled()
        try sandbox.shell(
            "daybook prove 123 -o p && daybook cat 123 > line && daybook cat 124 > other "
                + "&& daybook key > vkey && mkdir away && mv p line other vkey away && rm -r logs keys"
        )
        let check = "cd away && daybook verify-proof --key \"$(cat vkey)\" --line "
        let yes = try sandbox.shell(check + "line p")
        #expect(yes.code == 0, "\(yes.errors)")
        #expect(yes.output.hasPrefix("yes"))
        #expect(
            try sandbox.shell("cd away && daybook verify-proof --key vkey --line line p").code == 0)
        #expect(try sandbox.shell(check + "other p").code == 1)
        let elsewhere = try filled(3)
        let otherKey = try elsewhere.daybook("key").lines[0]
        let no = try sandbox.shell(
            "cd away && daybook verify-proof --json --key '\(otherKey)' --line line p")
        #expect(no.code == 1)
        #expect(try no.json()["accepted"] as? Bool == false)
        #expect(
            try sandbox.shell("cd away && daybook verify-proof --key x+y --line line p").code == 65)
        #expect(try sandbox.shell(check + "line line").code == 65)
        #expect(try sandbox.shell(check + "nowhere p").code == 66)
    }

    @Test("verify says no to a changed byte and names the place")
    func tampered() throws {
        let sandbox = try filled()
        #expect(try sandbox.daybook("verify").code == 0)
        try sandbox.shell("sed -i '200s/tick/tock/' logs/audit.log")
        let result = try sandbox.daybook("verify", "--book", "audit", "--json")
        #expect(result.code == 1)
        let verdict = try result.json()
        #expect(verdict["sound"] as? Bool == false)
        let findings = try #require(verdict["findings"] as? [[String: Any]])
        let finding = try #require(findings.first)
        #expect((finding["file"] as? String)?.hasSuffix("audit.log") == true)
        let first = try #require(finding["first_record"] as? Int)
        let last = try #require(finding["last_record"] as? Int)
        #expect(first <= 199 && last >= 199 && last - first < 256)
    }

    @Test("without the key verify could not look, with it the copy of a book is sound")
    func withoutKeys() throws {
        let sandbox = try filled()
        let key = try sandbox.daybook("key").lines[0]
        try sandbox.shell("mv keys elsewhere")
        let blind = try sandbox.daybook("verify", "--book", "audit")
        #expect(blind.code == 66)
        #expect(blind.output.contains("agrees with itself"))
        #expect(try sandbox.daybook("verify", "--book", "audit", "--key", key).code == 0)
        try sandbox.shell("sed -i '200s/tick/tock/' logs/audit.log")
        #expect(try sandbox.daybook("verify", "--book", "audit", "--key", key).code == 1)
    }

    @Test("a book extends its older checkpoints, and not those of others")
    func extends() throws {
        let sandbox = try filled()
        try sandbox.shell("cp logs/audit/checkpoint old")
        try sandbox.daybook("record", input: "{\"a\":1}\n")
        let yes = try sandbox.daybook("extends", "old", "--json")
        #expect(yes.code == 0)
        #expect(try yes.json()["extends"] as? Bool == true)
        let other = try filled(5)
        try other.shell("cp logs/audit/checkpoint old")
        try FileManager.default.copyItem(
            at: other.directory.appending(path: "old"),
            to: sandbox.directory.appending(path: "foreign"))
        #expect(try sandbox.daybook("extends", "foreign").code == 1)
        #expect(try sandbox.daybook("extends", "line-less").code == 66)
    }

    @Test("publish writes the layout that others read, and again only what is new")
    func publish() throws {
        let sandbox = try filled(600)
        #expect(try sandbox.daybook("publish", "--to", "pub").code == 0)
        for path in [
            "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
            "tile/entries/000", "tile/entries/002.p/88",
        ] {
            let file = sandbox.directory.appending(path: "pub").appending(path: path)
            #expect(FileManager.default.fileExists(atPath: file.path()), "\(path)")
        }
    }

    @Test("doctor finds what is wrong and how to mend it")
    func doctor() throws {
        let sandbox = try filled(3)
        #expect(try sandbox.daybook("doctor").code == 0)
        try sandbox.shell("chmod 755 keys")
        let open = try sandbox.daybook("doctor")
        #expect(open.code == 1)
        #expect(open.output.contains("chmod 700"))
        try sandbox.shell("chmod 700 keys; mv keys logs/keys")
        let inside = try sandbox.daybook("doctor", "--keys", "logs/keys")
        #expect(inside.code == 1)
        #expect(inside.output.contains("is inside"))
        try sandbox.shell("rm -r logs/keys")
        #expect(try sandbox.daybook("doctor").output.contains("restore it from a backup"))
    }

    @Test("mask shows what would be stored, and stores nothing")
    func mask() throws {
        let sandbox = try Sandbox()
        let result = try sandbox.daybook(
            "mask", "--report",
            input:
                "{\"api_key\":\"abc\",\"order_id\":\"order-00000001\"}\nBearer abcdef0123456789abcdef\n"
        )
        #expect(result.code == 0)
        #expect(result.output.contains("***MASKED***"))
        #expect(result.output.contains("order-00000001"))
        #expect(!result.output.contains("abcdef0123456789"))
        #expect(result.errors.contains("api_key"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.logs.path()))
        let plain = try sandbox.daybook(
            "mask", "--plain", input: "password=hunter2secret order-00000001\n")
        #expect(plain.output == "password=***MASKED*** order-00000001\n")
    }
}
