// SPDX-License-Identifier: Apache-2.0

import Query
import Records
import Testing

/// Any text at all: nothing traps, refusals point into the text, what is understood prints as
/// itself. `Fuzz/QueryFuzz.swift` looks longer.
@Suite struct ArbitraryTextTests {
    private static let pieces: [String] = [
        "asset", ":", "AAPL", " ", " ", "\"", "\\", "(", ")", "|", "*", "?", ">", ">=", "<", "=",
        "!=", ",", "and ", "or ", "not ", "fields ", "stats ", "sort ", "limit ", "top ",
        "rename ", "timeline ", "lifecycle ", "count()", "sum(", "p95(price)", " by ", " as ",
        "time(5m)", "150.25", "-1e3", "2026-11-20", "timestamp", "price", "é", "日本", "-", "5m",
        "10",
        "\t", "\n", "\u{0}", "a.b.c", "0700", "x*y?z",
    ]

    private func text(_ random: inout SplitMix) -> String {
        var text = ""
        for _ in 0..<Int(random.next() % 14) {
            text += Self.pieces[Int(random.next() % UInt64(Self.pieces.count))]
        }
        return text
    }

    @Test("any text is understood or refused, and what is understood prints as itself")
    func stability() throws {
        var random = SplitMix(seed: 3)
        var understood = 0
        for _ in 0..<20_000 {
            let text = text(&random)
            let query: Query
            do throws(QueryError) {
                query = try Query(parsing: text)
            } catch {
                if let offset = error.offset {
                    try #require(offset >= 0 && offset <= text.utf8.count, "\(text)")
                }
                try #require(error.explained(in: text).hasPrefix(error.message))
                continue
            }
            understood += 1
            let printed = query.description
            let again = try Query(parsing: printed)
            try #require(again == query, "\(text) printed as \(printed)")
            try #require(again.description == printed, "\(text) printed as \(printed)")
        }
        #expect(understood > 1000)
    }
}
