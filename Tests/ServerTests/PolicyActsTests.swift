// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import Records
import Testing

@testable import Server

@Suite("Policies, whole days and exports through the daemon")
struct PolicyActsTests {
    private static let month = """
        policies:
          - name: desk
            select: { book: chat }
            keep: 30d
            grace: 0d
        """
    private static let year = month.replacing("30d", with: "400d")

    @Test("a policy that shortens waits for another person; one that lengthens does not")
    func shorten() async throws {
        try await ActsDesk.run(settings: Self.year) { desk in
            let none = try await desk.daemon.get("/v1/policies", as: .auditor).json()
            #expect(none["proposal_is_new"] == true && none["in_force"] == JSONValue.null)
            let diff = try await desk.daemon.get("/v1/policies/diff", as: .auditor)
            #expect(diff.status == 200 && diff.text.contains("would_clear"))
            let accepted = try await desk.first("/v1/policies/accept")
            #expect(accepted.status == 201, "\(accepted.text)")
            let set = try #require(try accepted.json()["policy_set"]?.stringValue)
            #expect(try accepted.json()["needs_approval"] == true)
            #expect(try await desk.first("/v1/policies/\(set)/approve").status == 403)
            #expect(try await desk.second("/v1/policies/\(set)/approve").status == 200)
            #expect(try await desk.second("/v1/policies/\(set)/approve").status == 409)
            #expect(try await desk.second("/v1/policies/p-none/approve").status == 404)
            #expect(try await desk.first("/v1/policies/accept").status == 409)
            let state = try await desk.daemon.get("/v1/policies", as: .admin).json()
            #expect(state["in_force", "approved_by"] == "second")

            let explained = try await desk.daemon.get(
                "/v1/policies/explain?record=0", as: .compliance)
            #expect(explained.text.contains("desk"), "\(explained.text)")
            #expect(
                try await desk.daemon.get("/v1/policies/explain?record=99", as: .compliance).status
                    == 404)
            #expect(
                try await desk.daemon.get("/v1/policies/explain", as: .compliance).status == 400)

            let longer = Self.year.replacing("400d", with: "800d")
            try Data(longer.utf8).write(
                to: desk.daemon.directory.appending(path: "logs/daybook.yaml"))
            let kept = try await desk.first("/v1/policies/accept")
            #expect(try kept.json()["in_force"] == true, "\(kept.text)")
        }
    }

    @Test("whole days of a book go earlier only after another person agreed")
    func days() async throws {
        try await ActsDesk.run { desk in
            let settings = "books:\n  chat:\n    keep: 30d\n"
            try Data(settings.utf8).write(
                to: desk.daemon.directory.appending(path: "logs/daybook.yaml"))
            let proposed = try await desk.first("/v1/retention/chat/accept")
            #expect(proposed.status == 202, "\(proposed.text)")
            let id = try #require(try proposed.json()["proposal", "id"]?.stringValue)
            #expect(try await desk.first("/v1/proposals/\(id)/approve").status == 403)
            let done = try await desk.second("/v1/proposals/\(id)/approve")
            #expect(try done.json()["done", "book"] == "chat", "\(done.text)")
            let shown = try await desk.daemon.get("/v1/retention", as: .admin)
            #expect(shown.text.contains("30d"))
            #expect(try await desk.first("/v1/retention/chat/accept").status == 409)
            let dry = try await desk.first("/v1/retention/chat/apply", #"{"dry_run":true}"#)
            #expect(dry.status == 200, "\(dry.text)")
            let job = try await desk.result(of: desk.first("/v1/retention/chat/apply"))
            #expect(job["state"] == "done", "\(job)")
            let clock = try await desk.daemon.get("/v1/clock", as: .auditor)
            #expect(clock.status == 200)
            #expect(try await desk.first("/v1/clock/confirm").status == 200)
        }
    }

    @Test(
        "an auditor exports audit as it is stored; what people wrote is for compliance, encrypted")
    func export() async throws {
        try await ActsDesk.run { desk in
            // The book is signed from its first record on.
            #expect(try await desk.first("/v1/holds", #"{"matter":"m"}"#).status == 201)
            let begun = try await desk.daemon.post(
                "/v1/exports", #"{"given_to":"us","expires":"30d"}"#, as: .auditor)
            let job = try await desk.result(of: begun, as: .auditor)
            #expect(job["state"] == "done", "\(job)")
            let path = try #require(job["result", "fetch"]?.stringValue)
            let bundle = try await desk.daemon.get(path, as: .auditor)
            #expect(bundle.status == 200 && bundle.body.count > 1024)
            #expect(bundle.text.contains("records.jsonl"))
            #expect(try await desk.daemon.get(path, as: .compliance).status == 404)
            #expect(!"\(job)".contains("logs/server"))
            for body in [#"{"book":"chat"}"#, #"{"open":true,"recipients":["age1x"]}"#] {
                let denied = try await desk.daemon.post("/v1/exports", body, as: .auditor)
                #expect(denied.status == 403, "\(denied.text)")
            }
            let clear = try await desk.first("/v1/exports", #"{"book":"chat","open":true}"#)
            #expect(clear.status == 400 && clear.text.contains("recipients"))
            #expect(
                try await desk.first("/v1/exports", #"{"from":"soon"}"#).status == 400)
            #expect(try await desk.daemon.get("/v1/jobs", as: .auditor).text.contains("export"))
            #expect(try await !desk.daemon.get("/v1/jobs", as: .admin).text.contains("export"))
        }
    }
}
