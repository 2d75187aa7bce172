// SPDX-License-Identifier: Apache-2.0

import Book
import Crypto
import Desk
import Foundation
import Masking
import Records
import Testing

@testable import Server

/// Documents of `_bulk` with ids, over the lives of a daemon.
@Suite struct DocumentTests {
    private static let caller = Principal(name: "bot", roles: [.writer], origin: .token("t"))

    /// One life of a daemon's way in.
    ///
    /// - Parameter dies: whether it says nothing at its end, as a process that was killed.
    private static func during<Value: Sendable>(
        _ ground: Ground, dies: Bool = true,
        _ body: @escaping @Sendable (Ingest, IngestWorker, HeldBooks) throws -> Value
    ) async throws -> Value {
        let books = HeldBooks(ground)
        try books.open()
        let ingest = Ingest(ground, books)
        try ingest.open()
        let value = try await ingest.work { worker in try body(ingest, worker, books) }
        let left = FileManager.default.contents(atPath: path(ground))
        try await ingest.close()
        try books.close()
        if dies { try left?.write(to: URL(filePath: path(ground))) }
        return value
    }

    private static func path(_ ground: Ground) -> String { "\(ground.logs)/server/documents" }

    /// What came of each document: 201 recorded, 200 known, 409 known to `create`.
    private static func send(
        _ ingest: Ingest, _ worker: IngestWorker, _ ids: [Int], verb: String = "index",
        saying word: String = "a"
    ) throws -> [Int] {
        let body = Array(
            ids.map { id in
                "{\"\(verb)\":{\"_index\":\"i\",\"_id\":\"doc-\(id)\"}}\n"
                    + "{\"event\":\"order_filled\",\"n\":\(id),\"word\":\"\(word)\"}\n"
            }.joined().utf8)
        return try body.withUnsafeBufferPointer { bytes in
            let provenance = ingest.provenance(of: caller)
            var batch = try ingest.batch(only: nil)
            var bulk = ElasticBulk(
                target: nil, of: caller.name, ingest.documents, recognises: true)
            try bulk.take(bytes, worker, from: provenance, to: &batch)
            let found = bulk.recognised(batch)
            let landed = try ingest.store(batch, found, worker, provenance) {
                bulk.settle(found, $0)
            }
            let items = bulk.answer(batch, landed, milliseconds: 0)["items"]?.arrayValue ?? []
            return items.compactMap {
                let status = $0.objectValue?.first?.value.objectValue?["status"]
                return status.flatMap { Int("\($0)") }
            }
        }
    }

    /// The numbers of the documents in the book.
    private static func numbers(_ ground: Ground) throws -> [Int] {
        var numbers: [Int] = []
        let snapshot = try ground.snapshot("audit")
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            let object = (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?
                .objectValue
            if object?["event"] == "order_filled", let number = object?["n"] {
                numbers.append(Int("\(number)") ?? -1)
            }
            return true
        }
        return numbers
    }

    @Test("documents are known after kill -9 before the answer, and after an orderly end")
    func known() async throws {
        try await Ground.inFreshDirectory { ground in
            for (dies, status) in [(true, 201), (false, 200), (true, 200)] {
                let came = try await Self.during(ground, dies: dies) { ingest, worker, _ in
                    try Self.send(ingest, worker, [1, 2, 3])
                }
                #expect(came == [status, status, status])
            }
            let again = try await Self.during(ground) { ingest, worker, _ in
                [
                    try Self.send(ingest, worker, [3, 4]),
                    try Self.send(ingest, worker, [1, 4], verb: "create"),
                ]
            }
            #expect(again == [[200, 201], [409, 409]])
            #expect(try Self.numbers(ground) == [1, 2, 3, 4])
            let other = try await Self.during(ground) { ingest, worker, _ in
                try Self.send(ingest, worker, [4], saying: "b")
            }
            #expect(other == [201], "one that says something else is another record")
        }
    }

    @Test("of documents that a crash cut off, those that stand are known", arguments: [0, 1, 2])
    func cut(_ have: Int) async throws {
        try await Ground.inFreshDirectory { ground in
            try await Self.during(ground) { ingest, worker, books in
                // As a write that was torn leaves it: the line of all, the mark, some of the records.
                let documents = (0..<3).map { place in
                    let text = Array(
                        "{\"event\":\"order_filled\",\"n\":\(place),\"word\":\"a\"}".utf8)
                    return DocumentMemory.Document(
                        key: ingest.documents.key("doc-\(place)", index: "i", of: "bot"),
                        content: text.withUnsafeBufferPointer {
                            ingest.documents.key(content: $0)
                        }, book: "audit", first: place, count: 1)
                }
                let journal = DocumentJournal(ground)
                let ticket = try journal.begin(documents, ingest.documents)
                journal.close()
                let mark = BatchMark(ticket.mark, .documents, count: 3, source: "http:bot")
                var records = worker.marked(mark, .none)
                var batch = try ingest.batch(only: "audit")
                for number in 0..<have {
                    let line = Array(
                        "{\"event\":\"order_filled\",\"n\":\(number),\"word\":\"a\"}".utf8)
                    _ = line.withUnsafeBufferPointer {
                        worker.take(line: $0, from: ingest.provenance(of: Self.caller), to: &batch)
                    }
                }
                records.append(contentsOf: batch.lanes[0].records)
                try books.append(records, to: "audit", .synced)
            }
            let statuses = try await Self.during(ground) { ingest, worker, _ in
                try Self.send(ingest, worker, [0, 1, 2])
            }
            #expect(statuses == (0..<3).map { $0 < have ? 200 : 201 })
            #expect(try Self.numbers(ground) == [0, 1, 2])
        }
    }

    @Test("the file has neither ids nor words of documents, and a damaged one is left aside")
    func file() async throws {
        try await Ground.inFreshDirectory { ground in
            _ = try await Self.during(ground, dies: false) { ingest, worker, _ in
                try Self.send(ingest, worker, [7, 8], saying: "peculiar")
            }
            let bytes = try #require(FileManager.default.contents(atPath: Self.path(ground)))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("peculiar") && !text.contains("doc-"))
            #expect(!text.contains(Self.plain("peculiar")))
            try Data((text.dropLast(20) + "\n{\"mark\":3}\nnonsense").utf8)
                .write(to: URL(filePath: Self.path(ground)))
            let again = try await Self.during(ground) { ingest, worker, _ in
                try Self.send(ingest, worker, [7, 8], saying: "peculiar")
            }
            #expect(again == [200, 200], "the marks in the book say what the file lost")
        }
    }

    private static func plain(_ word: String) -> String {
        DocumentKeys.Key(
            SHA256.hash(
                data: Array("{\"event\":\"order_filled\",\"n\":7,\"word\":\"\(word)\"}".utf8))
        ).digits
    }

    @Test("a request whose records could not be appended leaves its documents unknown")
    func refused() async throws {
        try await Ground.inFreshDirectory { ground in
            let statuses = try await Self.during(ground) { ingest, worker, books in
                try books.close()
                #expect(throws: (any Error).self) { try Self.send(ingest, worker, [1]) }
                try books.open()
                return try Self.send(ingest, worker, [1])
            }
            #expect(statuses == [201])
        }
    }
}
