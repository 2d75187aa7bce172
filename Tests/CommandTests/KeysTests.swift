// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What whoever looks after keys and people does.
@Suite(.timeLimit(.minutes(5))) struct KeysTests {
    /// A sandbox with three sealed lines of a program.
    private func recorded() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.daybook("run", "--", "sh", "-c", "echo hello one; echo hello two")
        return sandbox
    }

    @Test func `without a vault there is nothing to look after`() throws {
        let sandbox = try Sandbox()
        let result = try sandbox.daybook("keys")
        #expect(result.code == 66)
        #expect(result.errors.contains("no vault"))
    }

    @Test func `doctor asks for a copy of the keys until there is one`() throws {
        let sandbox = try recorded()
        #expect(try sandbox.daybook("doctor").output.contains("no copy of them is known"))
        #expect(try sandbox.daybook("keys").output.contains("no copy"))
        try sandbox.daybook("keys", "backup", "copy", "--expires", "3d")
        #expect(try sandbox.daybook("doctor").output.contains("their last copy expires on"))
        try sandbox.daybook("keys", "backup", "copy2", "--expires", "30d")
        #expect(try sandbox.daybook("doctor").output.contains("ok       vault keys"))
        #expect(try sandbox.daybook("keys").output.contains("copy2"))
        let status = try sandbox.daybook("keys", "status", "--json").json()
        #expect((status["copies"] as? [Any])?.count == 2)
    }

    @Test func `lost keys come back from a copy`() throws {
        let sandbox = try recorded()
        try sandbox.daybook("keys", "backup", "copy", "--expires", "30d")
        let keys = sandbox.directory.appending(path: "keys")
        let vault = try #require(
            FileManager.default.contentsOfDirectory(atPath: keys.path())
                .first { $0.hasPrefix("vault-") })
        try FileManager.default.removeItem(at: keys.appending(path: vault))
        #expect(try sandbox.daybook("keys").errors.contains("keys restore"))
        let done = try sandbox.daybook("keys", "restore", "copy")
        #expect(done.output.contains("are in force"))
        #expect(
            try sandbox.daybook("cat", "--book", "chat", "--open").output.contains("hello one"))
        #expect(try sandbox.daybook("keys", "restore", "copy").code == 64)
    }

    @Test func `a new epoch: what was recorded opens, and the change is a record`() throws {
        let sandbox = try recorded()
        #expect(try sandbox.daybook("keys", "rotate").output.contains("under epoch 2"))
        #expect(
            try sandbox.daybook("cat", "--book", "chat", "--open").output.contains("hello two"))
        let kinds = try sandbox.records("audit").compactMap { $0["event_type"] as? String }
        #expect(kinds.contains("keys_rotated"))
    }

    @Test func `people: added, linked, merged, and asked back when a name is not enough`() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("people", "add", "Alice Smith", "--account", "irc:alice")
        try sandbox.daybook("people", "add", "Alice Smith", "--account", "slack:U1")
        #expect(try sandbox.daybook("people").lines.count == 3)
        let doubt = try sandbox.daybook("people", "link", "sms:1", "Alice Smith")
        #expect(doubt.code == 64)
        #expect(doubt.errors.contains("2 people"))
        #expect(doubt.errors.contains("slack:U1"))
        try sandbox.daybook("people", "merge", "slack:U1", "irc:alice")
        try sandbox.daybook("people", "link", "sms:1", "Alice Smith")
        let line = try #require(try sandbox.daybook("people", "list", "--json").lines.first)
        for account in ["irc:alice", "slack:U1", "sms:1"] { #expect(line.contains(account)) }
        // Who it was is in the vault, and not in the book.
        let book = try String(
            contentsOf: sandbox.logs.appending(path: "audit.log"), encoding: .utf8)
        #expect(book.contains("people_changed"))
        #expect(!book.contains("slack:U1"))
    }
}
