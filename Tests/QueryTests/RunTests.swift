// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Queries over real books.
@Suite struct RunTests {
    /// Takes everything as text.
    private struct Catcher: QueryOutput {
        var columns: [String] = []
        var rows: [String] = []
        var hits: UInt64?
        var limit = Int.max

        mutating func begin(_ shape: ResultShape, hits: UInt64?) {
            columns = shape.columns.map(\.name)
            self.hits = hits
        }

        mutating func take(_ record: FoundRecord) -> Bool {
            rows.append("\(record.book) " + String(decoding: record.line, as: UTF8.self))
            return rows.count < limit
        }

        mutating func take(_ row: [RecordValue?]) -> Bool {
            rows.append(
                row.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "-" }
                    .joined(separator: "|"))
            return rows.count < limit
        }
    }

    private func book(_ directory: TestDirectory, _ name: String, _ lines: [String]) throws
        -> QueryRun.Source
    {
        let place = BookPlace(
            logs: "\(directory.path)/logs", name: name, keys: "\(directory.path)/keys",
            masker: .standard, clock: SystemClock())
        let book = try Book(place, BookSettings(liveName: "\(name).log"))
        var session = MaskingSession(.standard)
        var records = MaskedRecords()
        for line in lines {
            try Array(line.utf8).withUnsafeBufferPointer {
                try session.append(
                    jsonLine: $0, from: Provenance(source: "test"), to: &records)
            }
        }
        try book.append(records, .synced)
        try book.close()
        return QueryRun.Source(
            name: name, snapshot: try BookSnapshot(place), maySpill: name != "chat")
    }

    private func run(
        _ text: String, _ sources: [QueryRun.Source], memory: Int = 1 << 24,
        limit: Int = .max
    ) throws -> Catcher {
        var catcher = Catcher(limit: limit)
        let run = QueryRun(
            try QueryPlan(try Query(parsing: text)), over: sources,
            settings: ScanSettings(threads: 2, memoryBytesMax: memory))
        _ = try run.run(into: &catcher)
        return catcher
    }

    private func instant(_ second: Int) -> String {
        Timestamp(microseconds: 1_795_184_700_000_000 + Int64(second) * 1_000_000).description
    }

    private func trades(_ range: some Sequence<Int>) -> [String] {
        range.map { number in
            #"{"n":\#(number),"asset":"\#(["A", "B", "C"][number % 3])","#
                + #""price":"\#(number % 10).\#(number % 4)0","timestamp":"\#(instant(number))"}"#
        }
    }

    @Test("records of several books come merged by time, byte for byte")
    func merging() throws {
        let directory = TestDirectory()
        let even = try book(directory, "audit", trades(stride(from: 0, to: 20_000, by: 2)))
        let odd = try book(directory, "chat", trades(stride(from: 1, to: 20_000, by: 2)))
        let found = try run("| fields n", [even, odd])
        #expect(found.rows.count == 20_000)
        let whole = try run("n:(7 or 8) | limit 5", [even, odd])
        #expect(whole.rows.count == 2)
        #expect(whole.rows.allSatisfy { $0.hasSuffix("}") })
        #expect(try run("*", [even, odd], limit: 3).rows.count == 3)
        let line = try even.snapshot.line(at: 4)
        #expect(whole.rows.contains("0 " + String(decoding: line, as: UTF8.self)))
    }

    @Test("sort orders numbers as numbers, keeps ties in order, puts what is missing last")
    func sorting() throws {
        let directory = TestDirectory()
        let source = try book(
            directory, "audit",
            [
                #"{"n":1,"x":"10"}"#, #"{"n":2,"x":"9.50"}"#, #"{"n":3}"#, #"{"n":4,"x":"9.5"}"#,
                #"{"n":5,"x":"abc"}"#, #"{"n":6,"x":null}"#, #"{"n":7,"x":-3}"#,
            ])
        #expect(
            try run("| sort x | fields n", [source]).rows == ["7", "2", "4", "1", "5", "3", "6"])
        #expect(
            try run("| sort -x, -n | fields n", [source]).rows
                == ["5", "1", "4", "2", "7", "6", "3"])
        #expect(try run("| sort -x | limit 2 | fields n", [source]).rows == ["5", "1"])
        #expect(try run("| limit 3 | sort -n | fields n", [source]).rows == ["3", "2", "1"])
    }

    @Test("a sort larger than its memory goes through a file; the book chat refuses")
    func spilling() throws {
        let directory = TestDirectory()
        let lines = trades((0..<6000).map { ($0 * 7919) % 6000 })
        let audit = try book(directory, "audit", lines)
        let found = try run("| sort -n | fields n", [audit], memory: 200_000)
        #expect(found.rows == (0..<6000).reversed().map(String.init))
        let ties = try run("| sort asset | limit 4000 | fields asset", [audit])
        #expect(ties.rows == ties.rows.sorted() && ties.rows.count == 4000)
        let chat = try book(directory, "chat", lines)
        #expect(throws: QueryError(.tooLarge, "")) {
            _ = try run("| sort -n", [chat], memory: 200_000)
        }
        #expect(try run("| sort -n | limit 5", [chat], memory: 2_000_000).rows.count == 5)
        #expect(throws: QueryError(.tooLarge, "")) {
            _ = try run("| sort -n | limit 5000", [audit], memory: 200_000)
        }
    }

    @Test("tables: groups, order, names, limits, over several books")
    func tables() throws {
        let directory = TestDirectory()
        let audit = try book(directory, "audit", trades(0..<9000))
        let chat = try book(directory, "chat", trades(0..<30))
        let found = try run(
            "n < 30 | stats count(), sum(n) as total, max(price) by asset | sort -total",
            [audit, chat])
        #expect(found.columns == ["asset", "count", "total", "max_price"])
        #expect(found.rows == ["C|20|310|9.1", "B|20|290|9.3", "A|20|270|9.1"])
        #expect(found.hits == 60)
        #expect(
            try run("| top 2 asset | rename asset as what, count as n", [audit]).rows
                == ["A|3000", "B|3000"])
        #expect(
            try run(
                "| rename n as m | stats sum(m), count(nosuch) | fields count_nosuch, sum_m",
                [audit]
            ).rows == ["0|40495500"])
        #expect(try run("n:1000000 | stats count(), avg(n)", [audit]).rows == ["0|-"])
        #expect(
            try run("| sort -n | limit 10 | stats min(n), median(n)", [audit]).rows
                == ["8990|8994.5"])
        #expect(
            try run("| stats count() by time(1h) | limit 2", [audit]).rows
                == ["2026-11-20T14:00:00.000000Z|2100", "2026-11-20T15:00:00.000000Z|3600"])
    }

    @Test("a timeline has every bucket from first to last, also the empty ones")
    func timeline() throws {
        let directory = TestDirectory()
        let source = try book(directory, "audit", trades([0, 1, 2, 200, 201, 600]))
        #expect(
            try run("| timeline 5m", [source]).rows == [
                "2026-11-20T14:25:00.000000Z|5", "2026-11-20T14:30:00.000000Z|0",
                "2026-11-20T14:35:00.000000Z|1",
            ])
        let own = try run("| timeline", [source])
        #expect(own.rows.count > 10 && own.rows.count <= 48)
        #expect(try run("nosuch | timeline", [source]).rows.isEmpty)
        #expect(throws: QueryError(.tooLarge, "")) { _ = try run("| timeline 1ms", [source]) }
    }

    @Test("renaming whole records rewrites only names")
    func renaming() throws {
        let directory = TestDirectory()
        let source = try book(directory, "audit", [#"{"a":"1.50","b":[1,{"a":2}],"c":"x\"y"}"#])
        let found = try run("| rename a as z, nosuch as b", [source])
        let line = String(decoding: try source.snapshot.line(at: 0), as: UTF8.self)
        #expect(found.rows == ["0 " + line.replacing("{\"a\":\"1", with: "{\"z\":\"1")])
        #expect(try run("| rename a as c | fields c, b", [source]).rows == [#"1.50|[1,{"a":2}]"#])
        #expect(throws: QueryError(.meaning, "")) {
            _ = try run("| rename a as c | fields a", [source])
        }
        #expect(
            try run("| rename a as t, c as a | rename t as c", [source]).rows == [
                "0 "
                    + line.replacing("\"a\":\"1", with: "\"c\":\"1")
                    .replacing("\"c\":\"x", with: "\"a\":\"x")
            ])
        #expect(try run("| rename a as c", [source]).rows.first?.contains("x") == false)
        #expect(throws: QueryError(.meaning, "")) { _ = try run("| rename b.x as y", [source]) }
    }

    @Test("an order's life follows replacements and children, not siblings, and counts latencies")
    func lifecycle() throws {
        func event(_ kind: String, _ second: Int, _ more: String) -> String {
            #"{"event":"\#(kind)","event_type":"\#(kind)",\#(more),"timestamp":"\#(instant(second))"}"#
        }
        let directory = TestDirectory()
        let source = try book(
            directory, "audit",
            [
                event("order_submitted", 0, #""order_id":"P""#),
                event("order_submitted", 1, #""order_id":"A","parent_order_id":"P""#),
                event("order_submitted", 2, #""order_id":"B","parent_order_id":"P""#),
                event("order_accepted", 3, #""order_id":"A","broker_order_id":"77""#),
                event("order_modified", 4, #""order_id":"A2","original_order_id":"A""#),
                event("broker_message", 5, #""broker_order_id":"77""#),
                event("order_filled", 6, #""order_id":"other","broker_order_id":"77""#),
                event("order_filled", 6, #""order_id":"A2""#),
                event("order_submitted", 7, #""order_id":"C","parent_order_id":"A2""#),
                event("order_submitted", 8, #""order_id":"77""#),
            ])
        let found = try run("| lifecycle A", [source])
        #expect(
            found.rows.map { $0.split(separator: "|").dropLast().joined(separator: "|") } == [
                "1|\(instant(0))|-|0|order_submitted|P|audit|0",
                "2|\(instant(1))|1000000|1000000|order_submitted|A|audit|1",
                "3|\(instant(3))|2000000|3000000|order_accepted|A|audit|3",
                "4|\(instant(4))|1000000|4000000|order_modified|A2|audit|4",
                "5|\(instant(5))|1000000|5000000|broker_message|-|audit|5",
                "6|\(instant(6))|1000000|6000000|order_filled|A2|audit|7",
                "7|\(instant(7))|1000000|7000000|order_submitted|C|audit|8",
            ])
        #expect(try run("| lifecycle C", [source]).rows.contains { $0.contains("order_modified") })
        #expect(try run("| lifecycle P", [source]).rows.count == 8)
        #expect(try run("event_type:order_filled | lifecycle A", [source]).rows.count == 1)
        // A name of an order goes before a broker's number.
        #expect(try run("| lifecycle 77", [source]).rows.count == 1)
        #expect(try run("| lifecycle nosuch", [source]).rows.isEmpty)
    }

    @Test("a cancelled run says so and stops its threads")
    func cancelling() throws {
        let directory = TestDirectory()
        let sources = [
            try book(directory, "audit", trades(0..<5000)),
            try book(directory, "chat", trades(0..<5000)),
        ]
        for text in ["*", "| stats count()", "| sort n", "| lifecycle x"] {
            var catcher = Catcher()
            let run = QueryRun(
                try QueryPlan(try Query(parsing: text)), over: sources,
                settings: ScanSettings(threads: 2, isCancelled: { true }))
            #expect(throws: QueryError(.cancelled, "")) { _ = try run.run(into: &catcher) }
        }
    }
}

/// A directory that goes away with the test.
final class TestDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/daybook-query-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/daybook-query"
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        let disk = PosixDisk()
        for name in (try? disk.list(path)) ?? [] {
            let child = "\(path)/\(name)"
            if disk.kind(of: child) == .directory { remove(child) } else { unlink(child) }
        }
        rmdir(path)
    }
}
