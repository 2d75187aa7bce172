// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("The page Exports") struct ExportsPageTests {
    @Test("a bundle is asked for by the form, fetched from the page, and listed for all")
    func makes() async throws {
        try await ActsDesk.run { desk in
            _ = try await desk.first("/v1/holds", "{\"matter\":\"m\"}")
            let begun = try await desk.send(
                "/exports", "book=audit&query=source%3Adaybook&given_to=BaFin&expires=90d",
                as: .auditor)
            #expect(begun.status == 200 && begun.text.contains("Yours of the last hour"))
            var page = begun
            for _ in 0..<500 where !page.text.contains("href=\"/v1/exports/") {
                try await Task.sleep(for: .milliseconds(20))
                page = try await desk.daemon.get("/exports", as: .auditor)
            }
            let path = try #require(
                page.text.firstMatch(of: /\/v1\/exports\/[0-9a-z-]+/)?.output)
            let bundle = try await desk.daemon.get(String(path), as: .auditor)
            #expect(bundle.status == 200 && bundle["content-type"] == "application/x-tar")
            let other = try await desk.daemon.get("/exports", as: .compliance)
            #expect(other.text.contains("BaFin") && !other.text.contains("/v1/exports/"))
        }
    }

    @Test("an auditor takes no chat, and nothing is opened without a key of who reads it")
    func refuses() async throws {
        try await ActsDesk.run { desk in
            let chat = try await desk.send("/exports", "book=chat", as: .auditor)
            #expect(chat.status == 403)
            let open = try await desk.send("/exports", "book=chat&open=yes", as: .compliance)
            #expect(open.status == 400, "\(open.text)")
            let page = try await desk.daemon.get("/exports", as: .auditor)
            #expect(!page.text.contains("value=\"chat\"") && !page.text.contains("Open what is"))
        }
    }
}
