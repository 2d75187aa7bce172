// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("Holds through the daemon")
struct HoldActsTests {
    @Test("one person opens a hold and proposes its release; only another one releases it")
    func release() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.first(
                "/v1/holds", #"{"matter":"case 7","custodians":["alice"],"from":"2024-01-01"}"#)
            #expect(opened.status == 201, "\(opened.text)")
            let id = try #require(try opened.json()["hold", "id"]?.stringValue)
            let list = try await desk.daemon.get("/v1/holds", as: .compliance)
            #expect(list.text.contains(id) && list.text.contains("case 7"))
            #expect(list["cache-control"] == "no-store")

            let noticed = try await desk.first(
                "/v1/holds/\(id)/notices", #"{"custodian":"alice","acknowledged":true}"#)
            #expect(noticed.status == 201)
            let proposed = try await desk.first(
                "/v1/holds/\(id)/release", #"{"reason":"settled"}"#)
            #expect(proposed.status == 202, "\(proposed.text)")
            let proposal = try #require(try proposed.json()["proposal", "id"]?.stringValue)
            #expect(
                try await desk.daemon.get("/v1/holds/\(id)", as: .compliance).json()[
                    "hold", "released"] == nil)

            let own = try await desk.first("/v1/proposals/\(proposal)/approve")
            #expect(own.status == 403 && own.text.contains("another person"))
            let other = try await desk.second("/v1/proposals/\(proposal)/approve")
            #expect(other.status == 200, "\(other.text)")
            #expect(try other.json()["proposal", "state"] == "done")
            let after = try await desk.daemon.get("/v1/holds/\(id)", as: .compliance).json()
            #expect(after["hold", "released", "by"] == "second")
            #expect(try desk.records("hold_released").count == 1)
            // Who it was is sealed.
            #expect(try !desk.daemon.lines(of: "audit").joined().contains("the-compliance"))
            let again = try await desk.first("/v1/holds/\(id)/release")
            #expect(again.status == 409)
        }
    }

    @Test("of several who decide over a proposal at once, one does")
    func atOnce() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.first("/v1/holds", #"{"matter":"case 9"}"#)
            let id = try #require(try opened.json()["hold", "id"]?.stringValue)
            let proposed = try await desk.first("/v1/holds/\(id)/release")
            let proposal = try #require(try proposed.json()["proposal", "id"]?.stringValue)
            async let one = desk.second("/v1/proposals/\(proposal)/approve")
            async let two = desk.second("/v1/proposals/\(proposal)/approve")
            async let three = desk.first("/v1/proposals/\(proposal)/decline")
            let (first, again, taken) = try await (one.status, two.status, three.status)
            let done = [first, again, taken].filter { $0 == 200 }
            #expect(done.count == 1, "\(first) \(again) \(taken)")
            #expect(try desk.records("proposal_closed").count == 1)
            #expect(try desk.records("hold_released").count == (taken == 200 ? 0 : 1))
        }
    }

    @Test("a release that is declined leaves the hold; a hold that is not there is not found")
    func declined() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.first("/v1/holds", #"{"matter":"case 8"}"#)
            let id = try #require(try opened.json()["hold", "id"]?.stringValue)
            let proposed = try await desk.first("/v1/holds/\(id)/release")
            let proposal = try #require(try proposed.json()["proposal", "id"]?.stringValue)
            #expect(try await desk.second("/v1/proposals/\(proposal)/decline").status == 200)
            #expect(try await desk.second("/v1/proposals/\(proposal)/approve").status == 400)
            let hold = try await desk.daemon.get("/v1/holds/\(id)", as: .compliance).json()
            #expect(hold["hold", "released"] == nil)
            #expect(try await desk.first("/v1/holds/h-none/release").status == 404)
            #expect(try await desk.first("/v1/holds", #"{"mater":"x"}"#).status == 400)
            #expect(
                try await desk.first("/v1/holds", #"{"matter":"x","from":"soon"}"#).status == 400)
            let plain = try await desk.daemon.post(
                "/v1/holds", #"{"matter":"x"}"#, as: .compliance, type: "text/plain")
            #expect(plain.status == 415)
            for role in [Role.trader, .auditor, .admin, .writer] {
                #expect(try await desk.daemon.get("/v1/holds", as: role).status == 403)
            }
        }
    }
}
