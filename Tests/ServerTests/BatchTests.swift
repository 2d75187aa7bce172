// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Foundation
import Masking
import Records
import Testing

@testable import Server

/// What a process that died leaves: the books as they are, and no word of its own.
@Suite struct BatchTests {
    private static let lines = (0..<6).map { "{\"event\":\"tick\",\"n\":\($0)}" }
    private static let caller = Principal(name: "bot", roles: [.writer], origin: .token("t"))

    /// Has a daemon's way in over these books, and ends it.
    ///
    /// - Parameter forgets: whether it dies without writing its file.
    private static func during<Value: Sendable>(
        _ ground: Ground, forgets: Bool = true,
        _ body: @escaping @Sendable (Ingest, IngestWorker, HeldBooks) throws -> Value
    ) async throws -> Value {
        let file = "\(ground.logs)/server/batches"
        let before = FileManager.default.contents(atPath: file)
        let books = HeldBooks(ground)
        try books.open()
        let ingest = Ingest(ground, books)
        try ingest.open()
        let value = try await ingest.work { worker in try body(ingest, worker, books) }
        try await ingest.close()
        try books.close()
        if forgets {
            try? FileManager.default.removeItem(atPath: file)
            if let before { _ = FileManager.default.createFile(atPath: file, contents: before) }
        }
        return value
    }

    private static func batch(
        _ ingest: Ingest, _ worker: IngestWorker, _ lines: [String] = lines, book: String = "audit"
    ) throws -> (batch: IngestBatch, key: BatchKey) {
        var batch = try ingest.batch(only: book)
        let provenance = ingest.provenance(of: caller)
        for line in lines {
            let bytes = Array(line.utf8)
            _ = bytes.withUnsafeBufferPointer {
                worker.take(line: $0, from: provenance, to: &batch)
            }
        }
        let content = Array(lines.joined().utf8)
        let key = content.withUnsafeBufferPointer { BatchKey("k", of: "bot", part: 0, $0) }
        return (batch, key)
    }

    private static func store(_ ingest: Ingest, _ worker: IngestWorker, book: String = "audit")
        throws -> [Landed]
    {
        let (batch, key) = try batch(ingest, worker, book: book)
        return try ingest.store(batch, key, worker, ingest.provenance(of: caller))
    }

    @Test(
        "a batch that was appended before a crash is known after it",
        arguments: [("audit", true), ("audit", false), ("chat", true)])
    func known(_ book: String, _ forgets: Bool) async throws {
        try await Ground.inFreshDirectory { ground in
            let first = try await Self.during(ground, forgets: forgets) { ingest, worker, _ in
                try Self.store(ingest, worker, book: book)
            }
            #expect(first.map(\.count) == [6])
            let size = try ground.snapshot(book).size
            let second = try await Self.during(ground) { ingest, worker, _ in
                try Self.store(ingest, worker, book: book)
            }
            #expect(second == first)
            #expect(try Self.ticks(ground, book).count == (book == "audit" ? 6 : 0))
            #expect(try ground.snapshot(book).size >= size)
        }
    }

    @Test("of a batch that a crash cut off, only the rest is appended", arguments: [0, 1, 5])
    func cut(_ have: Int) async throws {
        try await Ground.inFreshDirectory { ground in
            // As a write that was torn leaves it: the mark of all, and some of the records.
            try await Self.during(ground) { ingest, worker, books in
                let key = try Self.batch(ingest, worker).key
                let mark = BatchMark(key, count: 6, source: "http:bot")
                var records = worker.marked(mark, .none)
                let some = try Self.batch(ingest, worker, Array(Self.lines[..<have])).batch
                records.append(contentsOf: some.lanes[0].records)
                try books.append(records, to: "audit", .synced)
            }
            // A start that nobody sends anything to, then others' records, then the batch again.
            try await Self.during(ground) { ingest, worker, _ in
                let (batch, _) = try Self.batch(ingest, worker, ["{\"event\":\"other\"}"])
                _ = try ingest.store(batch, nil, worker, ingest.provenance(of: Self.caller))
            }
            let landed = try await Self.during(ground) { ingest, worker, _ in
                try Self.store(ingest, worker)
            }
            #expect(landed.reduce(0) { $0 + $1.count } == 6)
            #expect(try Self.ticks(ground, "audit") == Array(0..<6))
            let again = try await Self.during(ground) { ingest, worker, _ in
                try Self.store(ingest, worker)
            }
            #expect(again == landed)
            #expect(try Self.ticks(ground, "audit") == Array(0..<6))
        }
    }

    @Test("nobody outside can say that a batch was taken")
    func forged() async throws {
        try await Ground.inFreshDirectory { ground in
            try await Self.during(ground) { ingest, worker, _ in
                let key = try Self.batch(ingest, worker).key
                let mark = BatchMark(key, count: 1, source: "http:bot")
                let (batch, _) = try Self.batch(
                    ingest, worker, [JSONValue.object(mark.json).description, "{\"event\":\"x\"}"])
                _ = try ingest.store(batch, nil, worker, ingest.provenance(of: Self.caller))
            }
            let landed = try await Self.during(ground) { ingest, worker, _ in
                try Self.store(ingest, worker)
            }
            #expect(landed.map(\.count) == [6])
            #expect(try Self.ticks(ground, "audit") == Array(0..<6))
        }
    }

    @Test("the window forgets the oldest, never one that is on its way")
    func window() {
        let keys = BatchKeys()
        func key(_ number: Int) -> BatchKey {
            BatchKey(
                id: .init(high: 0, low: UInt64(number)), content: .init(high: 0, low: 0))
        }
        _ = keys.begin(key(0))
        for number in 1...(ServerLimits.batchWindow + 10) {
            _ = keys.begin(key(number))
            keys.end(key(number), [Landed(book: "audit", first: UInt64(number), count: 1)])
        }
        #expect(keys.count == ServerLimits.batchWindow)
        guard case .running = keys.begin(key(0)) else {
            Issue.record("what is on its way was forgotten")
            return
        }
        guard case .begun(let landed) = keys.begin(key(ServerLimits.batchWindow)) else {
            Issue.record("a young one was forgotten")
            return
        }
        #expect(landed.count == 1)
    }

    @Test("what the file says stands before every batch that is on its way")
    func floor() {
        let keys = BatchKeys()
        func key(_ number: UInt64) -> BatchKey {
            BatchKey(id: .init(high: 0, low: number), content: .init(high: 0, low: 0))
        }
        _ = keys.begin(key(1))
        keys.end(key(1), [Landed(book: "audit", first: 10, count: 5)])
        _ = keys.begin(key(2))
        _ = keys.begin(key(3))
        keys.end(key(3), [Landed(book: "audit", first: 30, count: 5)])
        let news = keys.news()
        #expect(news?.seen == ["audit": 15])
        #expect(news?.batches.count == 2)
        #expect(keys.news()?.seen == nil)
    }

    /// The numbers of the ticks in a book.
    private static func ticks(_ ground: Ground, _ book: String) throws -> [Int] {
        var numbers: [Int] = []
        let snapshot = try ground.snapshot(book)
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            let text = String(decoding: line, as: UTF8.self)
            if text.contains("\"tick\""),
                let number = (try? JSONValue(parsing: text))?.objectValue?["n"]
            {
                numbers.append(Int("\(number)") ?? -1)
            }
            return true
        }
        return numbers
    }
}
