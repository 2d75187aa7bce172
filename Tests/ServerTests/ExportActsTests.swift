// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import Records
import Synchronization
import Testing

@testable import Server

@Suite("Exports through the daemon")
struct ExportActsTests {
    private func job(_ answer: ServerSandbox.Answer, _ daemon: ServerSandbox, as role: Role)
        async throws -> JSONObject
    {
        #expect(answer.status == 202, "\(answer.text)")
        let path = try #require(answer["location"])
        for _ in 0..<1_000 {
            let job = try #require(try await daemon.get(path, as: role).json()["job"]?.objectValue)
            if job["state"] != "running" { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the job does not end")
        return JSONObject()
    }

    @Test("the first export of an empty book says that there is nothing; of a record it is fetched")
    func empty() async throws {
        try await ServerSandbox.run { daemon in
            func export(_ book: String) async throws -> JSONObject {
                let begun = try await daemon.post(
                    "/v1/exports", "{\"book\":\"\(book)\"}", as: .compliance)
                return try await job(begun, daemon, as: .compliance)
            }
            for book in ["audit", "chat"] {
                let failed = try await export(book)
                #expect(failed["state"] == "failed", "\(JSONValue.object(failed))")
                #expect(failed["error"]?.objectValue?["status"] == 404)
                let words = failed["error"]?.objectValue?["message"]?.stringValue ?? ""
                #expect(words.contains("nothing to export") && !words.contains("/"))
            }
            let sent = try await daemon.post(
                "/v1/records", #"{"event":"order_submitted","order_id":"o"}"#, as: .writer)
            #expect(sent.status == 200)
            let done = try await export("audit")
            #expect(done["state"] == "done", "\(JSONValue.object(done))")
            let path = try #require(done["result"]?.objectValue?["fetch"]?.stringValue)
            let bundle = try await daemon.get(path, as: .compliance)
            #expect(bundle.status == 200 && bundle.body.count > 512)
            #expect(bundle["cache-control"] == "no-store")
            let others = try await daemon.get(path, as: .auditor)
            #expect(others.status == 404)
        }
    }

    @Test("bundles that a daemon left behind are gone when the next one starts")
    func leftOver() async throws {
        let place = Mutex("")
        try await ServerSandbox.run(
            prepare: { ground in
                let directory = "\(ground.logs)/server/exports"
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true)
                for name in ["j-old.tar", "j-old.tar.age", "j-half.tar.tmp-1"] {
                    try Data("x".utf8).write(to: URL(filePath: "\(directory)/\(name)"))
                }
                place.withLock { $0 = directory }
            }
        ) { _ in
            let names = try FileManager.default.contentsOfDirectory(
                atPath: place.withLock { $0 })
            #expect(names.isEmpty)
        }
    }
}
