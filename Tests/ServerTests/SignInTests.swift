// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import HTTPTypes
import Records
import Testing

@testable import Server

@Suite struct SignInTests {
    private static let form = "application/x-www-form-urlencoded"

    /// The cookie that an answer sets, as a browser sends it back.
    private func kept(_ answer: ServerSandbox.Answer) throws -> String {
        String(try #require(answer["set-cookie"]?.split(separator: ";").first))
    }

    private func signIn(_ daemon: ServerSandbox, as role: Role, next: String = "/") async throws
        -> ServerSandbox.Answer
    {
        let token = try #require(daemon.tokens[role])
        return try await daemon.post(
            "/sign-in", "token=\(token)&next=\(Link.encode(next))", type: Self.form,
            headers: ["origin": daemon.base])
    }

    @Test("a browser of nobody is sent to the page that signs in, and back afterwards")
    func sentToSignIn() async throws {
        try await ServerSandbox.run { daemon in
            let html = ["accept": "text/html"]
            let first = try await daemon.get("/", headers: html)
            #expect(first.status == 303 && first["location"] == "/sign-in")
            let later = try await daemon.get("/search?q=a", headers: html)
            #expect(later.status == 303)
            #expect(later["location"]?.hasPrefix("/sign-in?next=") == true)
            #expect(later.body.isEmpty)
        }
    }

    @Test("a token counts the moment that a command made it")
    func justMade() async throws {
        try await ServerSandbox.run { daemon in
            let another = try TokenStore(daemon.ground)
            let made = try another.make(
                name: "new", roles: [.auditor], expires: .max)
            let me = try await daemon.get(
                "/v1/whoami", headers: ["authorization": "Bearer \(made.text)"])
            #expect(me.status == 200)
        }
    }

    @Test("a token signs in; the cookie is for this site and no script; signing out ends it")
    func session() async throws {
        try await ServerSandbox.run { daemon in
            let entered = try await signIn(daemon, as: .auditor, next: "/search?q=a")
            #expect(entered.status == 303 && entered["location"] == "/search?q=a")
            let header = try #require(entered["set-cookie"])
            #expect(header.contains("HttpOnly") && header.contains("SameSite=Strict"))
            let cookie = try kept(entered)
            let me = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(try me.json()["known_by"]?.stringValue == "session")
            #expect(try me.json()["name"]?.stringValue == "the-auditor")
            // Nothing is changed without the token of the session, nor with a wrong one.
            for headers in [["cookie": cookie], ["cookie": cookie, "X-Daybook-CSRF": "0"]] {
                let out = try await daemon.post("/sign-out", "", type: Self.form, headers: headers)
                #expect(out.status == 403)
            }
            let session = try #require(daemon.sessionToken(cookie))
            let out = try await daemon.post(
                "/sign-out", "csrf=\(session)", type: Self.form, headers: ["cookie": cookie])
            #expect(out.status == 303 && out["set-cookie"]?.contains("Max-Age=0") == true)
            let after = try await daemon.get("/v1/whoami", headers: ["cookie": cookie])
            #expect(after.status == 401)
            #expect(try daemon.lines(of: "audit").contains { $0.contains(#""signed_in""#) })
        }
    }

    @Test("a cookie is nothing where programs send records")
    func programs() async throws {
        try await ServerSandbox.run { daemon in
            let cookie = try kept(try await signIn(daemon, as: .writer))
            let session = try #require(daemon.sessionToken(cookie))
            let answer = try await daemon.post(
                "/v1/records", #"{"event":"x"}"#,
                headers: ["cookie": cookie, "X-Daybook-CSRF": session])
            #expect(answer.status == 401)
            let link = try await daemon.post(
                "/v1/sign-in-links", "", headers: ["cookie": cookie, "X-Daybook-CSRF": session])
            #expect(link.status == 401)
        }
    }

    @Test("a link signs in once, and looking at it does not use it")
    func link() async throws {
        try await ServerSandbox.run { daemon in
            let made = try await daemon.askLocally(.post, "/v1/sign-in-links")
            let link = try #require(try made.json()["link"]?.stringValue)
            #expect(link.hasPrefix(daemon.base + "/sign-in/link?code="))
            let path = String(link.dropFirst(daemon.base.count))
            for _ in 0..<2 {
                let page = try await daemon.get(path)
                #expect(page.status == 200)
            }
            let code = try #require(path.split(separator: "=").last)
            func use() async throws -> ServerSandbox.Answer {
                try await daemon.post(
                    "/sign-in/link", "code=\(code)", type: Self.form,
                    headers: ["origin": daemon.base])
            }
            let first = try await use()
            #expect(first.status == 303)
            let me = try await daemon.get(
                "/v1/whoami", headers: ["cookie": try kept(first)])
            #expect(me.status == 200)
            let second = try await use()
            #expect(second.status == 401)
        }
    }

    @Test("who fails too often waits, also with a good token")
    func throttle() async throws {
        try await ServerSandbox.run { daemon in
            for _ in 0..<5 {
                let wrong = try await daemon.post("/sign-in", "token=x", type: Self.form)
                #expect(wrong.status == 401)
            }
            let next = try await signIn(daemon, as: .admin)
            #expect(next.status == 429 && next["retry-after"] != nil)
        }
    }

    @Test("nobody is sent to another site after signing in")
    func next() async throws {
        try await ServerSandbox.run { daemon in
            for next in ["//evil.example", "https://evil.example", "/\\evil.example", "x"] {
                let entered = try await signIn(daemon, as: .admin, next: next)
                #expect(entered.status == 303 && entered["location"] == "/")
            }
            let other = try await daemon.post(
                "/sign-in", "token=x", type: Self.form, headers: ["origin": "http://evil.example"])
            #expect(other.status == 403)
        }
    }

    @Test("a session ends when it is idle, when it is old, and with its token")
    func ends() throws {
        let store = SessionStore()
        let start = ContinuousClock.now
        let alice = Principal(name: "alice", roles: [.auditor], origin: .token("t"))
        func begin() -> String { store.begin(alice, token: nil, at: start) }
        let idle = begin()
        #expect(store.find(idle, at: start + .seconds(1_799)) != nil)
        #expect(store.find(idle, at: start + .seconds(3_600)) == nil)
        let old = begin()
        var now = start
        while now < start + .seconds(43_000) {
            now += .seconds(1_500)
            if now <= start + .seconds(43_200) { #expect(store.find(old, at: now) != nil) }
        }
        #expect(store.find(old, at: start + .seconds(43_201)) == nil)
        let throttle = SignInThrottle()
        for _ in 0..<20 { throttle.failed("a", at: start) }
        #expect(throttle.wait("a", at: start) == 901 && throttle.wait("b", at: start) == nil)
    }
}
