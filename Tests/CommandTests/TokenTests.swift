// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("daybook token")
struct TokenTests {
    @Test(
        "a token is shown once, kept as a digest, recorded without its secret, listed and revoked")
    func life() throws {
        let sandbox = try Sandbox()
        let made = try sandbox.daybook(
            "token", "create", "--role", "trader", "--name", "alice", "--expires", "30d",
            "--account", "slack:U1", "--strategy", "alpha", "--json")
        #expect(made.code == 0, "\(made.errors)")
        let token = try made.json()
        let text = try #require(token["token"] as? String)
        let id = try #require(token["id"] as? String)
        #expect(text.hasPrefix("dbk_\(id)_"))
        let secret = try #require(text.split(separator: "_").last).description
        for (name, bytes) in try sandbox.allBytes() {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(secret), "in \(name)")
        }
        let list = try sandbox.daybook("token", "list")
        #expect(list.output.contains(id) && list.output.contains("alice"))
        #expect(!list.output.contains(secret))
        #expect(try sandbox.daybook("token", "revoke", id).code == 0)
        #expect(try sandbox.daybook("token", "list").output.hasPrefix("no tokens"))
        #expect(try sandbox.daybook("token", "revoke", id).code == 66)
        let kinds = try sandbox.records("audit").compactMap { $0["event"] as? String }
        #expect(kinds.filter { $0.hasPrefix("token_") } == ["token_made", "token_revoked"])
        let record = try #require(
            try sandbox.records("audit").first { $0["event"] as? String == "token_made" })
        #expect(record["roles"] as? [String] == ["trader"])
        #expect(record["held_by"] == nil, "a name is sealed")
        #expect(record["token_id"] as? String == id)
    }

    @Test("a token without an end, without a role or with an account of no platform is refused")
    func refused() throws {
        let sandbox = try Sandbox()
        func create(_ more: String...) throws -> Int32 {
            try sandbox.daybook(["token", "create", "--name", "a"] + more).code
        }
        #expect(try create("--role", "writer", "--expires", "forever") == 64)
        #expect(try create("--expires", "30d") == 64)
        #expect(try create("--role", "boss", "--expires", "30d") == 64)
        #expect(try create("--role", "trader", "--expires", "30d", "--account", "bob") == 64)
        #expect(try sandbox.daybook("token", "list").output.hasPrefix("no tokens"))
    }

    @Test("with two administrators, roles are proposed, approved by the other, and then taken")
    func twoAdministrators() throws {
        let sandbox = try Sandbox()
        let place = ["--dir", sandbox.logs.path()]
        let daemon = sandbox.directory.appending(path: "daybookd").path()
        try FileManager.default.copyItem(atPath: "/bin/bash", toPath: daemon)
        func token(_ words: String..., by name: String = "") throws -> Sandbox.Result {
            let line = (["token"] + words + place).map { "'\($0)'" }.joined(separator: " ")
            guard !name.isEmpty else {
                return try sandbox.shell("'\(Sandbox.binary.path())' \(line)")
            }
            // As a daemon has a command run for somebody: its parent bears that name.
            return try sandbox.shell(
                "DAYBOOK_CALLER='\(name)' '\(daemon)' -c \"'\(Sandbox.binary.path())' \(line); "
                    + "exit \\$?\"")
        }
        for name in ["ann", "ben"] {
            let made = try token(
                "create", "--role", "admin", "--name", name, "--expires", "30d")
            #expect(made.code == 0 && made.output.hasPrefix("dbk_"), "\(made.errors)")
        }
        let asked = try token(
            "create", "--role", "compliance", "--name", "carol", "--expires", "30d", by: "ann")
        #expect(asked.code == 0 && asked.output.isEmpty, "\(asked.errors)")
        let list = try token("proposals")
        #expect(list.output.contains("carol") && list.output.contains("waiting"))
        let id = try #require(
            list.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("v-") })
        #expect(try token("approve", String(id), by: "ann").code != 0)
        #expect(try token("take", String(id), by: "ann").code != 0)
        let agreed = try token("approve", String(id), by: "ben")
        #expect(agreed.code == 0, "\(agreed.errors)")
        // Four processes at once: one of them gets it.
        let take = "'\(Sandbox.binary.path())' token take '\(id)' --dir '\(sandbox.logs.path())'"
        let taken = try sandbox.shell(
            "DAYBOOK_CALLER=ann '\(daemon)' -c \"for n in 1 2 3 4; do \(take) & done; wait\"")
        let texts = taken.lines.filter { $0.hasPrefix("dbk_") }
        #expect(texts.count == 1, "\(taken.output) \(taken.errors)")
        let made = try sandbox.records("audit").filter { $0["event"] as? String == "token_made" }
        #expect(made.count == 3)
        #expect(try token("take", String(id), by: "ann").code != 0)
        #expect(try token("list").output.contains("carol"))
        // A bot needs nobody.
        let bot = try token("create", "--role", "writer", "--name", "bot", "--expires", "30d")
        #expect(bot.output.hasPrefix("dbk_"))
    }
}
