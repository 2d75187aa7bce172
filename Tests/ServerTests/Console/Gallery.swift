// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import Records
import Testing

@testable import Server

/// Every part of the console on one page: `DAYBOOK_GALLERY=DIR` writes it there with its stylesheet
/// and script, to be looked at.
@Suite struct GalleryTests {
    @Test("every part has a look")
    func gallery() throws {
        let principal = Principal(
            name: "alice", roles: [.compliance, .auditor, .admin], origin: .session("x"))
        let html = Layout(Self.page, principal: principal, csrf: "token").body.rendered
        #expect(html.contains("id=\"content\""))
        guard let directory = ProcessInfo.processInfo.environment["DAYBOOK_GALLERY"] else { return }
        for theme in ["light", "dark"] {
            let document = """
                <!doctype html><html lang="en" data-theme="\(theme)"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Parts</title><link rel="stylesheet" href="console.css">
                <script src="console.js" defer></script></head><body>\(html)</body></html>
                """
            try document.write(
                toFile: "\(directory)/\(theme).html", atomically: true, encoding: .utf8)
        }
        try Data(ConsoleAssets.style.bytes).write(to: URL(filePath: "\(directory)/console.css"))
        try Data(ConsoleAssets.script.bytes).write(to: URL(filePath: "\(directory)/console.js"))
    }

    private static let page = Page(
        "Parts", in: .today, lead: "What pages are put together from.",
        actions: .group([
            Form.linkButton("Export", Link("/"), icon: .download),
            Form.linkButton("Run", Link("/"), .main),
        ])
    ) {
        Part.tiles {
            Part.tile("Orders", "12,402", note: "34 a minute", link: Link("/"))
            Part.tile("Fills", "9,118", note: "73.5 %")
            Part.tile("Rejects", "311", note: "2.5 %", tone: .bad)
            Part.tile("Commission", "4,820.55", unit: "USD")
            Part.tile("Decision to fill, p99", "38.2", unit: "ms", tone: .warn)
        }
        Tag.div(.class("grid")) {
            Part.card("Orders a minute", note: "UTC", classes: "two-thirds") { bars.html }
            Part.card("Rejects by reason", classes: "third") { list.html }
            Part.card("Latest", note: "live", isFlush: true) { table.html }
            Part.card("Facts", classes: "half") {
                Part.facts([
                    ("Origin", Tag.code { "daybook/desk/audit" }),
                    ("Signed", Figures.time(Timestamp(microseconds: 1_795_185_000_000_000))),
                    ("State", Part.badge("verified", .good)),
                    (
                        "Badges",
                        .group([
                            Part.badge("held", .warn), " ", Part.badge("erased", .bad), " ",
                            Part.badge("new", .accent), " ", Part.badge("closed"),
                        ])
                    ),
                ])
                Part.progress("Verifying", 0.4)
            }
            Part.card("A form", classes: "half") { form }
            Tag.div(.class("half stack")) {
                Part.notice(.good, "All is well") { "9,118 records verified." }
                Part.notice(.warn, "The clock jumped") { "Clearing waits until someone confirms." }
                Part.notice(.bad, "Record 4,711 was changed") { "Restore segment 3 from a copy." }
                Part.notice(.accent, "A new policy waits") { "It binds once it is approved." }
            }
            Part.card("Empty", classes: "half") {
                Part.empty(
                    .inbox, "No requests", "Nobody has asked about their data.",
                    actions: Form.linkButton("Open a request", Link("/")))
            }
            Part.card("Text", classes: "half") {
                Part.tabs(
                    "Views", [("Table", Link("/")), ("Lines", Link("/")), ("Proof", Link("/"))],
                    at: 1)
                Part.code(
                    "{\"event\":\"order_filled\",\"asset\":\"AAPL\",\"fill_price\":\"150.25\"}")
                Tag.div(.class("loading"))
            }
        }
    }

    private static var bars: BarChart {
        BarChart(
            "Orders a minute",
            [.init("filled", .good), .init("open", .quiet), .init("rejected", .bad)],
            (0..<60).map {
                .init(
                    "14:\($0)", [20 + ($0 * 37) % 23, ($0 * 7) % 9, $0 % 11 == 0 ? 9 : $0 % 3],
                    link: Link("/"))
            }, marks: ["14:00", "14:15", "14:30", "14:45", "15:00"])
    }

    private static var list: BarList {
        BarList([
            .init("insufficient margin", 120, shown: "120", link: Link("/"), tone: .bad),
            .init("price outside of the band", 84, shown: "84", link: Link("/"), tone: .bad),
            .init("market closed", 12, shown: "12", link: Link("/"), tone: .bad),
        ])
    }

    private static var table: Table {
        Table(
            "Latest records",
            [
                .init("Time"), .init("Event"), .init("Order"), .init("Side"),
                .init("Amount", .number), .init("Price", .number),
                .init("Strategy", wideOnly: true),
            ],
            (0..<8).map { number in
                .init([
                    Tag.a(.href("/")) {
                        Figures.time(
                            Timestamp(
                                microseconds: 1_795_185_000_000_000 + Int64(number) * 731_123),
                            .exact)
                    },
                    Part.badge(
                        number % 3 == 0 ? "rejected" : "filled", number % 3 == 0 ? .bad : .good),
                    Tag.code { "order-0000000\(number)" },
                    number % 2 == 0 ? "buy" : "sell",
                    .text("\(100 * number + 100)"), "150.25", "momentum",
                ])
            }, id: "rows")
    }

    private static var form: HTML {
        Tag.form(.class("form")) {
            Form.text("reason", "Reason", hint: "It is recorded with your name.", isRequired: true)
            Form.text("until", "Until", value: "soon", wrong: "Expected a date such as 2027-01-31.")
            Form.choice("rule", "Rule", [("a", "FINRA 4511"), ("b", "MiFID II")], chosen: "b")
            Form.box("sure", "I have read the plan")
            Tag.div(.class("inline")) {
                Form.button("Apply")
                Form.button("Refuse", .danger)
                Form.button("Later", .usual)
                Form.button("Cancel", .plain)
            }
        }
    }
}
