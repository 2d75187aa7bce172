// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Intake
import Records
import Testing

@testable import Server

@Suite struct PagesTests {
    private static let browser = ["accept": "text/html,application/xhtml+xml"]
    private static let form = "application/x-www-form-urlencoded"

    @Sendable private static func fill(_ ground: Ground) throws {
        var recorder = try Recorder(ground, source: "test", only: nil, durability: nil)
        for (order, strategy) in [("o-alpha", "alpha"), ("o-beta", "beta")] {
            recorder.take(
                object: [
                    "event": "order_submitted", "event_type": "order_submitted", "level": "info",
                    "order_id": .string(order), "asset": "<b>AAPL</b>", "amount": "100",
                    "strategy": .string(strategy),
                ], .audit)
        }
        for sender in ["trader", "bob"] {
            recorder.take(
                object: [
                    "event": "chat_message", "event_type": "chat_message", "level": "info",
                    "platform": "slack", "conversation": "#desk", "sender": .string(sender),
                    "text": .string("words of \(sender) <script>"),
                ], .chat)
        }
        try recorder.finish()
    }

    @Test("Today shows traders their strategies alone, and what strangers wrote as text")
    func today() async throws {
        try await ServerSandbox.run(prepare: Self.fill) { daemon in
            let all = try await daemon.get("/", as: .compliance, headers: Self.browser)
            #expect(all.status == 200)
            #expect(all.text.contains("o-alpha") && all.text.contains("o-beta"))
            #expect(all.text.contains("&lt;b&gt;AAPL&lt;/b&gt;") && !all.text.contains("<b>AAPL"))
            #expect(all["cache-control"] == "no-store")
            #expect(all["content-security-policy"]?.contains("default-src 'none'") == true)
            let own = try await daemon.get("/", as: .trader, headers: Self.browser)
            #expect(own.text.contains("o-alpha") && !own.text.contains("o-beta"))
        }
    }

    @Test("chat is opened for a reason, which is recorded first")
    func chat() async throws {
        try await ServerSandbox.run(prepare: Self.fill) { daemon in
            let asked = try await daemon.get("/chat", as: .compliance, headers: Self.browser)
            #expect(asked.text.contains("Why do you read it?"))
            #expect(!asked.text.contains("words of"))
            let short = try await daemon.post(
                "/chat/reason", "reason=x", as: .compliance, type: Self.form)
            #expect(short.status == 400)
            #expect(try !daemon.lines(of: "audit").contains { $0.contains("record_viewed") })
            _ = try await daemon.post(
                "/chat/reason", "reason=sample+of+week+47", as: .compliance, type: Self.form)
            let shown = try await daemon.get("/chat", as: .compliance, headers: Self.browser)
            #expect(shown.text.contains("words of bob &lt;script&gt;"))
            #expect(shown["cache-control"] == "no-store")
            #expect(try daemon.lines(of: "audit").contains { $0.contains("record_viewed") })
            for role in [Role.auditor, .admin, .trader, .writer] {
                let denied = try await daemon.get("/chat", as: role, headers: Self.browser)
                #expect(denied.status == 403, "\(role)")
            }
        }
    }

    @Test("a trader sees what is kept of them, takes a copy, and asks to be forgotten")
    func myData() async throws {
        try await ServerSandbox.run(prepare: Self.fill) { daemon in
            let page = try await daemon.get("/my-data", as: .trader, headers: Self.browser)
            #expect(page.text.contains("#desk"))
            #expect(!page.text.contains("words of bob"))
            let copy = try await daemon.get("/my-data/export", as: .trader)
            #expect(copy.text.contains("words of trader") && !copy.text.contains("words of bob"))
            #expect(copy["content-disposition"]?.hasPrefix("attachment") == true)
            _ = try await daemon.post(
                "/my-data/requests", "kind=erasure", as: .trader, type: Self.form)
            #expect(try daemon.lines(of: "audit").contains { $0.contains("\"request_opened\"") })
            let nonsense = try await daemon.post(
                "/my-data/requests", "kind=everything", as: .trader, type: Self.form)
            #expect(nonsense.status == 400)
        }
    }

    @Test("an error is a page for a browser, and JSON for a program")
    func errors() async throws {
        try await ServerSandbox.run { daemon in
            let page = try await daemon.get("/nowhere", headers: Self.browser)
            #expect(page.status == 404 && page.text.hasPrefix("<!doctype html>"))
            let json = try await daemon.get("/nowhere")
            #expect(json.status == 404 && json.text.hasPrefix("{\"error\""))
            let asset = try await daemon.get(ConsoleAssets.style.link.text)
            #expect(asset.status == 200 && asset["cache-control"]?.contains("immutable") == true)
            let again = try await daemon.get(
                ConsoleAssets.style.link.text, headers: ["if-none-match": asset["etag"] ?? ""])
            #expect(again.status == 304)
        }
    }

    @Test("every page answers each of its roles")
    func pages() async throws {
        try await ServerSandbox.run { daemon in
            for area in Area.allCases where ["/", "/settings", "/about"].contains(area.path) {
                for role in area.roles {
                    let page = try await daemon.get(area.path, as: role, headers: Self.browser)
                    #expect(page.status == 200, "\(area) as \(role)")
                }
            }
        }
    }
}
