// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing
import TransparencyLog

@testable import Server

@Suite struct RecordTests {
    /// Asks until a checkpoint covers the record: that takes a second.
    private func proven(_ path: String, _ daemon: ServerSandbox) async throws -> JSONObject {
        for _ in 0..<100 {
            let answer = try await daemon.get(path, as: .auditor)
            let object = try answer.json()
            if object["proof"] != .null { return object }
            try await Task.sleep(for: .milliseconds(50))
        }
        return [:]
    }

    @Test("a record comes with a proof that a stranger can check")
    func proof() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(3, strategy: "alpha"), ground)
        } _: { daemon in
            let object = try await proven("/v1/records/5", daemon)
            let proof = try #require(object["proof"]?.objectValue)
            let line = try #require(object["line"]?.stringValue)
            let same = try await daemon.get("/v1/records/audit/5", as: .auditor).json()
            #expect(same["line"] == object["line"])
            let file = try await daemon.get("/v1/records/audit/5/proof", as: .auditor)
            #expect(file.status == 200)
            #expect(file["content-disposition"] == "attachment; filename=\"audit-5.tlog-proof\"")
            let key = try VerifierKey(try #require(proof["verifier_key"]?.stringValue))
            let verdict = try TLogProof.verify(
                line: Array(line.utf8), proof: file.body, key: key)
            #expect(verdict.isAccepted)
            #expect(TreeHash.leaf(Array(line.utf8)).base64 == proof["leaf"]?.stringValue)
        }
    }

    @Test("a trader sees the records of their strategies, and the whole life of their orders")
    func trader() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.order(1, strategy: "alpha"), ground)
            try Sample.append(Sample.order(2, strategy: "beta"), ground)
        } _: { daemon in
            let own = try await daemon.get("/v1/records/0", as: .trader)
            #expect(own.status == 200)
            let other = try await daemon.get("/v1/records/4", as: .trader)
            #expect(other.status == 403)
            #expect(!other.text.contains("order-2"))
            let proof = try await daemon.get("/v1/records/audit/4/proof", as: .trader)
            #expect(proof.status == 403)
            let life = try await daemon.get("/v1/records/audit/0/lifecycle", as: .trader).json()
            #expect(life["steps"]?.arrayValue?.count == 4)
            #expect(
                life["steps"]?.arrayValue?.last?.objectValue?["total_us"]?.numberText == "300000")
        }
    }

    @Test("an envelope is opened for compliance with a reason, and that is recorded first")
    func envelope() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append([Sample.message("the eagle lands")], to: "chat", ground)
        } _: { daemon in
            let path = "/v1/records/chat/0"
            let answer1 = try await daemon.get(path, as: .auditor)
            #expect(answer1.status == 403)
            let answer2 = try await daemon.get(path, as: .compliance)
            #expect(answer2.status == 400)
            let closed = try await daemon.get("\(path)?reason=case+17", as: .compliance)
            #expect(closed.status == 200)
            #expect(!closed.text.contains("eagle"))
            let opened = try await daemon.get("\(path)?reason=case+17&open=true", as: .compliance)
            let shown = try opened.json()["opened"]?.objectValue
            #expect(shown?["text"] == "the eagle lands")
            let views = try daemon.lines(of: "audit").filter { $0.contains("record_viewed") }
            #expect(views.count == 2)
        }
    }

    @Test(
        "what is no record is told apart from what is not theirs",
        arguments: [
            ("/v1/records/999", 404), ("/v1/records/-1", 400), ("/v1/records/x", 400),
            ("/v1/records/nothing/0", 404), ("/v1/records/audit/01", 400),
            ("/v1/records/..%2f..%2fkeys/0", 404),
        ])
    func missing(_ path: String, _ status: Int) async throws {
        try await ServerSandbox.run { daemon in
            let answer3 = try await daemon.get(path, as: .auditor)
            #expect(answer3.status == status)
        }
    }
}
