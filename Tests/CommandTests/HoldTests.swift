// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a compliance officer does about policies and holds.
@Suite(.timeLimit(.minutes(5))) struct HoldTests {
    static let policies = """
        policies:
          - {name: desk, select: {book: chat, matching: 'hello'}, keep: 5y, rule: eu.mifid2.16.7}
          - {name: rest, select: {book: chat}, keep: 90d}

        """

    /// A sandbox with a message, and policies proposed.
    static func proposed() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.daybook(
            "record", "--book", "chat", input: "2026-10-01 10:00:00 <alice> hello\n")
        try sandbox.write(Self.policies, to: "logs/daybook.yaml")
        return sandbox
    }

    /// Opens a hold and gives its code.
    static func open(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let opened = try sandbox.daybook(["hold", "open", "--matter", "2026-17"] + arguments)
        #expect(opened.code == 0 && opened.output.hasPrefix("hold h-"))
        return String(opened.output.split(separator: " ")[1])
    }

    @Test func `policies bind once they were accepted and their grace is over`() throws {
        let sandbox = try Self.proposed()
        #expect(try sandbox.daybook("policy").output.contains("no policy is in force"))
        #expect(try sandbox.daybook("policy", "diff").output.contains("+ desk  (shorter)"))
        let accepted = try sandbox.daybook("policy", "accept")
        #expect(accepted.output.contains("and waits until"))
        #expect(
            try sandbox.daybook("policy", "accept").output.contains("what was accepted already"))
        // One that takes nothing away binds at once.
        try sandbox.write("policies: [{name: all, keep: forever}]", to: "logs/daybook.yaml")
        let other = try Sandbox()
        try other.daybook("record", input: "{\"event\":\"tick\"}\n")
        try other.write("policies: [{name: all, keep: forever}]", to: "logs/daybook.yaml")
        #expect(try other.daybook("policy", "accept").output.contains("is in force"))
        let explained = try other.daybook("policy", "explain", "0", "--book", "audit").output
        #expect(explained.contains("kept (policy all)"))
    }

    @Test func `a filter that is none is refused before it is accepted`() throws {
        let sandbox = try Self.proposed()
        try sandbox.write(
            "policies: [{name: p, keep: 1y, select: {matching: '(('}}]", to: "logs/daybook.yaml")
        let accepted = try sandbox.daybook("policy", "accept")
        #expect(accepted.code == 78 && accepted.errors.contains("policy p"))
    }

    @Test func `a book that holds cover is not pruned, by age or size, and says why`() throws {
        let sandbox = try RetentionTests.sealed()
        let hold = try Self.open(sandbox, "--book", "audit")
        try sandbox.write(RetentionTests.settings("max_size: 4096"), to: "logs/daybook.yaml")
        #expect(try sandbox.daybook("retention", "accept").code == 0)
        let pins = sandbox.logs.appending(path: "audit/pins")
        let more = (0..<200).map { #"{"event":"tick","level":"info","n":"\#($0)"}"# + "\n" }
        for _ in 0..<2 {
            try sandbox.daybook("record", input: more.joined())
            try sandbox.daybook("seal")
            let applied = try sandbox.daybook("retention", "apply")
            #expect(applied.output.contains("kept by hold \(hold)"))
            #expect(try sandbox.daybook("cat", "0").code == 0)
            // Whoever removes the file frees nothing: it is made again from the records.
            try? FileManager.default.removeItem(at: pins)
        }
        let refused = try sandbox.daybook("search", "event:clear_refused").output
        #expect(refused.contains(hold))
        #expect(try sandbox.daybook("verify").code == 0)
        #expect(try sandbox.daybook("hold", "release", hold).code == 0)
        #expect(try sandbox.daybook("hold", "list").output == "no hold binds\n")
        #expect(try sandbox.daybook("hold", "list", "--all").output.contains("(released)"))
        try sandbox.daybook("retention", "apply")
        #expect(try sandbox.daybook("cat", "0").errors.contains("was pruned"))
    }

    @Test func `a custodian is told, and says so`() throws {
        let sandbox = try Self.proposed()
        let hold = try Self.open(sandbox, "--custodian", "alice")
        #expect(try sandbox.daybook("hold", "notice", hold, "--custodian", "eve").code == 64)
        try sandbox.daybook("hold", "notice", hold, "--custodian", "alice")
        #expect(try sandbox.daybook("hold", "list").output.contains("1 of 1"))
        #expect(try sandbox.daybook("hold", "release", "h-none").code == 64)
    }

    @Test func `rules say where they are from, and which were not confirmed`() throws {
        let rules = try Sandbox().daybook("policy", "rules").output
        #expect(rules.contains("us.sec.17a-4.b") && rules.contains("17 CFR 240.17a-4(b)(1),(4)"))
        #expect(rules.contains("eu.mar") && rules.contains("no "))
    }
}
