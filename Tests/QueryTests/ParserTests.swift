// SPDX-License-Identifier: Apache-2.0

import Query
import Testing

/// What is a query, what is none, and where it stops being one.
@Suite struct ParserTests {
    private func refusal(_ text: String) -> QueryError? {
        do throws(QueryError) {
            _ = try Query(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    private func field(_ name: String, _ test: FieldTest.Test) -> Filter {
        .field(FieldTest(FieldPath(name), test))
    }

    private func literal(_ text: String, _ name: String, isQuoted: Bool = false) -> Literal {
        Literal(text, isQuoted: isQuoted, for: FieldKind(of: name))
    }

    @Test("not binds closer than and, and closer than or; terms side by side must all hold")
    func precedence() throws {
        let (a, b, c) = (
            Filter.word(TextPattern("a")), Filter.word(TextPattern("b")),
            Filter.word(TextPattern("c"))
        )
        #expect(try Query(parsing: "a or b and not c").filter == .or([a, .and([b, .not(c)])]))
        #expect(try Query(parsing: "(a OR b) AnD c").filter == .and([.or([a, b]), c]))
        #expect(try Query(parsing: "a b c").filter == .and([a, b, c]))
        #expect(try Query(parsing: "not not a").filter == .not(.not(a)))
        #expect(try Query(parsing: "  ").filter == .all)
        #expect(try Query(parsing: "*").filter == .all)
        #expect(try Query(parsing: "| limit 5").filter == .all)
    }

    @Test("each form of a value is understood")
    func values() throws {
        let cases: [(String, Filter)] = [
            ("asset:AAPL", field("asset", .equals(literal("AAPL", "asset")))),
            ("asset : AAPL", field("asset", .equals(literal("AAPL", "asset")))),
            ("asset:*", field("asset", .exists)),
            (
                "asset:BTC*",
                field("asset", .pattern(TextPattern([.byte(66), .byte(84), .byte(67), .many])))
            ),
            (#"asset:"BTC*""#, field("asset", .equals(literal("BTC*", "asset", isQuoted: true)))),
            (#"asset:BTC\*"#, field("asset", .equals(literal("BTC*", "asset")))),
            (
                #"reason:"too late""#,
                field("reason", .phrase(TextPattern("too late", isQuoted: true)))
            ),
            (
                "fill_price>=150.25",
                field("fill_price", .compare(.greaterOrEqual, literal("150.25", "fill_price")))
            ),
            (
                "fill_price < -1e3",
                field("fill_price", .compare(.less, literal("-1e3", "fill_price")))
            ),
            (
                "asset:(AAPL or MSFT)",
                field("asset", .oneOf([literal("AAPL", "asset"), literal("MSFT", "asset")]))
            ),
            ("asset:(AAPL)", field("asset", .equals(literal("AAPL", "asset")))),
            (
                "asset:(A or B*)",
                .or([
                    field("asset", .equals(literal("A", "asset"))),
                    field("asset", .pattern(TextPattern([.byte(66), .many]))),
                ])
            ),
            (
                "x:(a and not b)",
                .and([
                    field("x", .equals(literal("a", "x"))),
                    .not(field("x", .equals(literal("b", "x")))),
                ])
            ),
            (#""odd key":1"#, field("odd key", .equals(literal("1", "odd key")))),
            (
                "timestamp:2026-11-20T14:25",
                field("timestamp", .equals(literal("2026-11-20T14:25", "timestamp")))
            ),
            (#"\not"#, .word(TextPattern("not"))),
            (#""and""#, .word(TextPattern("and", isQuoted: true))),
        ]
        for (text, filter) in cases {
            #expect(try Query(parsing: text).filter == filter, "\(text)")
        }
    }

    @Test(
        "an error names its place and what was expected",
        arguments: [
            ("price >", 7, "expected a value"), ("(a or b", 0, "never closed"),
            ("a)", 1, "no parenthesis is open"), ("a or", 4, "expected a word"),
            ("and a", 0, "joins terms"), ("asset:(AAPL, MSFT)", 11, "expected `or`"),
            ("asset:(AAPL MSFT)", 12, "expected `or`"), ("asset:", 6, "a value of asset"),
            ("fill_price:>5", 11, "without `:`"), ("asset=AAPL", 5, "asset:value"),
            ("asset != AAPL", 6, "not asset:value"), ("\"abc", 0, "never closed"),
            ("a:\"\"", 2, "nothing is in these quotes"), ("as*t:x", 0, "no `*`"),
            ("price > abc", 8, "holds numbers"), ("timestamp > soon", 12, "holds instants"),
            ("price > 1*", 8, "no wildcards"), ("price >> 5", 7, "the comparisons are"),
            ("a | stat count()", 4, "did you mean `stats`"), ("a | ", 4, "expected a pipe"),
            ("a | stats", 9, "expected a function"),
            ("a | stats cont()", 10, "did you mean `count`"),
            ("a | stats sum()", 14, "the field that sum is of"),
            ("a | stats sum(asset)", 14, "needs numbers"),
            ("a | stats sum(timestamp)", 14, "holds instants"),
            ("a | stats sum commission", 14, "expected `(`"),
            ("a | stats count() by time(5x)", 26, "a length of time"),
            ("a | stats count() by asset(3)", 21, "by time(5m)"),
            ("a | stats count(), count()", 19, "two columns are called `count`"),
            ("a | stats count() by count", 21, "two columns are called `count`"),
            ("a | stats count() by asset | sort -cout", 35, "did you mean `count`"),
            ("a | stats count() | stats count()", 20, "works on records"),
            ("a | fields asset | sort price", 24, "no column `price`"),
            ("a | limit 0", 10, "how many"), ("a | limit x", 10, "how many"),
            ("a | top 5", 9, "a field"), ("a | rename a b", 13, "expected `as`"),
            ("a | timeline 5m | limit 3", 18, "`timeline` ends a query"),
            ("a | limit 3 | lifecycle x", 14, "right after the filter"),
            ("a | lifecycle", 13, "an order id"), ("a | limit 5 x", 12, "expected `|`"),
            ("é:x or :", 8, "a word"), ("a\"b\"", 1, "a blank"), ("a:b\"c\"", 3, "a blank"),
        ])
    func places(text: String, offset: Int, message: String) throws {
        let error = try #require(refusal(text), "\(text) was understood")
        #expect(error.offset == offset, "\(text): \(error.message)")
        #expect(error.message.contains(message), "\(text): \(error.message)")
    }

    @Test("the caret stands under the character, also behind wide text and in long queries")
    func caret() throws {
        #expect(
            try #require(refusal("é or )")).explained(in: "é or )").hasSuffix(
                "\n  é or )\n       ^"))
        let long = String(repeating: "word ", count: 40) + "| limt 5"
        let lines = try #require(refusal(long)).explained(in: long).split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("  …"))
        let place = lines[2].count - 1
        #expect(lines[1].dropFirst(place).hasPrefix("limt 5"))
    }

    @Test("nesting, length and counts have limits")
    func limits() {
        #expect(refusal(String(repeating: "(", count: 100))?.code == .tooLarge)
        #expect(refusal(String(repeating: "not ", count: 100) + "a")?.code == .tooLarge)
        #expect(refusal(String(repeating: "a", count: 200_000))?.code == .tooLarge)
        #expect(refusal("a" + String(repeating: " | limit 1", count: 40))?.code == .tooLarge)
        #expect(refusal("| limit 99999999999")?.code == .tooLarge)
        #expect(
            refusal(String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60))
                == nil)
    }

    @Test("pipes are understood as they are written")
    func pipes() throws {
        let query = try Query(
            parsing: """
                * | rename fill_price as price | stats sum(commission) as paid, p95(price), \
                count() by asset, time(5m) as slot | sort -paid, asset asc, p95(price) desc \
                | limit 7 | fields asset, paid
                """)
        let price = FieldPath("price")
        #expect(
            query.pipes == [
                .rename([.init(from: "fill_price", to: "price")]),
                .stats(
                    [
                        Aggregate(.sum, FieldPath("commission"), as: "paid"),
                        Aggregate(.percentile(95), price), Aggregate(.count),
                    ],
                    by: [
                        GroupKey(.field(FieldPath("asset"))),
                        GroupKey(.time(300_000_000), as: "slot"),
                    ]),
                .sort([
                    SortKey(FieldPath("paid"), isDescending: true), SortKey(FieldPath("asset")),
                    SortKey(FieldPath("p95_price"), isDescending: true),
                ]), .limit(7), .fields([FieldPath("asset"), FieldPath("paid")]),
            ])
        #expect(try Query(parsing: "| top 3 asset").pipes == [.top(3, FieldPath("asset"))])
        #expect(try Query(parsing: "| timeline 250ms").pipes == [.timeline(250_000)])
        #expect(try Query(parsing: "|lifecycle ORD-1").pipes == [.lifecycle("ORD-1")])
    }

    @Test(
        "what is printed reads back as the same query",
        arguments: [
            #"a or b and not (c or d) | limit 5"#, #"asset:("A B" or C*) "x y" w?rd\*"#,
            #"a\:b:c\|d and \or or "not" "#, #""odd (key)" >= 5 and x:(a and not (b or c))"#,
            #"| stats count() as "n n", p1(x) by "a,b", time(90s) | sort -"n n""#,
            #"timestamp:"2026-11-20 14:25" and note:"a \"b\" c""#, "price > 1 | timeline 1d",
            #"| rename a as "as", b as c | fields "as", "-x" | limit 3"#, #"x:"a" y:é* ü"#,
        ])
    func printing(text: String) throws {
        let query = try Query(parsing: text)
        let printed = query.description
        #expect(try Query(parsing: printed) == query, "\(printed)")
        #expect(try Query(parsing: printed).description == printed)
    }
}
