// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import Records
import Retention
import Testing

@testable import Server

@Suite("Roles that take two administrators")
struct GrantTests {
    /// A daemon with two administrators: `the-admin` and `second`.
    private func run(
        _ body: @Sendable (ServerSandbox, [String: String]) async throws -> Void
    ) async throws {
        try await ServerSandbox.run { daemon in
            let second = try daemon.store.make(
                name: "second", roles: [.admin], expires: .max
            ).text
            try await body(daemon, ["authorization": "Bearer \(second)"])
        }
    }

    private static let carol = #"{"name":"carol","roles":["compliance"],"good_for":"90d"}"#

    @Test("compliance for carol: proposed, approved by the other, taken once by whoever proposed")
    func two() async throws {
        try await run { daemon, second in
            let asked = try await daemon.post("/v1/tokens", Self.carol, as: .admin)
            #expect(asked.status == 202, "\(asked.text)")
            let id = try #require(
                try asked.json()["proposal"]?.objectValue?["id"]?.stringValue)
            let mine = try await daemon.post("/v1/proposals/\(id)/approve", "{}", as: .admin)
            #expect(mine.status == 403)
            let early = try await daemon.post("/v1/proposals/\(id)/token", "{}", as: .admin)
            #expect(early.status == 403)
            // Roles are no affair of compliance.
            let foreign = try await daemon.post(
                "/v1/proposals/\(id)/approve", "{}", as: .compliance)
            #expect(foreign.status == 404)
            let agreed = try await daemon.post("/v1/proposals/\(id)/approve", "{}", headers: second)
            #expect(agreed.status == 200, "\(agreed.text)")
            let theirs = try await daemon.post("/v1/proposals/\(id)/token", "{}", headers: second)
            #expect(theirs.status == 403, "the second person never holds it")
            let taken = try await daemon.post("/v1/proposals/\(id)/token", "{}", as: .admin)
            #expect(taken.status == 201, "\(taken.text)")
            let text = try #require(try taken.json()["token"]?.stringValue)
            let me = try await daemon.get(
                "/v1/whoami", headers: ["authorization": "Bearer \(text)"]
            ).json()
            #expect(me["name"] == "carol" && me["roles"] == ["compliance"])
            let again = try await daemon.post("/v1/proposals/\(id)/token", "{}", as: .admin)
            #expect(again.status == 400)
            let lines = try daemon.lines(of: "audit").joined()
            for kind in ["proposal_made", "proposal_approved", "proposal_closed", "token_made"] {
                #expect(lines.contains("\"event\":\"\(kind)\""))
            }
            #expect(!lines.contains("carol") && !lines.contains(text))
        }
    }

    @Test("one administrator gives roles at once; writers are given at once by anybody of two")
    func one() async throws {
        try await ServerSandbox.run { daemon in
            let made = try await daemon.post("/v1/tokens", Self.carol, as: .admin)
            #expect(made.status == 201, "\(made.text)")
        }
        try await run { daemon, _ in
            let writer = try await daemon.post(
                "/v1/tokens", #"{"name":"bot","roles":["writer"],"good_for":"1y"}"#, as: .admin)
            #expect(writer.status == 201)
            let id = try #require(try writer.json()["id"]?.stringValue)
            // An account opens somebody's chat.
            let trader = try await daemon.post(
                "/v1/tokens",
                #"{"name":"t","roles":["trader"],"good_for":"1y","account":"slack:U1"}"#,
                as: .admin)
            #expect(trader.status == 202)
            let gone = try await daemon.post("/v1/tokens/\(id)/revoke", "{}", as: .admin)
            #expect(gone.status == 200)
            let list = try await daemon.get("/v1/tokens", as: .admin)
            #expect(!list.text.contains(id) && !list.text.contains("sha256"))
            for body in [
                #"{"name":"oidc:x/alice","roles":["writer"],"good_for":"1y"}"#,
                #"{"name":"a","roles":[],"good_for":"1y"}"#,
                #"{"name":"a","roles":["boss"],"good_for":"1y"}"#,
                #"{"name":"a","roles":["writer"],"good_for":"forever"}"#,
                #"{"name":"a","roles":["writer"],"good_for":"1y","account":"bob"}"#,
            ] {
                let answer = try await daemon.post("/v1/tokens", body, as: .admin)
                #expect(answer.status == 400, "\(body): \(answer.text)")
            }
        }
    }

    @Test("the page Who may: asks, approves, declines, shows a token once")
    func page() async throws {
        try await run { daemon, second in
            let html = ["accept": "text/html", "content-type": "application/x-www-form-urlencoded"]
            let first = try await daemon.get("/settings/access", as: .admin, headers: html)
            #expect(first.status == 200 && first.text.contains("take two administrators"))
            let compliance = try await daemon.get(
                "/settings/access", as: .compliance, headers: html)
            #expect(compliance.status == 403)
            let writer = try await daemon.post(
                "/settings/access/tokens", "name=bot&role-writer=yes&good_for=30d", as: .admin,
                headers: html)
            #expect(writer.status == 200 && writer.text.contains("dbk_"))
            #expect(writer["cache-control"] == "no-store")
            let asked = try await daemon.post(
                "/settings/access/tokens", "name=dan&role-auditor=yes&good_for=30d", as: .admin,
                headers: html)
            #expect(asked.status == 303)
            let proposals = try await daemon.get("/v1/proposals", as: .admin).json()
            let id = try #require(
                proposals["proposals"]?.arrayValue?.first?.objectValue?["id"]?.stringValue)
            let shown = try await daemon.get(
                "/settings/access", headers: html.merging(second) { $1 })
            #expect(shown.text.contains("/settings/access/proposals/\(id)/approve"))
            let agreed = try await daemon.post(
                "/settings/access/proposals/\(id)/approve", "", headers: html.merging(second) { $1 }
            )
            #expect(agreed.status == 303, "\(agreed.text)")
            let taken = try await daemon.post(
                "/settings/access/proposals/\(id)/token", "", as: .admin, headers: html)
            #expect(taken.status == 200 && taken.text.contains("The token of dan"))
        }
    }
}
