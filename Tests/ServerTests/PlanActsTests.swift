// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("Plans through the daemon")
struct PlanActsTests {
    @Test("plan, approve, apply, receipt: two people, and the receipt says so")
    func whole() async throws {
        try await ActsDesk.run { desk in
            let made = try await desk.first("/v1/plans", #"{"older_than":"1y"}"#)
            #expect(made.status == 201, "\(made.text)")
            let plan = try made.json()
            let id = try #require(plan["plan", "id"]?.stringValue)
            #expect(plan["plan", "records"] == 2 && plan["plan", "state"] == "waiting")
            #expect(!made.text.contains("words of mine"))

            let early = try await desk.first("/v1/plans/\(id)/apply")
            #expect(early.status == 403 && early.text.contains("another person"))
            #expect(try await desk.first("/v1/plans/\(id)/approve").status == 403)
            let approved = try await desk.second("/v1/plans/\(id)/approve")
            #expect(try approved.json()["plan", "state"] == "approved", "\(approved.text)")

            let job = try await desk.result(of: desk.first("/v1/plans/\(id)/apply"))
            #expect(job["state"] == "done", "\(job)")
            let receipt = try #require(job["result", "receipt_id"]?.stringValue)
            #expect(job["result", "receipt", "approvers"] == 1)
            let duties = try #require(job["result", "receipt", "duties"]?.stringValue)
            #expect(duties.hasPrefix("approved by another person"))

            let shown = try await desk.daemon.get("/v1/receipts/\(receipt)", as: .auditor).json()
            #expect(shown["accepted"] == true)
            let file = try await desk.daemon.get("/v1/receipts/\(receipt)/file", as: .auditor)
            #expect(file.status == 200 && file.text.contains("daybook/receipt/v1"))
            let all = try await desk.daemon.get("/v1/receipts", as: .compliance)
            #expect(all.text.contains(receipt))
            #expect(try await desk.first("/v1/plans/\(id)/apply").status == 409)
            let state = try await desk.daemon.get("/v1/plans/\(id)", as: .compliance).json()
            #expect(state["plan", "state"] == "done")
        }
    }

    @Test("erasing somebody takes their words and their name, after a second person agreed")
    func erase() async throws {
        try await ActsDesk.run { desk in
            let made = try await desk.first("/v1/erasures", #"{"person":"irc:alice"}"#)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json()["plan", "id"]?.stringValue)
            #expect(try await desk.second("/v1/plans/\(id)/approve").status == 200)
            let job = try await desk.result(of: desk.first("/v1/plans/\(id)/apply"))
            #expect(job["state"] == "done", "\(job)")
            #expect(job["result", "receipt", "record_count"] == 2)
            #expect(job["result", "receipt", "redacted"] == 1)
            let nobody = try await desk.first("/v1/erasures", #"{"person":"irc:alice"}"#)
            #expect(nobody.status == 404)
        }
    }

    @Test("a hold that comes between leaves what it covers, and an empty plan needs nobody")
    func held() async throws {
        try await ActsDesk.run { desk in
            let made = try await desk.first("/v1/plans", #"{"older_than":"1y"}"#)
            let id = try #require(try made.json()["plan", "id"]?.stringValue)
            #expect(try await desk.second("/v1/plans/\(id)/approve").status == 200)
            _ = try await desk.first("/v1/holds", #"{"matter":"m","custodians":["alice"]}"#)
            let job = try await desk.result(of: desk.first("/v1/plans/\(id)/apply"))
            #expect(job["result", "receipt", "record_count"] == 1, "\(job)")
            let empty = try await desk.first("/v1/plans", #"{"older_than":"90y"}"#)
            let other = try #require(try empty.json()["plan", "id"]?.stringValue)
            #expect(try empty.json()["plan", "state"] == "empty")
            #expect(try await desk.second("/v1/plans/\(other)/approve").status == 409)
            #expect(try await desk.first("/v1/plans/\(other)/apply").status == 409)
        }
    }

    @Test("what is not well formed is refused, and nothing is kept of it")
    func refused() async throws {
        try await ActsDesk.run { desk in
            for body in [
                "{}", #"{"older_than":"soon"}"#, #"{"older":"1y"}"#, #"{"keep_last":-1}"#, "[]",
                #"{"records":["1"]}"#, #"{"down_to":"much"}"#,
            ] {
                let answer = try await desk.first("/v1/plans", body)
                #expect(answer.status == 400, "\(body): \(answer.text)")
            }
            for id in ["x", "..%2f..%2fdaybook.yaml", String(repeating: "a", count: 64)] {
                let answer = try await desk.daemon.get("/v1/plans/\(id)", as: .compliance)
                #expect(answer.status == 404, "\(id)")
                let receipt = try await desk.daemon.get("/v1/receipts/\(id)", as: .auditor)
                #expect(receipt.status == 404, "\(id)")
            }
            for role in [Role.trader, .auditor, .admin, .writer] {
                let answer = try await desk.daemon.post("/v1/plans", "{}", as: role)
                #expect(answer.status == 403)
            }
            #expect(try desk.records("clear_planned").isEmpty)
        }
    }
}
