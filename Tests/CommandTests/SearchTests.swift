// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `daybook search` as a process, over the demo desk and hand-made records.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
    private func desk(_ events: Int = 2000) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.daybook("demo", "--events", String(events))
        return sandbox
    }

    private func objects(_ result: Sandbox.Result) throws -> [[String: Any]] {
        try result.lines.map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any])
        }
    }

    @Test("records come byte by byte, exit codes say whether any came")
    func records() throws {
        let sandbox = try desk()
        let all = try sandbox.daybook("cat").lines
        let wanted = all.filter { $0.contains("\"event_type\":\"order_filled\"") }
        let found = try sandbox.daybook("search", "event_type:order_filled", "--books", "audit")
        #expect(found.lines == wanted && found.code == 0 && !wanted.isEmpty)
        #expect(found.errors.isEmpty)
        #expect(try sandbox.daybook("search", "--books", "audit").lines == all)
        let none = try sandbox.daybook("search", "asset:NOSUCH")
        #expect(none.code == 1 && none.output.isEmpty && none.errors.isEmpty)
        #expect(
            try sandbox.daybook("search", "event_type:order_filled", "|", "limit", "3").lines.count
                == 3)
        #expect(try sandbox.daybook("search", "*", "--books", "audit,nosuch").code == 64)
        #expect(try Sandbox().daybook("search", "x").code == 66)
    }

    @Test("figures agree with sums over the lines")
    func figures() throws {
        let sandbox = try desk()
        var sums: [String: (Decimal, Int)] = [:]
        for line in try sandbox.daybook("cat").lines {
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let record, record["event_type"] as? String == "order_filled",
                let asset = record["asset"] as? String,
                let commission = record["commission"] as? String
            else { continue }
            let before = sums[asset] ?? (0, 0)
            sums[asset] = (before.0 + (Decimal(string: commission) ?? 0), before.1 + 1)
        }
        let found = try objects(
            sandbox.daybook(
                "search",
                "event_type:order_filled | stats sum(commission) as paid, count() by asset"))
        #expect(found.count == sums.count && !sums.isEmpty)
        for row in found {
            let expected = try #require(sums[row["asset"] as? String ?? ""])
            #expect(Decimal(string: row["paid"] as? String ?? "") == expected.0)
            #expect(row["count"] as? Int == expected.1)
        }
        let top = try objects(
            sandbox.daybook("search", "event_type:order_filled | top 1 asset"))
        #expect(top.first?["count"] as? Int == sums.values.map(\.1).max())
    }

    @Test("an order's life has its records in order, with the time between them")
    func lifecycle() throws {
        let sandbox = try desk()
        let lines = try sandbox.daybook("cat").lines.filter { $0.contains("\"order-00000012\"") }
        let steps = try objects(sandbox.daybook("search", "| lifecycle order-00000012"))
        #expect(steps.count == lines.count && steps.count > 1)
        #expect(steps.first?["event_type"] as? String == "order_submitted")
        let total = steps.compactMap { $0["latency_us"] as? Int }.reduce(0, +)
        #expect(steps.last?["total_us"] as? Int == total && total > 0)
        let text = try sandbox.daybook("search", "| lifecycle order-00000012", "--table").lines
        #expect(text.first?.hasPrefix("order-00000012: \(steps.count) steps in ") == true)
    }

    @Test("tables, timelines and values look as they should")
    func rendering() throws {
        let sandbox = try Sandbox()
        let input = [
            (0, "AAPL", "150.25", "short"), (1, "MSFT", "9.5", "a \\u001b[31mtext, \\\"quoted\\\""),
            (61, "日本", "1000", "x"),
        ].map { second, asset, price, note in
            "{\"event\":\"fill\",\"asset\":\"\(asset)\",\"price\":\"\(price)\",\"note\":\"\(note)\","
                + "\"timestamp\":\"2026-11-20T14:\(second < 60 ? "25" : "26"):0\(second % 60).000000Z\"}\n"
        }.joined()
        try sandbox.daybook("record", input: input)
        func search(_ arguments: String...) throws -> String {
            try sandbox.daybook(["search", "--books", "audit"] + arguments).output
        }
        #expect(
            try search("| fields timestamp, asset, price, note", "--table") == """
                timestamp            asset   price  note
                2026-11-20 14:25:00  AAPL   150.25  short
                2026-11-20 14:25:01  MSFT      9.5  a ·[31mtext, "quoted"
                2026-11-20 14:26:01  日本     1000  x

                """)
        #expect(
            try search("| timeline 1m", "--table") == """
                2026-11-20 14:25  2  ████████████████████████████████████████████████████████████
                2026-11-20 14:26  1  ██████████████████████████████
                3 records, a bar is 1m

                """)
        #expect(
            try search("asset:MSFT | fields asset, note, nosuch", "--csv")
                == "asset,note,nosuch\nMSFT,\"a \u{1B}[31mtext, \"\"quoted\"\"\",\n")
        #expect(
            try search("| stats sum(price), count() by time(1m) | fields count, sum_price")
                == "{\"count\":2,\"sum_price\":\"159.75\"}\n{\"count\":1,\"sum_price\":\"1000\"}\n")
        let table = try search("asset:AAPL", "--table")
        #expect(table.hasPrefix("time                     level  event  asset   price  more"))
        #expect(
            try search(
                "asset:AAPL", "--table", "--zone", "America/New_York", "--from", "2026-11-20T09:25",
                "--to", "2026-11-20T09:25") == table)
        #expect(try search("*", "--from", "2026-11-20T14:26").split(separator: "\n").count == 1)
        #expect(try search("*", "--to", "2026-11-20T14:25").split(separator: "\n").count == 2)
        #expect(try search("*", "--until", "2026-11-19").isEmpty)
    }

    @Test("errors point at the character and exit with 64")
    func errors() throws {
        let sandbox = try desk(10)
        let bad = try sandbox.daybook("search", "asset:AAPL | stat count()")
        #expect(bad.code == 64 && bad.output.isEmpty)
        #expect(
            bad.errors == """
                daybook: there is no pipe `stat`; did you mean `stats`?
                  asset:AAPL | stat count()
                               ^

                """)
        for arguments in [
            ["*", "--since", "soon"], ["*", "--from", "2026-13-01"], ["*", "--json", "--csv"],
            ["*", "--since", "1h", "--from", "2026-11-20"], ["*", "--zone", "Mars/Base"],
            ["*", "--output", "x.txt"], ["-f", "| stats count()"], ["-f", "--until", "1h"],
            ["*", "--memory", "1"], ["*", "--from", "2026-11-21", "--to", "2026-11-20"],
        ] {
            #expect(try sandbox.daybook(["search"] + arguments).code == 64, "\(arguments)")
        }
    }

    @Test("searching chat is recorded before anything is shown, masked; audit alone is not")
    func viewing() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", "--book", "chat", input: "{\"event\":\"chat_message\"}\n")
        try sandbox.daybook("record", input: "{\"event\":\"tick\"}\n")
        let before = try sandbox.daybook("cat").lines.count
        let found = try sandbox.daybook("search", "event:(chat_message or tick) or api_key:sk-abc")
        #expect(found.lines.count == 2)
        let record = try #require(try sandbox.daybook("cat").lines.last)
        #expect(record.contains("\"event_type\":\"search_run\"") && !record.contains("query"))
        try sandbox.daybook("search", "* | stats count()")
        #expect(try sandbox.daybook("cat").lines.last?.contains("search_run") == true)
        #expect(try sandbox.daybook("cat").lines.count == before + 2)
        try sandbox.daybook("search", "tick", "--books", "audit")
        #expect(try sandbox.daybook("cat").lines.count == before + 2)
        let opened = try sandbox.daybook("cat", "--open").lines
        #expect(
            opened.contains { $0.contains("chat_message or tick") && $0.contains("searched_by") })
    }

    @Test("files are whole or not there, and never replaced unasked")
    func files() throws {
        let sandbox = try desk(300)
        let out = sandbox.directory.appending(path: "out")
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: false)
        for name in ["a.parquet", "b.csv", "c.jsonl"] {
            let path = out.appending(path: name).path()
            let made = try sandbox.daybook("search", "asset:AAPL", "--output", path)
            #expect(made.code == 0 && made.output.isEmpty)
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect((facts[.posixPermissions] as? Int) == 0o600)
            #expect(try sandbox.daybook("search", "asset:MSFT", "--output", path).code == 73)
            #expect(
                try sandbox.daybook("search", "asset:AAPL", "--output", path, "--force").code == 0)
        }
        let lines = try String(contentsOf: out.appending(path: "c.jsonl"), encoding: .utf8)
        #expect(lines == (try sandbox.daybook("search", "asset:AAPL").output))
        let parquet = try Data(contentsOf: out.appending(path: "a.parquet"))
        #expect(parquet.prefix(4) == Data("PAR1".utf8) && parquet.suffix(4) == Data("PAR1".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: out.path()).count == 3)
        let bad = out.appending(path: "no/such/x.csv").path()
        #expect(try sandbox.daybook("search", "*", "--output", bad).code == 73)
    }

    @Test("a reader that goes away ends it quietly; Ctrl-C ends -f with 130")
    func endings() throws {
        let sandbox = try desk()
        let head = try sandbox.shell("daybook search '*' 2>err | head -n 2; wc -c <err")
        #expect(head.lines.count == 3 && head.lines.last?.contains("0") == true)
        let ignored = try sandbox.shell(
            "trap '' PIPE; daybook search '*' --books audit 2>err | head -n 1 >first; "
                + "echo ${PIPESTATUS[0]}; cat err")
        #expect(ignored.output == "0\n")
        let followed = try sandbox.shell(
            """
            daybook search -f 'event:live' --books audit >out 2>err & pid=$!
            for _ in $(seq 100); do [ -s out ] && break
              echo '{"event":"live"}' | daybook record; sleep 0.1; done
            kill -INT $pid; wait $pid; echo $?; head -n 1 out
            """)
        #expect(followed.lines.first == "130")
        #expect(followed.lines.last?.contains("\"event\":\"live\"") == true)
    }
}
