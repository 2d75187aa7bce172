// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `daybook clear`, `erase`, `approve` and `receipt`, as people use them.
@Suite("Clearing on the command line")
struct ClearTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func message(_ sender: String, _ text: String, _ day: String) -> String {
        ##"{"event_type":"chat_message","platform":"irc","conversation":"#desk","sender":"\##(sender)","##
            + ##""text":"\##(text)","timestamp":"\##(day)T10:00:00Z"}"## + "\n"
    }

    private func record(_ lines: String...) throws {
        let result = try sandbox.daybook("record", "--book", "chat", input: lines.joined())
        #expect(result.code == 0, "\(result.errors)")
    }

    private func receipts() throws -> [String] {
        let folder = sandbox.logs.appending(path: "receipts")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
            .map { "logs/receipts/" + $0 }
    }

    /// The receipts' records in the book.
    private func runs() throws -> [[String: Any]] {
        try sandbox.records("audit").filter { $0["event"] as? String == "clear_run" }
    }

    @Test("a plan changes nothing; applied, what is old is gone and the receipt verifies")
    func plainClear() throws {
        try record(message("alice", "old words", "2024-01-01"), message("bob", "new", "2026-11-01"))
        #expect(try sandbox.daybook("clear").code == 64)
        let plan = try sandbox.daybook("clear", "--older-than", "1y")
        #expect(plan.code == 0 && plan.output.contains("1 record of chat would go"))
        #expect(try sandbox.daybook("cat", "--book", "chat", "--open").output.contains("old words"))
        let applied = try sandbox.daybook("clear", "--older-than", "1y", "--apply")
        #expect(applied.code == 0, "\(applied.errors)")
        let text = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(!text.contains("old words") && text.contains("new"))
        #expect(try sandbox.daybook("search", "words", "--books", "chat").code == 1)
        let file = try #require(try receipts().first)
        let key = try sandbox.daybook("key").output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try sandbox.daybook("receipt", "verify", "--key", key, file).code == 0)
        let other = try sandbox.daybook("key", "--book", "chat").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try sandbox.daybook("receipt", "verify", "--key", other, file).code == 1)
        #expect(
            try sandbox.daybook("receipt", "show", file).output.contains("1 record, 1 envelope"))
        #expect(try sandbox.daybook("verify").code == 0)
        let again = try sandbox.daybook("clear", "--older-than", "1y", "--apply")
        #expect(again.code == 0 && again.output.contains("nothing was cleared"))
        #expect(try runs().count == 1)
    }

    @Test("a hold keeps records from clear and erase, exit code 1 says so, and it is recorded")
    func held() throws {
        try record(
            message("alice", "evidence", "2024-01-01"), message("bob", "chatter", "2024-01-02"))
        let hold = try sandbox.daybook(
            "hold", "open", "--matter", "case 7", "--custodian", "alice")
        #expect(hold.code == 0, "\(hold.errors)")
        for arguments in [
            ["clear", "--older-than", "30d", "--apply"], ["clear", "--keep-last", "0", "--apply"],
            ["clear", "--down-to", "1", "--apply"], ["clear", "--person", "alice", "--apply"],
            ["clear", "--conversation", "#desk", "--apply"], ["clear", "--record", "0", "--apply"],
            ["clear", "--platform", "irc", "--apply"],
            ["clear", "--kind", "chat_message", "--apply"],
            ["clear", "--matching", "evidence", "--apply"], ["erase", "alice", "--apply"],
        ] {
            let result = try sandbox.daybook(arguments)
            #expect(result.code == 1, "\(arguments) \(result.errors)")
            #expect(result.output.contains("held by hold h-"), "\(arguments)")
        }
        for upkeep in ["rotate", "seal"] { #expect(try sandbox.daybook(upkeep).code == 0) }
        #expect(try sandbox.daybook("retention", "apply", "--book", "chat").code == 0)
        let text = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(text.contains("evidence") && !text.contains("chatter"))
        let refusals = try sandbox.daybook(
            "search", "event:clear_refused", "--books", "audit", "--json")
        #expect(refusals.output.split(separator: "\n").count >= 10)
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test(
        "erase: an ambiguous name lists the choices, an account is enough, the person is forgotten")
    func erase() throws {
        try record(
            message("alice", "mine", "2026-01-01"),
            message("bob", "ask ALICE about it", "2026-01-02"))
        let second = try sandbox.shell(
            #"echo '{"event_type":"chat_message","platform":"telegram","conversation":"d","sender":"alice","#
                + #""text":"other","timestamp":"2026-01-03T10:00:00Z"}' | daybook record --book chat"#
        )
        #expect(second.code == 0, "\(second.errors)")
        let ambiguous = try sandbox.daybook("erase", "alice")
        #expect(ambiguous.code == 64)
        #expect(
            ambiguous.errors.contains("irc:alice") && ambiguous.errors.contains("telegram:alice"))
        #expect(try sandbox.daybook("erase", "irc:alice").output.contains("1 record"))
        #expect(try sandbox.daybook("erase", "irc:alice", "--apply").code == 0)
        let text = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(!text.contains("mine") && text.contains("other"))
        #expect(!text.contains("ALICE") && text.contains("ask [redacted] about it"))
        #expect(try sandbox.daybook("erase", "irc:alice").code == 66)
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("a plan file is approved with a key and applied; a changed one is refused")
    func approved() throws {
        try record(message("alice", "one", "2024-01-01"), message("bob", "two", "2024-01-02"))
        #expect(
            try sandbox.daybook("clear", "--older-than", "1y", "--plan", "plan.json").code == 0)
        try sandbox.shell("ssh-keygen -q -t ed25519 -N '' -f key")
        let approval = try sandbox.daybook("approve", "plan.json", "--key", "key")
        #expect(approval.code == 0 && approval.output.contains("SHA256:"), "\(approval.errors)")
        try sandbox.shell("sed 's/\\[\\[0,2\\]\\]/[[0,1]]/' plan.json > other.json")
        #expect(try sandbox.daybook("clear", "--plan", "other.json", "--apply").code == 65)
        #expect(try sandbox.daybook("clear", "--plan", "plan.json", "--apply").code == 0)
        let run = try #require(try runs().first)
        #expect((run["approver_fingerprints"] as? [String])?.count == 1)
        #expect(run["duties"] as? String != nil)
    }

    /// Killed at a random instant each time; in the end every old message is gone, once, and each
    /// erasure has its receipt. `DAYBOOK_KILLS=200` for more.
    @Test("kill -9 at any instant: nothing is cleared twice or left half")
    func killed() throws {
        let kills = Int(ProcessInfo.processInfo.environment["DAYBOOK_KILLS"] ?? "") ?? 20
        var random = SystemRandomNumberGenerator()
        try record(message("alice", "young", "2026-11-01"))
        for round in 0..<kills {
            try record(message("bob", "old \(round)", "2024-01-01"))
            let process = sandbox.process(
                Sandbox.binary, ["clear", "--older-than", "1y", "--apply"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 0..<500_000, using: &random))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let last = try sandbox.daybook("clear", "--older-than", "1y", "--apply")
        #expect(last.code == 0, "\(last.errors)")
        let text = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(text.contains("young") && !text.contains("old "))
        let envelopes = try runs().compactMap { $0["envelopes"] as? Int }
        #expect(envelopes.reduce(0, +) == kills)
        let names = Set(try runs().compactMap { $0["erasure"] as? String })
        #expect(try receipts().count == names.count && names.count == envelopes.count)
        for file in try receipts() {
            #expect(try sandbox.daybook("receipt", "verify", file).code == 0)
        }
        let verdict = try sandbox.daybook("verify")
        #expect(verdict.code == 0, "\(verdict.output)")
    }
}
