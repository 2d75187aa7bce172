// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import HTTPTypes
import Records
import Testing

@testable import Server

@Suite struct AccessTests {
    @Test("a token counts as Bearer, as the password of Basic, and as an ApiKey in its forms")
    func forms() async throws {
        try await ServerSandbox.run { daemon in
            let token = try #require(daemon.tokens[.writer])
            let parts = token.split(separator: "_").map(String.init)
            func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
            for value in [
                "Bearer \(token)", "bearer \(token)", "Basic \(base64("anybody:" + token))",
                "ApiKey \(base64(parts[1] + ":" + parts[2]))", "ApiKey \(base64("x:" + token))",
                "ApiKey \(token)",
            ] {
                let answer = try await daemon.get("/v1/whoami", headers: ["authorization": value])
                #expect(answer.status == 200, "\(value.prefix(8))")
            }
        }
    }

    @Test("what is no token, is altered, expired or revoked lets nobody in")
    func wrong() async throws {
        try await ServerSandbox.run { daemon in
            let token = try #require(daemon.tokens[.admin])
            let past = try daemon.store.make(
                name: "late", roles: [.admin],
                expires: Timestamp(microseconds: daemon.ground.now.microseconds - 1))
            let altered = String(token.dropLast()) + (token.hasSuffix("0") ? "1" : "0")
            // A signed token whose algorithm is none.
            let none = "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJhZG1pbiJdfQ."
            for value in [
                "Bearer", "Bearer ", "Bearer x", "Bearer \(altered)", "Bearer \(past.text)",
                "Bearer \(none)", "Basic !", "Basic QQ==", "ApiKey", "Digest \(token)", "\(token)",
            ] {
                let answer = try await daemon.get("/v1/whoami", headers: ["authorization": value])
                #expect(answer.status == 401, "\(value.prefix(12))")
                #expect(answer["www-authenticate"]?.contains("Bearer") == true)
                #expect(!answer.text.contains(token))
            }
            // Revoked by another process: of no use within moments.
            let id = try #require(daemon.store.all.first { $0.name == "the-admin" }?.id)
            try daemon.ground.revokeToken(id)
            var status = 200
            for _ in 0..<200 where status == 200 {
                try await Task.sleep(for: .milliseconds(50))
                status = try await daemon.get("/v1/whoami", as: .admin).status
            }
            #expect(status == 401)
        }
    }

    @Test("a foreign Host or Origin is refused, also with a good token")
    func browser() async throws {
        let settings = "access: {hosts: [books.example.com, \"other.example.com:8443\"]}"
        try await ServerSandbox.run(settings: settings) { daemon in
            let port = try #require(daemon.base.split(separator: ":").last)
            func status(_ headers: [String: String]) async throws -> Int {
                try await daemon.get("/v1/whoami", as: .admin, headers: headers).status
            }
            for host in [
                "127.0.0.1:\(port)", "localhost:\(port)", "LOCALHOST:\(port)",
                "books.example.com:\(port)", "other.example.com:8443",
            ] {
                let found200 = try await status(["host": host])
                #expect(found200 == 200, "\(host)")
            }
            for host in [
                "evil.example", "evil.example:\(port)", "127.0.0.1", "localhost:1",
                "localhost.evil.example:\(port)", "other.example.com:\(port)", "[::1]:\(port)",
                "127.0.0.1:\(port)@evil.example",
            ] {
                let found421 = try await status(["host": host])
                #expect(found421 == 421, "\(host)")
            }
            let found200 = try await status(["origin": "http://127.0.0.1:\(port)"])
            #expect(found200 == 200)
            for origin in [
                "null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1",
                "http://localhost:\(port)", "ftp://127.0.0.1:\(port)",
            ] {
                let found403 = try await status(["origin": origin])
                #expect(found403 == 403, "\(origin)")
            }
        }
    }

    @Test(
        "denied accesses are records: the first at once, a flood as one count, no secret in either")
    func denials() async throws {
        try await ServerSandbox.run { daemon in
            for _ in 0..<20 { _ = try await daemon.get("/v1/whoami") }
            _ = try await daemon.get(
                "/v1/whoami", headers: ["authorization": "Bearer dbk_guessed_secret"])
            let lines = try daemon.lines(of: "audit").filter { $0.contains("access_denied") }
            #expect(lines.count == 2)
            #expect(lines[0].contains(#""route":"GET /v1/whoami","reason":"no_credentials""#))
            #expect(lines[0].contains(#""attempt_count":1"#))
            #expect(lines[1].contains(#""reason":"bad_credentials""#))
            #expect(!lines.joined().contains("guessed"))
            #expect(!lines.joined().contains("127.0.0.1"), "an address is sealed")
        }
    }

    @Test("every answer, also that of no route, tells browsers to guess, keep and run nothing")
    func headers() async throws {
        try await ServerSandbox.run { daemon in
            for path in ["/nothing", "/healthz", "/v1/whoami", "/sign-in"] {
                let answer = try await daemon.get(path)
                #expect(answer["x-content-type-options"] == "nosniff", "\(path)")
                #expect(answer["cache-control"] == "no-store", "\(path)")
                #expect(
                    answer["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            }
        }
    }

    @Test("authorities and origins in all their forms")
    func rule() {
        let rule = HostRule(address: "10.0.0.1", port: 7370, isTLS: true, names: ["a.example:443"])
        #expect(
            rule.isOurs("10.0.0.1:7370") && rule.isOurs("A.example")
                && rule.isOurs("a.example.:443"))
        #expect(!rule.isOurs("localhost:7370") && !rule.isOurs("a.example:7370"))
        for text in ["", ":", ":80", "a:", "a:b", "a:99999", "a b", "a/b", "[::1", "::1", "a@b"] {
            #expect(Authority(text, port: 80) == nil, "\(text)")
        }
        #expect(Authority("[::1]", port: 80)?.name == "::1")
        #expect(Authority("[::1]:8080", port: 80)?.port == 8080)
        #expect(rule.isOurs(origin: "https://a.example", askedFor: "a.example:443"))
        #expect(!rule.isOurs(origin: "http://a.example", askedFor: "a.example:443"))
    }
}
