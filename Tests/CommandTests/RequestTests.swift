// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people ask about their data, and what they are told.
@Suite(.timeLimit(.minutes(5))) struct RequestTests {
    /// Three messages each of alice and bob, each naming the other, and policies in force.
    static func desk(_ policy: String = "keep: 30d, grace: 0d") throws -> Sandbox {
        let sandbox = try Sandbox()
        let lines = (1...6).map { number in
            let (sender, other) = number.isMultiple(of: 2) ? ("bob", "alice") : ("alice", "bob")
            return ##"{"event":"chat_message","platform":"irc","conversation":"#desk","##
                + #""sender":"\#(sender)","text":"word\#(number) for \#(other)","#
                + #""timestamp":"2026-01-0\#(number)T10:00:00Z"}"# + "\n"
        }
        try sandbox.daybook("record", "--book", "chat", input: lines.joined())
        try sandbox.write(
            "policies: [{name: desk, select: {book: chat}, \(policy)}]", to: "logs/daybook.yaml")
        #expect(try sandbox.daybook("policy", "accept").output.contains("is in force"))
        return sandbox
    }

    /// Opens a request and gives its code.
    static func open(_ sandbox: Sandbox, _ person: String, _ kind: String) throws -> String {
        let opened = try sandbox.daybook("request", "open", person, "--kind", kind, "--json")
        #expect(opened.code == 0, "\(opened.errors)")
        return try #require(try opened.json()["id"] as? String)
    }

    @Test func `a copy has all of one person, and of others not even the name`() throws {
        let sandbox = try Self.desk()
        let request = try Self.open(sandbox, "alice", "access")
        #expect(try sandbox.daybook("request").output.contains("open"))
        let answered = try sandbox.daybook("request", "answer", request, "--out", "answers")
        #expect(answered.code == 0, "\(answered.errors)")
        for ending in ["html", "json"] {
            let path = sandbox.directory.appending(path: "answers/\(request).\(ending)")
            let text = try String(contentsOf: path, encoding: .utf8)
            for number in [1, 3, 5] { #expect(text.contains("word\(number) for [someone]")) }
            #expect(!text.contains("bob") && !text.contains("word2"))
            let mode = try FileManager.default.attributesOfItem(atPath: path.path())
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }
        #expect(try sandbox.daybook("request").output == "no request waits\n")
        #expect(try sandbox.daybook("request", "answer", request).code == 64)
        // Who asked, and for what, is in no line.
        let audit = try String(
            contentsOf: sandbox.logs.appending(path: "audit.log"), encoding: .utf8)
        #expect(!audit.contains("alice") && audit.contains("request_answered"))
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test func `what is restricted leaves search, and comes back when it is withdrawn`() throws {
        let sandbox = try Self.desk()
        let request = try Self.open(sandbox, "bob", "restriction")
        #expect(try sandbox.daybook("policy", "explain", "1").output.contains("restricted"))
        #expect(try sandbox.daybook("search", "--books", "chat", "word2").output.contains("word2"))
        #expect(try sandbox.daybook("request", "answer", request).code == 0)
        let search = try sandbox.daybook("search", "--books", "chat", "word2 or word1")
        #expect(!search.output.contains("word2") && search.output.contains("word1"))
        #expect(try sandbox.daybook("request", "answer", request, "--withdraw").code == 0)
        #expect(try sandbox.daybook("search", "--books", "chat", "word2").output.contains("word2"))
    }

    @Test(arguments: [["link", "irc:alice", "bob"], ["merge", "bob", "alice"]])
    func `who becomes one with a restricted person is restricted at once`(_ words: [String]) throws
    {
        let sandbox = try Self.desk()
        let request = try Self.open(sandbox, "bob", "restriction")
        #expect(try sandbox.daybook("request", "answer", request).code == 0)
        func finds(_ word: String) throws -> Bool {
            try sandbox.daybook("search", "--books", "chat", word).output.contains(word)
        }
        #expect(try finds("word1"))
        let linked = try sandbox.daybook(["people"] + words)
        #expect(linked.code == 0, "\(linked.errors)")
        #expect(try !finds("word1") && !finds("word2"))
        #expect(try sandbox.daybook("request", "answer", request, "--withdraw").code == 0)
        #expect(try finds("word1") && finds("word2"))
    }

    @Test func `a restriction that is taken back leaves another one of the same person`() throws {
        let sandbox = try Self.desk()
        func finds() throws -> Bool {
            try sandbox.daybook("search", "--books", "chat", "word2").output.contains("word2")
        }
        let first = try Self.open(sandbox, "bob", "restriction")
        let second = try Self.open(sandbox, "bob", "restriction")
        for request in [first, second] {
            #expect(try sandbox.daybook("request", "answer", request).code == 0)
        }
        #expect(try sandbox.daybook("request", "answer", first, "--withdraw").code == 0)
        #expect(try !finds())
        // It was granted, and then not.
        #expect(try sandbox.daybook("request", "answer", second, "--refuse", "not bob").code == 0)
        #expect(try finds())
    }

    @Test(.enabled(if: RetainTests.hasCompiler, "the clock is moved by a library that cc makes"))
    func `a restriction covers what comes later, and ends by itself on its date`() throws {
        let sandbox = try Self.desk("keep: 5y, grace: 0d")
        let request = try Self.open(sandbox, "bob", "restriction")
        let access = try Self.open(sandbox, "alice", "access")
        #expect(
            try sandbox.daybook("request", "answer", access, "--until", "2999-01-01").code == 64)
        #expect(
            try sandbox.daybook("request", "answer", request, "--until", "2020-01-01").code == 64)
        let month = Date(timeIntervalSinceNow: 30 * 86_400).formatted(.iso8601.year().month().day())
        let answered = try sandbox.daybook("request", "answer", request, "--until", month)
        #expect(answered.code == 0 && answered.output.contains("until \(month)"), "\(answered)")
        let later =
            ##"{"event":"chat_message","platform":"irc","conversation":"#desk","sender":"bob","##
            + #""text":"word7 for alice","timestamp":"2026-01-07T10:00:00Z"}"# + "\n"
        try sandbox.daybook("record", "--book", "chat", input: later)
        let words = "word1 or word2 or word7"
        let search = try sandbox.daybook("search", "--books", "chat", words).output
        #expect(search.contains("word1") && !search.contains("word2") && !search.contains("word7"))
        #expect(try sandbox.daybook("retain", "run").code == 0)
        #expect(
            !(try sandbox.daybook("search", "--books", "chat", "word7").output.contains("word7")))
        let ahead = try RetainTests.ahead(31, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let run = try sandbox.shell(ahead + "retain run")
        #expect(run.code == 0, "\(run.output) \(run.errors)")
        #expect(run.output.contains("request \(request): the restriction ended on its date"))
        let back = try sandbox.shell(ahead + "search --books chat '\(words)'").output
        #expect(back.contains("word2") && back.contains("word7"))
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test func `an erasure under a hold is answered with legal reasons, and waits`() throws {
        let sandbox = try Self.desk()
        let request = try Self.open(sandbox, "bob", "erasure")
        let early = try sandbox.daybook("request", "answer", request)
        #expect(early.code == 64 && early.errors.contains("daybook erase bob --apply"))
        _ = try HoldTests.open(sandbox, "--custodian", "bob")
        let answered = try sandbox.daybook("request", "answer", request)
        #expect(answered.output.contains("\"kept for legal reasons\""))
        #expect(!answered.output.contains("2026-17"))
        #expect(try sandbox.daybook("request").output.contains("restricted"))
    }

    @Test func `an erasure before a rule's end is answered with rule and date`() throws {
        let sandbox = try Self.desk("rule: us.sec.17a-4.b, grace: 0d")
        let request = try Self.open(sandbox, "bob", "erasure")
        let answered = try sandbox.daybook("request", "answer", request).output
        #expect(answered.contains("under us.sec.17a-4.b"))
        #expect(try sandbox.daybook("request").output.contains("restricted until 20"))
    }

    @Test func `about says what is kept, until when, and who looked`() throws {
        let sandbox = try Self.desk()
        try sandbox.daybook("cat", "1", "--book", "chat", "--open")
        try sandbox.daybook("about", "bob", "--withhold-until", "2100-01-01")
        let about = try sandbox.daybook("about", "bob")
        #expect(about.output.contains("3 records"))
        #expect(about.output.contains("(policy desk)"))
        #expect(about.output.contains("read 1"))
        #expect(about.errors.contains("1 read withheld"))
        // So are those of an investigation that reads texts.
        let date = ["--withhold-until", "2100-01-01"]
        #expect(try sandbox.daybook(["cat", "1", "--book", "chat", "--open"] + date).code == 0)
        #expect(try sandbox.daybook(["search", "word1", "--books", "chat"] + date).code == 0)
        #expect(
            try sandbox.daybook(["tail", "-n", "9", "--book", "chat", "--open"] + date).code == 0)
        #expect(try sandbox.daybook("about", "bob").errors.contains("4 reads withheld"))
        #expect(try sandbox.daybook("about", "bob", "--all-reads").output.contains("searched"))
        #expect(
            try sandbox.daybook("search", "word1", "--withhold-until", "soon").code == 64)
        // A look at one person is none at another.
        let other = try sandbox.daybook("about", "alice", "--json").json()
        #expect((other["reads"] as? [Any])?.isEmpty == true)
        #expect(try sandbox.daybook("about", "nobody").code == 66)
    }

    @Test func `an answer is due after a month, or three, once`() throws {
        let sandbox = try Self.desk()
        let opened = try sandbox.daybook(
            "request", "open", "alice", "--kind", "access", "--received", "2026-01-31", "--json")
        let request = try #require(try opened.json()["id"] as? String)
        #expect(try opened.json()["due"] as? String == "2026-03-01T00:00:00.000000Z")
        #expect(try sandbox.daybook("doctor").output.contains("its answer was due"))
        let extended = try sandbox.daybook("request", "extend", request, "--reason", "many")
        #expect(extended.output.contains("2026-05-01"))
        #expect(try sandbox.daybook("request", "extend", request, "--reason", "x").code == 64)
    }
}
