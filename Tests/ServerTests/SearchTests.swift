// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite struct SearchTests {
    @Test("a search gives records with their place, and says when it is whole")
    func records() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(5, strategy: "alpha"), ground)
        } _: { daemon in
            let answer = try await daemon.get(
                "/v1/search?q=event_type:order_filled", as: .auditor)
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/jsonl")
            #expect(answer["cache-control"] == "no-store")
            let lines = try answer.objects()
            #expect(lines.first?["search"]?.objectValue?["shape"] == "records")
            let records = lines.filter { $0.contains("record") }
            #expect(records.count == 5)
            #expect(records.first?["book"] == "audit")
            #expect(
                records.first?["record"]?.objectValue?["fill_price"] == "150.25")
            let end = try #require(lines.last?["end"]?.objectValue)
            #expect(end["rows"]?.numberText == "5")
            #expect(end["more"] == false)
        }
    }

    @Test("pipes make a table, exact")
    func table() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(4, strategy: "alpha"), ground)
        } _: { daemon in
            let answer = try await daemon.get(
                "/v1/search?q=event_type:order_filled%20%7C%20stats%20sum(commission)%20by%20asset",
                as: .compliance)
            let rows = try answer.objects().compactMap { $0["row"]?.objectValue }
            #expect(rows.count == 1)
            #expect(rows.first?["sum_commission"] == "4.2")
        }
    }

    @Test("a cursor goes on where the answer ended, however much was appended meanwhile")
    func cursor() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(10, strategy: "alpha"), ground)
        } _: { daemon in
            var seen: [String] = []
            var cursor = ""
            var pages = 0
            repeat {
                let answer = try await daemon.get(
                    "/v1/search?q=asset:AAPL&limit=7" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"),
                    as: .auditor)
                let lines = try answer.objects()
                seen += lines.compactMap { $0["index"]?.numberText }
                cursor = lines.last?["end"]?.objectValue?["cursor"]?.stringValue ?? ""
                pages += 1
                try Sample.append(Sample.order(50 + pages, strategy: "alpha"), daemon.ground)
            } while !cursor.isEmpty && pages < 20
            #expect(seen.count == 40)
            #expect(Set(seen).count == 40)
            #expect(pages == 6)
            let other = try await daemon.get("/v1/search?q=level:info&limit=1", as: .auditor)
            let foreign = try other.objects().last?["end"]?.objectValue?["cursor"]?.stringValue
            let refused = try await daemon.get(
                "/v1/search?q=asset:AAPL&cursor=\(foreign ?? "")", as: .auditor)
            #expect(refused.status == 400)
        }
    }

    @Test("`limit` in the query counts over all pages")
    func limitInQuery() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(10, strategy: "alpha"), ground)
        } _: { daemon in
            let query = "/v1/search?q=asset:AAPL%20%7C%20limit%2010&limit=6"
            let first = try await daemon.get(query, as: .auditor).objects()
            let cursor = first.last?["end"]?.objectValue?["cursor"]?.stringValue ?? ""
            let second = try await daemon.get("\(query)&cursor=\(cursor)", as: .auditor).objects()
            #expect(second.filter { $0.contains("record") }.count == 4)
            #expect(second.last?["end"]?.objectValue?["cursor"] == nil)
        }
    }

    @Test("a trader finds the records of their strategies, whatever the query says")
    func trader() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(3, strategy: "alpha"), ground)
            try Sample.append(Sample.orders(3, strategy: "beta"), ground)
        } _: { daemon in
            for query in ["", "*", "strategy:beta%20or%20strategy:alpha", "not%20strategy:x"] {
                let answer = try await daemon.get("/v1/search?q=\(query)", as: .trader)
                #expect(answer.status == 200)
                #expect(!answer.text.contains("beta"))
                #expect(answer.text.contains("alpha"))
            }
            let count = try await daemon.get("/v1/search?q=*%20%7C%20stats%20count()", as: .trader)
            #expect(count.text.contains("{\"row\":{\"count\":6}}"))
        }
    }

    @Test("the book chat is for compliance, with a reason, and the search is recorded first")
    func chat() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append([Sample.message("the eagle lands")], to: "chat", ground)
        } _: { daemon in
            for role in [Role.auditor, .admin, .trader] {
                let refused = try await daemon.get(
                    "/v1/search?books=chat&reason=curiosity", as: role)
                #expect(refused.status == 403)
                let all = try await daemon.get("/v1/search?reason=curiosity", as: role)
                #expect(!all.text.contains("eagle"))
            }
            let unasked = try await daemon.get("/v1/search?books=chat", as: .compliance)
            #expect(unasked.status == 400)
            let before = try daemon.lines(of: "audit").joined()
            #expect(!before.contains("search_run"))
            let found = try await daemon.get(
                "/v1/search?books=chat&q=eagle&reason=case%2017", as: .compliance)
            #expect(found.text.contains("the eagle lands"))
            let after = try daemon.lines(of: "audit").joined()
            #expect(after.contains("search_run"))
            #expect(!after.contains("case 17"))
        }
    }

    @Test(
        "what is wrong with a request is said, before anything is read",
        arguments: [
            ("q=%22open", 400), ("q=a%20%7C%20nonsense", 400), ("limit=0", 400), ("limit=x", 400),
            ("from=yesterdayish", 400), ("books=nothing", 404), ("cursor=AAAA", 400),
            ("from=2026-11-20&to=2026-11-19", 400),
        ])
    func wrong(_ query: String, _ status: Int) async throws {
        try await ServerSandbox.run { daemon in
            let answer = try await daemon.get("/v1/search?\(query)", as: .auditor)
            #expect(answer.status == status)
            #expect(answer.text.contains("\"message\""))
        }
    }
}
