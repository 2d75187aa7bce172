// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("Requests, people and what is kept of them, through the daemon")
struct RequestActsTests {
    @Test(
        "a trader asks for themselves and gets their copy; others' requests are not there for them")
    func own() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.daemon.post(
                "/v1/requests", #"{"kind":"access"}"#, as: .trader)
            #expect(opened.status == 201, "\(opened.text)")
            let id = try #require(try opened.json()["request", "id"]?.stringValue)
            let other = try await desk.first(
                "/v1/requests", #"{"kind":"access","person":"irc:bob","verified_by":"passport"}"#)
            let bobs = try #require(try other.json()["request", "id"]?.stringValue)

            let list = try await desk.daemon.get("/v1/requests", as: .trader)
            #expect(list.text.contains(id) && !list.text.contains(bobs))
            #expect(try await desk.daemon.get("/v1/requests/\(bobs)", as: .trader).status == 404)
            #expect(
                try await desk.daemon.get("/v1/requests/\(bobs)/copy", as: .trader).status == 404)
            let copy = try await desk.daemon.get("/v1/requests/\(id)/copy?format=json", as: .trader)
            #expect(copy.status == 200 && copy.text.contains("old words of mine"))
            #expect(!copy.text.contains("all is well") && copy["cache-control"] == "no-store")
            let page = try await desk.daemon.get("/v1/requests/\(id)/copy", as: .compliance)
            #expect(page.text.contains("<!DOCTYPE html>"))
            #expect(page["content-security-policy"]?.contains("sandbox") == true)
            // Each copy was a look at somebody's records.
            #expect(try desk.records("record_viewed").count >= 2)

            let forbidden = try await desk.daemon.post(
                "/v1/requests", #"{"kind":"access","person":"irc:bob"}"#, as: .trader)
            #expect(forbidden.status == 400)
            let answered = try await desk.first("/v1/requests/\(id)/answer")
            #expect(try answered.json()["state"] == "done", "\(answered.text)")
            #expect(try await desk.first("/v1/requests/\(id)/answer").status == 409)
            #expect(
                try await desk.daemon.post("/v1/requests/\(bobs)/answer", "{}", as: .trader).status
                    == 403)
            let extended = try await desk.first(
                "/v1/requests/\(bobs)/extend", #"{"reason":"many accounts"}"#)
            #expect(extended.status == 200)
        }
    }

    @Test("an erasure is answered only after what can go is gone")
    func erasure() async throws {
        try await ActsDesk.run { desk in
            let opened = try await desk.daemon.post(
                "/v1/requests", #"{"kind":"erasure"}"#, as: .trader)
            let id = try #require(try opened.json()["request", "id"]?.stringValue)
            #expect(try await desk.first("/v1/requests/\(id)/answer").status == 400)
            let made = try await desk.first(
                "/v1/erasures", #"{"person":"irc:alice","request":"\#(id)"}"#)
            let plan = try #require(try made.json()["plan", "id"]?.stringValue)
            #expect(try made.json()["plan", "request"]?.stringValue == id)
            _ = try await desk.second("/v1/plans/\(plan)/approve")
            let job = try await desk.result(of: desk.first("/v1/plans/\(plan)/apply"))
            #expect(job["state"] == "done", "\(job)")
            let answered = try await desk.first("/v1/requests/\(id)/answer")
            #expect(try answered.json()["state"] == "done", "\(answered.text)")
            #expect(try desk.records("erasure_done").count == 1)
        }
    }

    @Test("a restriction is granted until a date, by HTTP and by the form of the console")
    func restriction() async throws {
        try await ActsDesk.run { desk in
            func open(_ person: String) async throws -> String {
                let opened = try await desk.first(
                    "/v1/requests",
                    #"{"kind":"restriction","person":"\#(person)","verified_by":"passport"}"#)
                return try #require(try opened.json()["request", "id"]?.stringValue)
            }
            let bobs = try await open("irc:bob")
            let path = "/v1/requests/\(bobs)/answer"
            for wrong in [
                #"{"until":"2020-01-01"}"#, #"{"until":"soon"}"#,
                #"{"until":"2099-01-01","refuse":"no"}"#,
                #"{"until":"2099-01-01","withdraw":true}"#,
            ] {
                let refused = try await desk.first(path, wrong)
                #expect(refused.status == 400, "\(wrong): \(refused.text)")
            }
            let granted = try await desk.first(path, #"{"until":"2099-01-01"}"#)
            #expect(granted.status == 200 && granted.text.contains("2099-01-01"), "\(granted.text)")
            #expect(try granted.json()["restricted"] == 2)
            let answer = try #require(try desk.records("request_answered").last)
            #expect(answer.contains(#""until":"2099-01-01T00:00:00.000000Z""#))

            // Only a restriction ends on a date.
            let access = try await desk.daemon.post(
                "/v1/requests", #"{"kind":"access"}"#, as: .trader)
            let other = try #require(try access.json()["request", "id"]?.stringValue)
            let dated = try await desk.first(
                "/v1/requests/\(other)/answer", #"{"until":"2099-01-01"}"#)
            #expect(dated.status == 400, "\(dated.text)")

            let alices = try await open("irc:alice")
            let page = try await desk.daemon.get("/requests/\(alices)", as: .compliance)
            #expect(page.text.contains("name=\"until\""), "\(page.text)")
            let past = try await desk.send(
                "/requests/\(alices)/answer", "until=2020-01-01", as: .compliance)
            #expect(past.status == 400)
            let sent = try await desk.send(
                "/requests/\(alices)/answer", "until=2098-02-03", as: .compliance)
            #expect(sent.status == 200 && sent.text.contains("2098-02-03"), "\(sent.text)")
        }
    }

    @Test("a look is withheld from the person until a date, and compliance sees it with all reads")
    func withheld() async throws {
        try await ActsDesk.run { desk in
            func reads(_ path: String, as role: Role) async throws -> Int {
                let answer = try await desk.daemon.get(path, as: role)
                #expect(answer.status == 200, "\(answer.text)")
                return try answer.json()["reads"]?.arrayValue?.count ?? -1
            }
            let wrong = try await desk.daemon.get(
                "/v1/about/irc:alice?withhold_until=soon", as: .compliance)
            #expect(wrong.status == 400)
            _ = try await reads("/v1/about/irc:alice?withhold_until=2099-01-01", as: .compliance)
            let told = try await reads("/v1/about/me", as: .trader)
            let all = try await reads("/v1/about/irc:alice?all_reads=true", as: .compliance)
            #expect(all > told, "the look of compliance is there, and not told")
            let viewed = try #require(try desk.records("record_viewed").first)
            #expect(viewed.contains(#""withhold_until":"2099-01-01T00:00:00.000000Z""#))
            // One that is not withheld is told.
            _ = try await reads("/v1/about/irc:alice", as: .compliance)
            let later = try await reads("/v1/about/me", as: .trader)
            #expect(later > told)
        }
    }

    @Test("people are added, linked and merged; what is kept of one is figures, no text")
    func people() async throws {
        try await ActsDesk.run { desk in
            let added = try await desk.first(
                "/v1/people", #"{"names":["Alice Smith"],"accounts":["slack:u1"]}"#)
            #expect(added.status == 201, "\(added.text)")
            let linked = try await desk.first(
                "/v1/people/link", #"{"account":"slack:u2","person":"Alice Smith"}"#)
            #expect(linked.status == 200, "\(linked.text)")
            let merged = try await desk.first(
                "/v1/people/merge", #"{"person":"irc:alice","into":"Alice Smith"}"#)
            #expect(merged.text.contains("irc:alice"), "\(merged.text)")
            let about = try await desk.daemon.get("/v1/about/Alice%20Smith", as: .compliance)
            #expect(try about.json()["records"] == 2, "\(about.text)")
            #expect(!about.text.contains("words"))
            let mine = try await desk.daemon.get("/v1/about/me", as: .trader)
            #expect(try mine.json()["records"] == 2 && mine.text.contains("fate"))
            #expect(try await desk.daemon.get("/v1/about/nobody", as: .compliance).status == 404)
            #expect(try await desk.daemon.get("/v1/people", as: .admin).status == 403)
        }
    }
}
