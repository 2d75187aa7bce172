// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import HTTPTypes
import Records
import Testing

@testable import Server

@Suite struct RecordsTests {
    @Test("JSON lines go to audit, text to chat, and the answer says where each stands")
    func lines() async throws {
        try await ServerSandbox.run { daemon in
            let answer = try await daemon.post(
                "/v1/records",
                """
                {"event":"order_submitted","order_id":"o-1","password":"hunter2secret"}

                no json at all
                {"event":"order_filled","order_id":"o-1"}
                {"broken":

                """, as: .writer, type: "application/x-ndjson")
            #expect(answer.status == 200)
            let json = try answer.json()
            #expect(json["lines"] == 5)
            #expect(json["error_count"] == 2)
            let audit = try #require(json["books"]?.objectValue?["audit"]?.objectValue)
            #expect(audit["count"] == 2)
            let first = try #require(Int(audit["first"].map { "\($0)" } ?? ""))
            #expect(audit["indexes"] == [[.number(String(first)), 2]])
            let errors = try #require(json["errors"]?.arrayValue)
            #expect(errors.compactMap { $0.objectValue?["line"] } == [3, 5])
            let lines = try daemon.lines(of: "audit")
            let ours = lines.filter { $0.contains("o-1") }
            #expect(ours.count == 2)
            #expect(ours[0].contains("order_submitted"))
            #expect(ours.allSatisfy { $0.contains("\"source\":\"http:the-writer\"") })
            #expect(!lines.joined().contains("hunter2secret"))
            let chat = try #require(json["books"]?.objectValue?["chat"]?.objectValue)
            #expect(chat["count"] == 2)
        }
    }

    @Test("a batch with the same key is appended once, and answers with the same indexes")
    func sameKey() async throws {
        try await ServerSandbox.run { daemon in
            let key = ["Idempotency-Key": "b-1"]
            let body = "{\"event\":\"tick\",\"n\":1}\n{\"event\":\"tick\",\"n\":2}\n"
            let first = try await daemon.post("/v1/records", body, as: .writer, headers: key)
            let second = try await daemon.post("/v1/records", body, as: .writer, headers: key)
            #expect(first.status == 200)
            #expect(first.text == second.text)
            #expect(try daemon.lines(of: "audit").filter { $0.contains("\"tick\"") }.count == 2)
            let other = try await daemon.post(
                "/v1/records", "{\"event\":\"tock\"}\n", as: .writer, headers: key)
            #expect(other.status == 422)
        }
    }

    @Test("a request of many parts keeps its order")
    func order() async throws {
        try await ServerSandbox.run { daemon in
            let count = 30_000
            let body = (0..<count).map {
                "{\"event\":\"tick\",\"n\":\($0),\"pad\":\"\(String(repeating: "x", count: 50))\"}"
            }
            let answer = try await daemon.post(
                "/v1/records", body.joined(separator: "\n"), as: .writer)
            #expect(answer.status == 200)
            #expect(
                try answer.json()["books"]?.objectValue?["audit"]?.objectValue?["count"] == 30_000)
            let numbers = try daemon.lines(of: "audit").compactMap { line in
                (try? JSONValue(parsing: line))?.objectValue?["n"].flatMap { Int("\($0)") }
            }
            #expect(numbers == Array(0..<count))
        }
    }

    @Test("gzip is unpacked, several members too; damage and too much are refused")
    func gzip() async throws {
        let packed = try Self.gzip("{\"event\":\"tick\"}\n") + Self.gzip("{\"event\":\"tick\"}\n")
        try await ServerSandbox.run { daemon in
            let headers = ["content-encoding": "gzip"]
            let answer = try await daemon.ask(
                .post, "/v1/records", as: .writer, headers: headers, body: packed)
            #expect(answer.status == 200)
            #expect(try answer.json()["lines"] == 2)
            let cut = try await daemon.ask(
                .post, "/v1/records", as: .writer, headers: headers, body: Array(packed.dropLast(9))
            )
            #expect(cut.status == 400)
            let bomb = try Self.gzip(String(repeating: "\n", count: 65 << 20))
            let refused = try await daemon.ask(
                .post, "/v1/records", as: .writer, headers: headers, body: bomb)
            #expect(refused.status == 413)
            let strange = try await daemon.ask(
                .post, "/v1/records", as: .writer, headers: ["content-encoding": "br"],
                body: packed)
            #expect(strange.status == 415)
        }
    }

    @Test("only a writer appends, and only to a book that there is")
    func refused() async throws {
        try await ServerSandbox.run { daemon in
            let nobody = try await daemon.post("/v1/records", "{}\n")
            #expect(nobody.status == 401)
            let trader = try await daemon.post("/v1/records", "{}\n", as: .trader)
            #expect(trader.status == 403)
            let missing = try await daemon.post("/v1/records?book=other", "{}\n", as: .writer)
            #expect(missing.status == 404)
            let one = try await daemon.post("/v1/records?book=audit", "text\n", as: .writer)
            #expect(try one.json()["books"]?.objectValue?["audit"]?.objectValue?["count"] == 1)
        }
    }

    static func gzip(_ text: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let sending = Thread {
            try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try? input.fileHandleForWriting.close()
        }
        sending.start()
        return Array(output.fileHandleForReading.readDataToEndOfFile())
    }
}
