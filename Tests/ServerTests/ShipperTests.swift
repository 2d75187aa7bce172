// SPDX-License-Identifier: Apache-2.0

import CSnappy
import Desk
import Foundation
import HTTPTypes
import Records
import SwiftProtobuf
import Testing

@testable import Server

@Suite struct ShipperTests {
    @Test("OTLP as JSON: text goes to chat, named events to audit, what is no record is counted")
    func openTelemetryJSON() async throws {
        try await ServerSandbox.run { daemon in
            let body = """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":\
                {"stringValue":"bot"}}]},"scopeLogs":[{"scope":{"name":"strategy"},"logRecords":[\
                {"timeUnixNano":"1763740000000000123","severityNumber":13,"body":\
                {"stringValue":"password=hunter2secret is wrong"}},\
                {"timeUnixNano":"1763740001000000000","severityNumber":9,"eventName":\
                "order_filled","attributes":[{"key":"order_id","value":{"stringValue":"o-9"}},\
                {"key":"fill_amount","value":{"intValue":"7"}}]},\
                {"body":{"stringValue":"{\\"event\\":\\"order_submitted\\",\\"order_id\\":\\"o-8\\"}"}},\
                3]}]}]}
                """
            let answer = try await daemon.post("/v1/logs", body, as: .writer)
            #expect(answer.status == 200)
            let partial = try answer.json()["partialSuccess"]?.objectValue
            #expect(partial?["rejectedLogRecords"] == "1")
            let audit = try daemon.lines(of: "audit").filter { $0.contains("\"o-") }
            #expect(audit.count == 2)
            #expect(audit[0].contains("\"event\":\"order_filled\""))
            #expect(audit[0].contains("\"fill_amount\":7"))
            #expect(audit[0].contains("2025-11-21T15:46:41.000000Z"))
            #expect(audit[1].contains("order_submitted"))
            let all = try daemon.lines(of: "audit") + daemon.lines(of: "chat")
            #expect(!all.joined().contains("hunter2secret"))
            #expect(
                try daemon.lines(of: "chat").filter { $0.contains("http:the-writer") }.count == 1)
            let broken = try await daemon.post("/v1/logs", "{", as: .writer)
            #expect(broken.status == 400)
            let text = try await daemon.post("/v1/logs", "x", as: .writer, type: "text/plain")
            #expect(text.status == 415)
        }
    }

    @Test("OTLP as protocol buffers, also at Loki's path")
    func openTelemetryBuffers() async throws {
        var log = Daybook_Otlp_Log()
        log.time = 1_763_740_000_000_000_000
        log.severity = 9
        log.eventName = "order_filled"
        log.trace = Data([1, 2, 255])
        var attribute = Daybook_Otlp_Attribute()
        attribute.key = "order_id"
        attribute.value.text = "o-77"
        log.attributes = [attribute]
        var scope = Daybook_Otlp_FromScope()
        scope.logs = [log]
        var resource = Daybook_Otlp_FromResource()
        resource.scopes = [scope]
        var export = Daybook_Otlp_Export()
        export.resources = [resource]
        let bytes: [UInt8] = try export.serializedBytes()
        try await ServerSandbox.run { daemon in
            for path in ["/v1/logs", "/otlp/v1/logs"] {
                let answer = try await daemon.ask(
                    .post, path, as: .writer, headers: ["content-type": "application/x-protobuf"],
                    body: bytes)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
            let lines = try daemon.lines(of: "audit").filter { $0.contains("o-77") }
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0.contains("\"trace_id\":\"0102ff\"") })
            let cut = try await daemon.ask(
                .post, "/v1/logs", as: .writer,
                headers: ["content-type": "application/x-protobuf"], body: Array(bytes.dropLast()))
            #expect(cut.status == 400)
        }
    }

    @Test("Loki's JSON: a push is all or nothing, and its answer has no body")
    func lokiJSON() async throws {
        try await ServerSandbox.run { daemon in
            let body = """
                {"streams":[{"stream":{"job":"bot","level":"error"},"values":[\
                ["1763740000000000000","{\\"event\\":\\"order_filled\\",\\"order_id\\":\\"o-5\\"}"],\
                ["1763740000000000001","the feed broke",{"trace":"t"}]]}]}
                """
            let answer = try await daemon.post("/loki/api/v1/push", body, as: .writer)
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            let audit = try daemon.lines(of: "audit").filter { $0.contains("o-5") }
            #expect(audit.count == 1)
            #expect(audit[0].contains("\"labels\":{\"job\":\"bot\",\"level\":\"error\"}"))
            #expect(audit[0].contains("\"timestamp\":\"2025-11-21T15:46:40.000000Z\""))
            let chat = try daemon.lines(of: "chat").filter { $0.contains("http:the-writer") }
            #expect(chat.count == 1)
            #expect(chat[0].contains("\"level\":\"error\""))
            let number = try await daemon.post(
                "/loki/api/v1/push",
                "{\"streams\":[{\"stream\":{},\"values\":[[\"1\",\"good\"],[1763740000,\"bad\"]]}]}",
                as: .writer)
            #expect(number.status == 400)
            #expect(
                try daemon.lines(of: "chat").filter { $0.contains("http:the-writer") }.count == 1)
        }
    }

    @Test("Loki's protocol buffers under Snappy")
    func lokiBuffers() async throws {
        var entry = Daybook_Loki_Entry()
        entry.instant.seconds = 1_763_740_000
        entry.line = "{\"event\":\"order_filled\",\"order_id\":\"o-6\"}"
        var stream = Daybook_Loki_Stream()
        stream.labels = #"{job="bo\"t", host="h"}"#
        stream.entries = [entry]
        var push = Daybook_Loki_Push()
        push.streams = [stream]
        let packed = Self.snappy(try push.serializedBytes())
        try await ServerSandbox.run { daemon in
            let headers = ["content-type": "application/x-protobuf"]
            let answer = try await daemon.ask(
                .post, "/loki/api/v1/push", as: .writer, headers: headers, body: packed)
            #expect(answer.status == 204)
            let lines = try daemon.lines(of: "audit").filter { $0.contains("o-6") }
            #expect(lines.count == 1)
            #expect(lines[0].contains(#""labels":{"job":"bo\"t","host":"h"}"#))
            // It says that it is four gigabytes.
            let bomb = try await daemon.ask(
                .post, "/loki/api/v1/push", as: .writer, headers: headers,
                body: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0])
            #expect(bomb.status == 413)
            let damaged = try await daemon.ask(
                .post, "/loki/api/v1/push", as: .writer, headers: headers, body: [9, 1, 2, 3])
            #expect(damaged.status == 400)
        }
    }

    @Test("labels that cannot be read are kept whole")
    func labels() {
        #expect(LokiLabels.parse("{}") == [:])
        #expect(LokiLabels.parse("{a=\"b\",c=\"\\n\"}") == ["a": "b", "c": "\n"])
        for text in ["a", "{a", "{a=b}", "{a=\"b}", "{a=\"b\"} x", "{a=\"\\"] {
            #expect(LokiLabels.parse(text) == ["labels": .string(text)])
        }
        #expect(LokiLabels.parse("") == [:])
    }

    @Test("_bulk answers for each item, and says what a book does not do")
    func bulk() async throws {
        try await ServerSandbox.run { daemon in
            let body = """
                {"create":{"_index":"orders","_id":"d-1"}}
                {"event":"order_filled","order_id":"o-3","@timestamp":"2025-11-21T15:46:40Z"}
                {"index":{}}
                {"@timestamp":"2025-11-21T15:46:40Z","message":"{\\"event\\":\\"order_rejected\\",\\"order_id\\":\\"o-4\\"}","host":{"name":"h"}}
                {"delete":{"_id":"d-1"}}
                {"index":{}}
                {"broken":
                {"index":{}}
                {"message":"hello"}

                """
            let answer = try await daemon.post("/logs-bot/_bulk", body, as: .writer)
            #expect(answer.status == 200)
            #expect(answer["x-elastic-product"] == "Elasticsearch")
            let json = try answer.json()
            #expect(json["errors"] == true)
            let items = try #require(json["items"]?.arrayValue).compactMap {
                $0.objectValue?.first?.value.objectValue
            }
            #expect(items.compactMap { $0["status"] } == [201, 201, 400, 400, 201])
            #expect(items[0]["_id"] == "d-1")
            #expect(items[1]["_index"] == "logs-bot")
            let audit = try daemon.lines(of: "audit")
            let first = try #require(Int(items[0]["_seq_no"].map { "\($0)" } ?? ""))
            #expect(audit[first].contains("o-3"))
            #expect(audit[first].contains("\"document_id\":\"d-1\""))
            #expect(audit[first + 1].contains("\"event\":\"order_rejected\""))
            #expect(audit[first + 1].contains("\"shipper\":{"))
            #expect(items[4]["_id"]?.stringValue?.hasPrefix("chat-") == true)
            let malformed = try await daemon.post("/_bulk", "{\"event\":\"x\"}\n{}\n", as: .writer)
            #expect(malformed.status == 400)
            #expect(malformed["x-elastic-product"] == "Elasticsearch")
        }
    }

    @Test("_bulk knows a document by its id: create conflicts, index of the same does nothing")
    func documents() async throws {
        try await ServerSandbox.run { daemon in
            func send(_ body: String, key: String? = nil, as role: Role = .writer) async throws
                -> [JSONObject]
            {
                let answer = try await daemon.post(
                    "/_bulk", body + "\n", as: role,
                    headers: key.map { ["Idempotency-Key": $0] } ?? [:])
                #expect(answer.status == 200, "\(answer.text)")
                return try #require(try answer.json()["items"]?.arrayValue).compactMap {
                    $0.objectValue?.first?.value.objectValue
                }
            }
            func status(_ items: [JSONObject]) -> [JSONValue] { items.compactMap { $0["status"] } }
            let a = #"{"event":"order_filled","order_id":"o-1"}"#
            let b = #"{"event":"order_filled","order_id":"o-2"}"#
            func create(_ id: String, _ document: String, _ verb: String = "create") -> String {
                "{\"\(verb)\":{\"_index\":\"i\",\"_id\":\"\(id)\"}}\n\(document)"
            }
            let first = try await send(create("1", a))
            #expect(status(first) == [201])
            let before = try daemon.lines(of: "audit").count
            let again = try await send(create("1", a) + "\n" + create("1", b))
            #expect(status(again) == [409, 409])
            #expect(
                again[0]["error"]?.objectValue?["type"] == "version_conflict_engine_exception")
            let same = try await send(create("1", a, "index"))
            #expect(status(same) == [200] && same[0]["result"] == "noop")
            #expect(same[0]["_seq_no"] == first[0]["_seq_no"])
            #expect(try daemon.lines(of: "audit").count == before, "nothing was recorded")
            let other = try await send(create("1", b, "index"))
            #expect(status(other) == [201])
            // Twice in one request, a document that is none and then is one, another index.
            let twice = try await send(create("2", a) + "\n" + create("2", a))
            #expect(status(twice) == [201, 409])
            let broken = try await send(create("3", "{") + "\n" + create("3", a))
            #expect(status(broken) == [400, 201])
            let elsewhere = try await send(
                "{\"create\":{\"_index\":\"j\",\"_id\":\"1\"}}\n" + a)
            #expect(status(elsewhere) == [201])
            // A batch with a key is known as a whole, and answers as it did.
            let keyed = try await send(create("9", a), key: "k1")
            let repeated = try await send(create("9", a), key: "k1")
            #expect(status(keyed) == [201] && repeated == keyed)
        }
    }

    @Test("the window of documents forgets the oldest, and what was not recorded")
    func window() {
        let documents = DocumentKeys(window: 3)
        func key(_ id: Int) -> DocumentKeys.Key { documents.key("\(id)", index: "i", of: "c") }
        for id in 0..<10 {
            #expect(documents.begin(key(id), key(0), replaces: false) == .new)
            documents.end(key(id), UInt64(id))
        }
        #expect(documents.count == 3)
        #expect(
            documents.begin(key(9), key(0), replaces: true) == .recorded(number: 9, isSame: true))
        #expect(documents.begin(key(0), key(0), replaces: false) == .new)
        #expect(documents.begin(key(0), key(0), replaces: false) == .running)
        documents.end(key(0), nil)
        #expect(documents.begin(key(0), key(0), replaces: false) == .new)
    }

    @Test("what clients of Elasticsearch ask before they send is answered")
    func handshake() async throws {
        try await ServerSandbox.run { daemon in
            for path in ["/", "/_license", "/_xpack", "/_index_template/x", "/_ilm/policy/x"] {
                let answer = try await daemon.get(path, as: .writer)
                #expect(answer.status == 200)
                #expect(answer["x-elastic-product"] == "Elasticsearch")
            }
            let put = try await daemon.ask(
                .put, "/_ingest/pipeline/x", as: .writer, body: Array("{}".utf8))
            #expect(try put.json()["acknowledged"] == true)
        }
    }

    static func snappy(_ plain: [UInt8]) -> [UInt8] {
        var packed = [CChar](repeating: 0, count: snappy_max_compressed_length(plain.count))
        var count = packed.count
        plain.withUnsafeBytes { plain in
            _ = snappy_compress(
                plain.baseAddress?.assumingMemoryBound(to: CChar.self), plain.count, &packed, &count
            )
        }
        return packed[..<count].map { UInt8(bitPattern: $0) }
    }
}
