// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Intake

@Suite("What belongs together is one record")
struct JoiningTests {
    private let chained = """
        Traceback (most recent call last):
          File "a.py", line 1, in f
        ValueError: first

        During handling of the above exception, another exception occurred:

        Traceback (most recent call last):
          File "a.py", line 2, in g
            raise KeyError('second')
            ^^^^^^
        KeyError: 'second'
        """

    @Test("a chained traceback")
    func chain() {
        let items = Reader.read("before\n\(chained)\nafter\n", .stderr)
        #expect(items.count == 3)
        #expect(items[1]["traceback"] == chained)
        #expect(items[1]["exception_type"] == "KeyError")
        #expect(items[1]["message"] == "'second'")
        #expect(items[1]["level"] == "error")
        #expect(items[1]["stream"] == "stderr")
        #expect(items[2]["text"] == "after")
    }

    @Test("a traceback with a cause, and one after another")
    func cause() {
        let text =
            "Traceback (most recent call last):\n  File \"a\", line 1\nA: x\n\n"
            + "The above exception was the direct cause of the following exception:\n\n"
            + "Traceback (most recent call last):\n  File \"a\", line 2\nB: y\n"
        #expect(Reader.read(text).count == 1)
        #expect(Reader.read(text + text).count == 2)
    }

    @Test("a syntax error, which has no header")
    func syntaxError() {
        let items = Reader.read(
            "  File \"bot.py\", line 3\n    print(\n         ^\nSyntaxError: '(' was never closed\n"
        )
        #expect(items.count == 1)
        #expect(items[0]["exception_type"] == "SyntaxError")
        #expect(items[0]["message"] == "'(' was never closed")
    }

    @Test("an exception group")
    func group() {
        let text = """
              + Exception Group Traceback (most recent call last):
              |   File "a.py", line 1, in <module>
              | ExceptionGroup: both failed (2 sub-exceptions)
              +-+---------------- 1 ----------------
                | ValueError: one
                +---------------- 2 ----------------
                | KeyError: 'two'
                +------------------------------------
            """
        let items = Reader.read("start\n\(text)\nafter\n")
        #expect(items.count == 3)
        #expect(items[1]["exception_type"] == "ExceptionGroup")
        #expect(items[1]["message"] == "both failed (2 sub-exceptions)")
    }

    @Test("a traceback announced by the line before")
    func announced() {
        let items = Reader.read(
            "Exception in thread Thread-1 (run):\nTraceback (most recent call last):\n"
                + "  File \"a\", line 1\nA: x\n")
        #expect(items.count == 1)
        #expect(items[0]["text"] == "Exception in thread Thread-1 (run):")
        #expect(items[0]["exception_type"] == "A")
    }

    @Test("a PEM block")
    func pem() {
        let text = """
            -----BEGIN EC PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED

            MHcCAQEEIKZm+FAKE/FAKE==
            AwEHoUQDQgAE
            -----END EC PRIVATE KEY-----
            """
        let items = Reader.read("key\n\(text)\nafter\n")
        #expect(items.map { $0["text"] } == ["key", text, "after"])
        let logged = Reader.read("INFO:bot:the key is \(text)\nINFO:bot:after\n")
        #expect(logged.map { $0["message"] } == ["the key is " + text, "after"])
    }

    @Test("a PEM block that never ends does not swallow the rest")
    func openPEM() {
        let items = Reader.read(
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\nnow: something (else) happens!\nmore?\n")
        #expect(items.count == 3)
    }

    @Test("a JSON object printed over several lines, which passes as JSON")
    func prettyJSON() {
        let text = "{\n  \"event\": \"order_filled\",\n  \"list\": [\n    1,\n    {}\n  ]\n}"
        let items = Reader.read("before\n\(text)\nafter\n")
        #expect(items.count == 3)
        #expect(items[1] == .jsonLine(text, .audit))
    }

    @Test("an object that was cut off stays text and does not take the next one")
    func cutJSON() {
        let whole = "{\"event\":\"b\"}"
        for cut in ["{\"event\":\"a\",\"x\"", "{\"event\":\"a\",", "{", "{\"a\":", "{\"a\":\"b"] {
            let items = Reader.read("\(cut)\n\(whole)\n")
            if cut == "{\"a\":" {
                // A value may well stand on the next line, so the two are one broken text.
                #expect(items.count == 1)
            } else {
                #expect(items.count == 2)
                #expect(items.last == .jsonLine(whole, .audit))
            }
            #expect(items.first?["text"]?.hasPrefix(cut) == true)
        }
    }

    @Test("printed data that a line opens with a bracket")
    func brackets() {
        let items = Reader.read("balances = {\n'BTC': 1,\n'USDT': [\n2\n]\n}\nafter\n")
        #expect(
            items.map { $0["text"] } == ["balances = {\n'BTC': 1,\n'USDT': [\n2\n]\n}", "after"])
    }

    @Test("indented lines")
    func indented() {
        let items = Reader.read("plan:\n  one\n\ttwo\nafter\n")
        #expect(items.map { $0["text"] } == ["plan:\n  one\n\ttwo", "after"])
    }

    @Test("a label and the value on the line after it")
    func label() {
        let items = Reader.read("Your API key:\nabc123\nbye\n")
        #expect(items.map { $0["text"] } == ["Your API key:\nabc123", "bye"])
    }

    @Test("the words of a seed phrase, one a line")
    func seed() {
        let words = "abandon\nability\nable\nabout\nabove\nabsent"
        let items = Reader.read("Wallet created\n\(words)\nDone.\n")
        #expect(items.map { $0["text"] } == ["Wallet created", words, "Done."])
        let numbered = "1. abandon\n2. ability\n3. able"
        #expect(Reader.read("Seed phrase:\n\(numbered)\n").count == 1)
        #expect(Reader.read("tick\ntick\ntick\n").count == 3)
    }

    @Test("the headers of an HTTP request")
    func headers() {
        let dump = "> GET /v3/orders HTTP/1.1\n> Host: h\n> Authorization: Bearer abc"
        let items = Reader.read("start\n\(dump)\nafter it\n")
        #expect(items.map { $0["text"] } == ["start", dump, "after it"])
        let raw = "POST /v3/orders HTTP/1.1\nHost: h\nX-Api-Key: abc"
        #expect(Reader.read("\(raw)\n\nafter\n").map { $0["text"] } == [raw + "\n", "after"])
    }

    @Test("what http.client prints: one record an exchange")
    func httpClient() throws {
        let items = Reader.read(try sample("oandapyV20/oanda_http_client_debuglevel1.log"))
        let dumps = items.filter { $0["text"]?.hasPrefix("send: ") == true }
        #expect(dumps.count == 9)
        #expect(dumps.allSatisfy { $0["text"]?.contains("\nreply: ") == true })
    }

    @Test("a log line never joins, whatever is open")
    func logLines() {
        let items = Reader.read("data = {\nINFO:bot:hello\nkey:\nINFO:bot:again\n")
        #expect(items.count == 4)
    }

    @Test("silence ends a record, and keeps a line without its end")
    func flush() {
        var reader = Reader()
        reader.feed("plan:\n  one\npass")
        #expect(reader.items.isEmpty)
        #expect(reader.intake.hasPending && reader.intake.hasPartialLine)
        reader.flush()
        #expect(reader.items.map { $0["text"] } == ["plan:\n  one"])
        #expect(!reader.intake.hasPending)
        reader.feed("word=abc\n")
        #expect(reader.finish().map { $0["text"] } == ["plan:\n  one", "password=abc"])
    }

    @Test("silence inside a JSON object makes its lines text")
    func flushJSON() {
        var reader = Reader()
        reader.feed("{\n  \"a\": 1,\n")
        reader.flush()
        reader.feed("{\"event\":\"b\"}\n")
        #expect(reader.items.map { $0["text"] ?? "line" } == ["{\n  \"a\": 1,", "line"])
    }

    @Test("a record at the limit of lines is closed with a note, and the next goes on")
    func lineLimit() {
        let count = Limits.joinedLinesMax
        let items = Reader.read("plan:\n" + String(repeating: " x\n", count: count + 5))
        #expect(items.count == 2)
        #expect(items[0]["note"] == "goes on in the next record")
        #expect(items[1]["note"] == "continues the record before")
        let lines = items.compactMap { $0["text"]?.split(separator: "\n").count }
        #expect(lines == [count, 6])
    }

    @Test("a line over the limit comes out in pieces, whole")
    func longLine() throws {
        let count = Limits.lineBytesMax
        let text = String(repeating: "x", count: 3 * count)
        var reader = Reader()
        let bytes = Array((text + "\nafter\n").utf8)
        var at = 0
        while at < bytes.count {
            let end = min(at + 1_000_000, bytes.count)
            reader.feed(bytes[at..<end])
            at = end
        }
        let items = reader.finish()
        try #require(items.count == 4)
        #expect(items.dropLast().compactMap { $0["text"] }.joined() == text)
        #expect(items[1]["note"] == "continues the record before and goes on in the next")
        #expect(items[3]["text"] == "after")
    }
}
