// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct RecordTests {
    @Test("a line that is no JSON object is kept as masked text, with the reason")
    func badLines() throws {
        let sandbox = try Sandbox()
        let input = """
            {"event":"order_filled","order_id":"order-00000001"}
            plain words, password=hunter2secret
            {"event":"cut off
            [1,2]

            {"a":1}
            """
        let result = try sandbox.daybook("record", input: input)
        #expect(result.code == 0)
        #expect(result.errors.contains("6 lines read"))
        #expect(result.errors.contains("3 of them no JSON objects"))
        #expect(try sandbox.records("audit").count == 2)
        let texts = try sandbox.opened("chat")
        #expect(texts.count == 3)
        #expect(texts[0]["text"] as? String == "plain words, password=***MASKED***")
        #expect((texts[1]["reason"] as? String)?.contains("not a JSON object") == true)
        #expect(texts[2]["text"] as? String == "[1,2]")
    }

    @Test("--book takes everything into one book")
    func oneBook() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", "--book", "chat", input: "{\"a\":1}\nwords\n")
        #expect(try sandbox.records("chat").count == 2)
        #expect(
            !FileManager.default.fileExists(
                atPath: sandbox.logs.appending(path: "audit.log").path()))
    }

    @Test("the report names rules and places, never a value")
    func report() throws {
        let result = try Sandbox().daybook(
            "record", "--report", input: "{\"api_key\":\"very-private-value-1\"}\n")
        #expect(result.errors.contains("api_key"))
        #expect(result.errors.contains("1 value replaced"))
        #expect(!result.errors.contains("very-private"))
    }

    @Test("a record shows up while the pipe stays open")
    func liveness() throws {
        let sandbox = try Sandbox()
        let process = sandbox.process(Sandbox.binary, ["record"])
        let pipe = Sandbox.pipe()
        process.standardInput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        pipe.fileHandleForWriting.write(Data("{\"event\":\"first\"}\n".utf8))
        let isThere = eventually { (try? sandbox.records("audit").count) == 1 }
        #expect(isThere)
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("Ctrl-C ends it with everything recorded")
    func interrupted() throws {
        let sandbox = try Sandbox()
        let process = sandbox.process(Sandbox.binary, ["record"])
        let pipe = Sandbox.pipe()
        process.standardInput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        pipe.fileHandleForWriting.write(
            Data("{\"event\":\"first\"}\n{\"event\":\"second\"}\n".utf8))
        #expect(eventually { (try? sandbox.records("audit").count) == 2 })
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + SIGTERM)
        #expect(
            try sandbox.daybook("verify", "--book", "audit", "--json").json()["unsigned_records"]
                as? Int == 0)
    }

    @Test("text is read as logs: level, logger and time become fields, a traceback one record")
    func textFormat() throws {
        let sandbox = try Sandbox()
        let input = """
            2026-11-20 14:25:00,123 - bot.strategy - WARNING - spread is wide
            Traceback (most recent call last):
              File "bot.py", line 3, in <module>
            ValueError: no quote
            just words
            """
        let result = try sandbox.daybook("record", "--format", "text", input: input)
        #expect(result.code == 0)
        let records = try sandbox.opened("chat")
        #expect(records[0]["level"] as? String == "warning")
        #expect(records[0]["logger"] as? String == "bot.strategy")
        #expect(records[0]["timestamp"] as? String == "2026-11-20T14:25:00.123000Z")
        #expect(records.count <= 3)
        let all = records.map { "\($0)" }.joined()
        #expect(all.contains("ValueError: no quote"))
    }

    @Test("a line of the day of RustyBT keeps its own time and level, and all of it is valid JSON")
    func rustybtDay() throws {
        let sandbox = try Sandbox()
        let source = Sandbox.samples.appending(path: "rustybt/day_2026-11-20.rustybt.log.jsonl")
        let lines = try Data(contentsOf: source).split(separator: 0x0A)
        let result = try sandbox.daybook(["record"], input: Data(contentsOf: source))
        #expect(result.code == 0)
        let records = try sandbox.records("audit")
        #expect(records.count == lines.count)
        for (line, record) in zip(lines, records) {
            let original = try #require(
                try JSONSerialization.jsonObject(with: line) as? [String: Any])
            #expect(record["level"] as? String == original["level"] as? String)
            let instant = try #require(original["timestamp"] as? String)
            #expect((record["timestamp"] as? String)?.prefix(19) == instant.prefix(19))
            if record["timestamp"] as? String != instant {
                #expect(record["timestamp_text"] as? String == instant)
            }
        }
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("NaN and Infinity, which Python prints and JSON does not know, become text with a note")
    func nonFinite() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook(
            "record", input: "{\"event\":\"x\",\"a\":NaN,\"b\":[-Infinity,1.50]}\n")
        let record = try #require(try sandbox.records("audit").first)
        #expect(record["a"] as? String == "NaN")
        #expect((record["b"] as? [Any])?.first as? String == "-Infinity")
        #expect((record["daybook_notes"] as? [String])?.isEmpty == false)
        #expect(try sandbox.daybook("cat").output.contains("1.50"))
    }
}
