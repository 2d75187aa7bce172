// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("The pages Retention and Requests")
struct ActPagesTests {
    @Test("plan, approve, apply and receipt by the pages alone, by two people")
    func plan() async throws {
        try await ActsDesk.run { desk in
            let made = try await desk.send(
                "/retention/plans", "older_than=1y&reason=old", as: .compliance)
            #expect(
                made.text.contains("Would go") && made.text.contains("2 records"), "\(made.text)")
            #expect(!made.text.contains("words of mine"))
            let plans = try await desk.daemon.get("/v1/plans", as: .compliance).json()
            let id = try #require(
                plans["plans"]?.arrayValue?.first?.objectValue?["id"]?.stringValue)
            let mine = try await desk.daemon.get("/retention/plans/\(id)", as: .compliance)
            #expect(mine.text.contains("Another person has to approve it"))
            #expect(
                try await desk.send("/retention/plans/\(id)/approve", "", as: .compliance).status
                    == 403)
            let approved = try await desk.second("/v1/plans/\(id)/approve")
            #expect(approved.status == 200)
            let begun = try await desk.send(
                "/retention/plans/\(id)/apply", "", as: .compliance)
            #expect(begun.status == 200 && begun.text.contains("How far it is"), "\(begun.text)")
            for _ in 0..<1_000 where try desk.records("clear_run").isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            var page = try await desk.daemon.get("/retention", as: .auditor)
            for _ in 0..<200 where !page.text.contains("/retention/receipts/") {
                try await Task.sleep(for: .milliseconds(20))
                page = try await desk.daemon.get("/retention", as: .auditor)
            }
            let path = try #require(
                page.text.firstMatch(of: /\/retention\/receipts\/[0-9a-f]+/)?.output)
            let receipt = try await desk.daemon.get(String(path), as: .auditor)
            #expect(receipt.text.contains("approved by another person"), "\(receipt.text)")
            #expect(receipt["cache-control"] == "no-store")
            // An auditor decides nothing.
            #expect(!page.text.contains("Make a plan") && !page.text.contains("Open a hold"))
            #expect(
                try await desk.send("/retention/plans", "older_than=1y", as: .auditor).status == 403
            )
        }
    }

    @Test("a hold is opened by its form, and its release waits on the page for another person")
    func hold() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.send(
                "/retention/holds", "matter=%3Cb%3Ecase%3C%2Fb%3E&custodians=alice", as: .compliance
            )
            #expect(opened.text.contains("&lt;b&gt;case&lt;/b&gt;"), "\(opened.text)")
            #expect(!opened.text.contains("<b>case</b>"))
            let id = try #require(opened.text.firstMatch(of: /h-[0-9a-z]{8}/)?.output)
            let proposed = try await desk.send(
                "/retention/holds/\(id)/release", "", as: .compliance)
            #expect(proposed.text.contains("release a hold") && proposed.text.contains("Take back"))
            #expect(!proposed.text.contains(">Approve<"))
        }
    }

    @Test(
        "a request is noted, shown with its deadline, and answered; a trader sees their own alone")
    func request() async throws {
        try await ActsDesk.run { desk in
            let noted = try await desk.send(
                "/requests", "person=irc%3Abob&kind=access&verified_by=passport", as: .compliance)
            #expect(noted.text.contains("Copy to read"), "\(noted.text)")
            let id = try #require(noted.text.firstMatch(of: /q-[0-9a-z]{8}/)?.output)
            #expect(try await desk.daemon.get("/requests", as: .compliance).text.contains(id))
            let theirs = try await desk.daemon.get("/requests", as: .trader)
            #expect(theirs.status == 200 && !theirs.text.contains(id))
            #expect(try await desk.daemon.get("/requests/\(id)", as: .trader).status == 404)
            #expect(try await desk.send("/requests/\(id)/answer", "", as: .trader).status == 403)
            let answered = try await desk.send("/requests/\(id)/answer", "", as: .compliance)
            #expect(answered.text.contains("done"), "\(answered.text)")
            #expect(try await desk.daemon.get("/requests", as: .auditor).status == 403)
        }
    }
}
