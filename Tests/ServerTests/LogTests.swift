// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing
import TransparencyLog

@testable import Server

@Suite struct LogTests {
    @Test("a stranger gets the checkpoint; tiles and entries under it give its root")
    func tiles() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(80, strategy: "alpha"), ground)
        } _: { daemon in
            let answer = try await daemon.get("/log/audit/checkpoint")
            #expect(answer.status == 200)
            let signed = try SignedCheckpoint(parsing: answer.body)
            let size = signed.checkpoint.size
            #expect(size >= 320)
            let refused = try await daemon.get("/log/audit/tile/0/000")
            #expect(refused.status == 401)
            let answer1 = try await daemon.get("/log/audit/tile/0/000", as: .trader)
            #expect(answer1.status == 403)
            let full = try await daemon.get("/log/audit/tile/0/000", as: .auditor)
            #expect(full.body.count == 256 * 32)
            #expect(full["cache-control"]?.contains("immutable") == true)
            let rest = try await daemon.get(
                "/log/audit/tile/0/001.p/\(size - 256)", as: .auditor)
            var frontier = MerkleFrontier()
            for bytes in [full.body, rest.body] {
                for place in stride(from: 0, to: bytes.count, by: 32) {
                    frontier.append(try #require(Digest(bytes[place..<(place + 32)])))
                }
            }
            #expect(frontier.root == signed.checkpoint.root)
            let entries = try await daemon.get("/log/audit/tile/entries/000", as: .auditor)
            let ranges = try EntryBundle.entries(in: entries.body, width: 256)
            #expect(TreeHash.leaf(Array(entries.body[ranges[0]])) == Digest(full.body[..<32]))
        }
    }

    @Test(
        "what the signed tree has not is not there",
        arguments: ["0/999", "0/000.p/0", "9/000", "entries/999", "x", "0/../../keys", "0/00"])
    func missing(_ path: String) async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.order(1, strategy: "alpha"), ground)
        } _: { daemon in
            let answer2 = try await daemon.get("/log/audit/tile/\(path)", as: .auditor)
            #expect(answer2.status == 404)
            let answer3 = try await daemon.get("/log/nothing/checkpoint")
            #expect(answer3.status == 404)
        }
    }

    @Test("reading the entries of the book chat is recorded, once for many of them")
    func chatEntries() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(
                (0..<3).map { Sample.message("message \($0)") }, to: "chat", ground)
        } _: { daemon in
            for width in 1...3 {
                let answer = try await daemon.get(
                    "/log/chat/tile/entries/000.p/\(width)", as: .auditor)
                #expect(answer.status == 200)
                #expect(!answer.text.contains("message 0"))
            }
            let views = try daemon.lines(of: "audit").filter { $0.contains("record_viewed") }
            #expect(views.count == 1)
        }
    }
}
