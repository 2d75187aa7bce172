// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Crypto
import Daybook
import Desk
import Foundation
import NIOCore
import NIOHTTP1
import Records
import Testing

@testable import Server

@Suite struct OIDCTests {
    private static let secret = "client-secret-that-nobody-may-see"

    /// A daemon that knows a provider on this machine.
    private func run(
        more: String = "",
        _ body: @Sendable (ServerSandbox, OIDCProviderOnLoopback) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "oidc-secret-\(UUID().uuidString.prefix(8))")
        try Data("\(Self.secret)\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await OIDCProviderOnLoopback.run { provider in
            let settings = """
                access:
                  oidc:
                    name: The Desk
                    issuer: \(provider.issuer)
                    client_id: daybook
                    client_secret: {file: \(file.path())}
                    role_claim: groups
                    roles: {desk-audit: [auditor], desk-write: [writer]}
                    account: {claim: slack_id, platform: slack}
                    \(more)
                """
            try await ServerSandbox.run(settings: settings) { try await body($0, provider) }
        }
    }

    /// What a browser does: follows to the provider and back, with its cookies.
    private struct Trip {
        let daemon: ServerSandbox
        var state = ""
        var cookie = ""
        var back = ""

        /// Leaves for the provider and comes back as far as the callback, which is not asked yet.
        init(_ daemon: ServerSandbox, next: String = "/search?q=a") async throws {
            self.daemon = daemon
            let leaving = try await daemon.get("/sign-in/oidc?next=" + Link.encode(next))
            #expect(leaving.status == 303, "\(leaving.text)")
            let header = try #require(leaving["set-cookie"])
            #expect(header.contains("HttpOnly") && header.contains("SameSite=Lax"))
            cookie = String(try #require(header.split(separator: ";").first))
            let there = try await ServerSandbox.client.get(
                url: try #require(leaving["location"])
            ).get()
            let location = try #require(there.headers.first(name: "location"))
            #expect(location.hasPrefix(daemon.base + "/sign-in/oidc/callback?"))
            back = String(location.dropFirst(daemon.base.count))
        }

        func comeBack(cookie: String? = nil) async throws -> ServerSandbox.Answer {
            try await daemon.get(back, headers: ["cookie": cookie ?? self.cookie])
        }
    }

    private func session(_ answer: ServerSandbox.Answer) throws -> String {
        let header = try #require(answer["set-cookie"])
        let start = try #require(header.range(of: "daybook_session="))
        return "daybook_session=" + header[start.upperBound...].prefix { $0 != ";" }
    }

    @Test("a browser signs in with the provider: code, PKCE, state and nonce; records name whom")
    func happy() async throws {
        try await run { daemon, provider in
            let page = try await daemon.get("/sign-in?next=%2Fsearch")
            #expect(page.text.contains("Sign in with The Desk"))
            provider.say { $0.claims["slack_id"] = "U1" }
            let done = try await Trip(daemon).comeBack()
            #expect(done.status == 200 && done["refresh"] == "0; url=/search?q=a", "\(done.text)")
            #expect(done["set-cookie"]?.contains("SameSite=Strict") == true)
            let cookie = try session(done)
            let me = try await daemon.get("/v1/whoami", headers: ["cookie": cookie]).json()
            #expect(me["name"] == "oidc:127.0.0.1/alice" && me["known_by"] == "session")
            #expect(me["roles"] == ["auditor"] && me["account"] == "slack:U1")
            #expect(provider.secretsSeen.count == 1)
            #expect(provider.secretsSeen[0].hasPrefix("Basic "))
            let records = try daemon.lines(of: "audit")
            #expect(records.contains { $0.contains(#""way":"oidc""#) })
            #expect(!records.joined().contains("alice"), "a name is sealed")
            // Out, and the session is gone.
            let form = try #require(daemon.sessionToken(cookie))
            let out = try await daemon.post(
                "/sign-out", "csrf=\(form)", type: "application/x-www-form-urlencoded",
                headers: ["cookie": cookie])
            #expect(out.status == 303)
            let after = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(after.status == 401)
        }
    }

    @Test(
        "signing out ends the provider's session, too, where it says how", arguments: [true, false])
    func signOut(_ knowsHow: Bool) async throws {
        try await run { daemon, provider in
            if knowsHow { provider.endSessions() }
            let cookie = try session(try await Trip(daemon).comeBack())
            let form = try #require(daemon.sessionToken(cookie))
            let out = try await daemon.post(
                "/sign-out", "csrf=\(form)", type: "application/x-www-form-urlencoded",
                headers: ["cookie": cookie])
            #expect(out["set-cookie"]?.contains("Max-Age=0") == true)
            let after = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(after.status == 401)
            guard knowsHow else {
                #expect(out.status == 303 && out["location"] == "/sign-in")
                return
            }
            // A page of ours leads there: a form must not.
            #expect(out.status == 200 && out["cache-control"] == "no-store")
            let refresh = try #require(out["refresh"])
            let start = "0; url=\(provider.issuer)/sign-out?realm=a&"
            #expect(refresh.hasPrefix(start), "\(refresh)")
            let asked = FormFields(String(refresh.dropFirst(start.count)))
            #expect(asked["client_id"] == "daybook")
            #expect(asked["post_logout_redirect_uri"] == daemon.base + "/sign-in")
            let hint = try #require(asked["id_token_hint"])
            #expect(SignedToken(hint)?.claims["sub"] == "alice")
        }
    }

    @Test("an answer counts once, in the browser that asked, with the state that was given")
    func replay() async throws {
        try await run { daemon, _ in
            let trip = try await Trip(daemon)
            let foreign = try await trip.comeBack(cookie: "daybook_sign_in=0")
            #expect(foreign.status == 401)
            // Whoever tried it, the state is spent.
            let late = try await trip.comeBack()
            #expect(late.status == 401)
            let second = try await Trip(daemon)
            let first = try await second.comeBack()
            #expect(first.status == 200)
            let again = try await second.comeBack()
            #expect(again.status == 401)
            // A code that was used, under a fresh state.
            let third = try await Trip(daemon)
            let code = try #require(
                second.back.split(separator: "=")[1].split(separator: "&").first)
            let mine = try #require(third.back.split(separator: "=")[1].split(separator: "&").first)
            var reused = third
            reused.back = third.back.replacing(mine, with: code)
            let answer = try await reused.comeBack()
            #expect(answer.status == 401)
            let denied = try daemon.lines(of: "audit").filter { $0.contains("access_denied") }
            #expect(denied.first?.contains(#""reason":"sign_in""#) == true)
        }
    }

    @Test(
        "a token is not believed: issuer, audience, time, nonce, signature, key, algorithm",
        arguments: [
            "issuer", "audience", "party", "expired", "not yet", "no expiry", "nonce", "tampered",
            "other key", "none", "HS256", "ES384", "no name",
        ])
    func wrong(_ what: String) async throws {
        try await run { daemon, provider in
            let now = Int(Date().timeIntervalSince1970)
            provider.say { words in
                switch what {
                case "issuer": words.claims["iss"] = "https://evil.example"
                case "audience": words.claims["aud"] = "another"
                case "party": words.claims["aud"] = ["daybook", "another"]
                case "expired": words.claims["exp"] = .number("\(now - 61)")
                case "not yet": words.claims["nbf"] = .number("\(now + 120)")
                case "no expiry": words.missing = ["exp"]
                case "nonce": words.claims["nonce"] = "0"
                case "tampered":
                    words.tampering = { text in
                        let parts = text.split(separator: ".").map(String.init)
                        let claims = Base64URL.decode(parts[1].utf8) ?? []
                        let other = String(decoding: claims, as: UTF8.self)
                            .replacing("alice", with: "admin")
                        return [parts[0], Base64URL.encode(Array(other.utf8)), parts[2]]
                            .joined(separator: ".")
                    }
                case "other key": words.key = .init()
                case "no name": words.claims["sub"] = "a\nb"
                default: words.algorithm = what
                }
            }
            let answer = try await Trip(daemon).comeBack()
            #expect(answer.status == 401, "\(what): \(answer.text)")
            #expect(answer["set-cookie"]?.contains("daybook_session") != true)
            #expect(!answer.text.contains(Self.secret))
            // The same as a program would send it; a nonce and a second audience are no matter there.
            if what != "nonce", what != "party" {
                let sent = try await daemon.get(
                    "/v1/whoami", headers: ["authorization": "Bearer \(provider.token())"])
                #expect(sent.status == 401, "\(what): \(sent.text)")
            }
        }
    }

    @Test("who has no role that the settings know stays outside, and that is a record")
    func noRole() async throws {
        try await run { daemon, provider in
            provider.say { $0.claims["groups"] = ["strangers"] }
            let answer = try await Trip(daemon).comeBack()
            #expect(answer.status == 403 && answer.text.contains("no role here"))
            #expect(answer["set-cookie"]?.contains("daybook_session") != true)
            let token = try await daemon.get(
                "/v1/whoami", headers: ["authorization": "Bearer \(provider.token())"])
            #expect(token.status == 403)
            #expect(
                try daemon.lines(of: "audit").contains { $0.contains(#""reason":"no_role""#) })
        }
    }

    @Test("programs send signed tokens as Bearer; a key that is new is found, and asked for seldom")
    func programs() async throws {
        try await run(more: "audience: https://books.example") { daemon, provider in
            func ask() async throws -> ServerSandbox.Answer {
                try await daemon.post(
                    "/v1/records", #"{"event":"order_submitted","order_id":"o1"}"#,
                    headers: ["authorization": "Bearer \(provider.token())"])
            }
            provider.say {
                $0.claims["groups"] = "desk-write"
                $0.claims["aud"] = ["https://books.example"]
            }
            let first = try await ask()
            #expect(first.status == 200, "\(first.text)")
            #expect(provider.keyReads == 1)
            #expect(
                try daemon.lines(of: "audit").contains {
                    $0.contains("order_submitted") && $0.contains("oidc:127.0.0.1/alice")
                })
            // Invented keys make nobody ask the provider again and again.
            provider.say { $0.keyID = "invented" }
            for _ in 0..<5 {
                let answer = try await ask()
                #expect(answer.status == 401)
            }
            #expect(provider.keyReads <= 2)
        }
    }

    @Test("a session ends with the token that began it, and when the provider's settings change")
    func ends() throws {
        let store = SessionStore()
        let gateless = OIDCDoor()
        var choice = OIDCChoice()
        choice.name = "a"
        gateless.use(choice)
        let first = try #require(gateless.provider)
        gateless.use(choice)
        #expect(gateless.provider === first, "the same settings keep what is known")
        choice.name = "b"
        gateless.use(choice)
        #expect(gateless.provider !== first)
        let alice = Principal(
            name: "alice", roles: [.auditor],
            origin: .signed("alice", until: Timestamp(microseconds: 5)))
        let cookie = store.begin(
            alice, token: nil, provider: choice, until: Timestamp(microseconds: 5))
        #expect(store.find(cookie)?.until == Timestamp(microseconds: 5))
    }

    @Test("a session is over when its token is, to the second")
    func expiry() async throws {
        try await run { daemon, provider in
            let now = Int(Date().timeIntervalSince1970)
            provider.say { $0.claims["exp"] = .number("\(now + 8)") }
            let cookie = try session(try await Trip(daemon).comeBack())
            let me = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(me.status == 200)
            try await Task.sleep(for: .seconds(9))
            let after = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(after.status == 401)
        }
    }

    @Test("which addresses may be asked")
    func addresses() {
        for (address, host) in [
            ("https://login.example.com/realms/desk", "login.example.com"),
            ("https://LOGIN.example:8443", "login.example"), ("http://127.0.0.1:80/a", "127.0.0.1"),
            ("http://[::1]:1/", "::1"),
        ] { #expect(OIDCChoice.host(of: address) == host) }
        for address in [
            "http://login.example.com", "https://", "https://a@b/", "ftp://127.0.0.1",
            "https://a b/", "//a", "http://127.evil.example",
        ] { #expect(OIDCChoice.host(of: address) == nil, "\(address)") }
    }

    @Test("RSA keys count from 2048 bits on, and a key for one algorithm is for no other")
    func keys() async throws {
        let weak: JSONObject = [
            "keys": [["kty": "RSA", "kid": "a", "e": "AQAB", "n": "AQAB"]]
        ]
        let none = await OIDCKeySet(weak, algorithms: ["RS256"])
        #expect(none.isEmpty)
        let point = Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)
        let good: JSONObject = [
            "kty": "EC", "crv": "P-256", "kid": "a",
            "x": .string(Base64URL.encode(point[..<32])),
            "y": .string(Base64URL.encode(point[32...])),
        ]
        let set = await OIDCKeySet(["keys": [.object(good)]], algorithms: ["ES256", "RS256"])
        #expect(!set.isEmpty)
        let other = await OIDCKeySet(["keys": [.object(good)]], algorithms: ["ES384", "RS256"])
        #expect(other.isEmpty)
    }
}
