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
}
