// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite struct ReadingPagesTests {
    @Test("the page Search shows what was found, over time, and where each record is")
    func search() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(20, strategy: "alpha"), ground)
        } _: { daemon in
            let page = try await daemon.get(
                "/search?q=event_type:order_filled&span=all", as: .auditor)
            #expect(page.status == 200)
            #expect(page["content-type"] == "text/html; charset=utf-8")
            #expect(page["cache-control"] == "no-store")
            #expect(page.text.contains("href=\"/records/audit/79\""))
            #expect(page.text.contains("data-zoom-bars"))
            #expect(!page.text.contains("order_pending"))
            let table = try await daemon.get(
                "/search?q=*%20%7C%20stats%20count()%20by%20asset&span=all", as: .auditor)
            #expect(table.text.contains("AAPL"))
            // As a browser sends the form.
            let form = try await daemon.get(
                "/search?q=order_filled+%7C+stats+count%28%29+by+asset&span=all", as: .auditor)
            #expect(form.text.contains("AAPL") && !form.text.contains("cannot be run"))
            let lines = try await daemon.get(
                "/search?q=order_filled&span=all&view=lines", as: .auditor)
            #expect(lines.text.contains("&quot;fill_price&quot;:&quot;150.25&quot;"))
        }
    }

    @Test("a query that is wrong is shown with its place, and markup in it stays text")
    func wrong() async throws {
        try await ServerSandbox.run { daemon in
            let page = try await daemon.get(
                "/search?q=%22%3Cscript%3Ealert(1)%3C/script%3E", as: .auditor)
            #expect(page.status == 200)
            #expect(page.text.contains("cannot be run"))
            #expect(!page.text.contains("<script>alert"))
            let nothing = try await daemon.get("/search?q=nothing_like_it", as: .auditor)
            #expect(nothing.text.contains("Look at all time"))
        }
    }

    @Test("the page of a record has its life and its proof; a trader's only their own")
    func record() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.order(1, strategy: "alpha"), ground)
            try Sample.append(Sample.order(2, strategy: "beta"), ground)
        } _: { daemon in
            let page = try await daemon.get("/records/audit/3", as: .trader)
            #expect(page.status == 200)
            #expect(page.text.contains("Life of order order-1"))
            #expect(page.text.contains("data-prove=\"/v1/records/audit/3\""))
            let other = try await daemon.get("/records/audit/7", as: .trader)
            #expect(other.status == 403)
            let missing = try await daemon.get("/records/audit/99", as: .auditor)
            #expect(missing.status == 404)
        }
    }

    @Test("the books are verified from the page Integrity, and the verdict stays")
    func integrity() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(20, strategy: "alpha"), ground)
        } _: { daemon in
            let before = try await daemon.get("/integrity", as: .auditor)
            #expect(before.status == 200)
            #expect(before.text.contains("Nothing was verified from here yet"))
            let begun = try await daemon.post("/v1/verify", "", as: .auditor)
            #expect(begun.status == 202)
            var text = ""
            for _ in 0..<200 {
                let answer = try await daemon.get("/v1/verify", as: .auditor)
                text = answer.text
                if try answer.json()["running"] == .null, text.contains("\"verdict\"") { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(text.contains("\"sound\":true"))
            let after = try await daemon.get("/integrity", as: .auditor)
            #expect(after.text.contains("audit is sound"))
            let refused = try await daemon.post("/v1/verify", "", as: .trader)
            #expect(refused.status == 403)
        }
    }

    @Test("fields and their values are told as far as the records may be read")
    func fields() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(3, strategy: "alpha"), ground)
            try Sample.append(Sample.orders(3, strategy: "beta"), ground)
        } _: { daemon in
            let all = try await daemon.get("/v1/fields", as: .auditor)
            #expect(all.text.contains("\"beta\""))
            let own = try await daemon.get("/v1/fields", as: .trader)
            #expect(own.text.contains("\"alpha\""))
            #expect(!own.text.contains("\"beta\""))
        }
    }
}
