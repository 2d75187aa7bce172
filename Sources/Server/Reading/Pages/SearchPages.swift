// SPDX-License-Identifier: Apache-2.0

import Desk
import Hummingbird
import Query
import Records
import Synchronization

/// The page *Search*: the query, a histogram over time, and what was found.
package struct SearchPages: RouteGroup {
    private let core: DaemonCore
    private let gate: SearchGate

    init(_ core: DaemonCore, _ gate: SearchGate) {
        self.core = core
        self.gate = gate
    }

    package var routes: [Route] {
        [
            Route(.get, "/search", access: Area.search.access) { [self] request, context in
                try await search(request, context)
            }
        ]
    }

    private func search(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let principal = try context.caller
        let ground = core.ground(of: principal)
        let asked = try SearchView(request)
        let gone = Gone(context)
        let view = try await gate.run {
            var view = asked
            view.look(principal, ground) { gone.isGone }
            return view
        }
        let page = SearchPage(view, principal, bookNames: ground.bookNames)
        return Console.answer(page.page, to: request, context)
    }
}

/// Whether the client of a request has gone.
final class Gone: Sendable {
    private let flag = Atomic<Bool>(false)

    init(_ context: DaemonContext) {
        context.channel.closeFuture.whenComplete { [self] _ in
            flag.store(true, ordering: .relaxed)
        }
    }

    var isGone: Bool { flag.load(ordering: .relaxed) }
}

/// The page, made of what was found.
struct SearchPage {
    private let view: SearchView
    private let principal: Principal
    private let bookNames: [String]

    init(_ view: SearchView, _ principal: Principal, bookNames: [String]) {
        self.view = view
        self.principal = principal
        self.bookNames = bookNames
    }

    private var mayReadChat: Bool { ReadRights(principal).mayReadChat }

    var page: Page {
        Page("Search", in: .search) {
            Tag.div(.class("stack")) {
                form
                if let wrong = view.wrong {
                    Part.notice(.bad, "This search cannot be run") { Part.code(wrong) }
                } else {
                    histogram
                    results
                }
            }
        }
    }

    // MARK: - The form

    private var form: HTML {
        Tag.form(.class("query-form"), .action("/search"), .role("search")) {
            Tag.div(.class("query-line")) {
                Tag.label(.class("unseen"), .for("query")) { "Query" }
                Tag.div(.class("query-field")) {
                    Tag.input(
                        .type("text"), .id("query"), .name("q"), .value(view.text),
                        .placeholder(
                            "event_type:order_filled and asset:AAPL | stats sum(commission) by asset"
                        ),
                        .autocomplete("off"), .named("spellcheck", "false"),
                        .named("autocapitalize", "off"), .data("complete", "/v1/fields"),
                        .role("combobox"), .aria("expanded", "false"),
                        .aria("controls", "query-list"), .aria("autocomplete", "list"))
                    Tag.ul(
                        .id("query-list"), .class("completion"), .role("listbox"), .hidden,
                        .label("Fields and values"))
                }
                Form.button("Search")
            }
            Tag.div(.class("query-options")) {
                choice("span", "Time", SearchView.spans + [("", "From … to …")], view.span)
                field("from", "From", view.from, "2026-11-20T09:30")
                field("to", "To", view.to, "2026-11-20T16:00")
                if mayReadChat {
                    choice(
                        "books", "Books",
                        [("", "All but chat")] + bookNames.map { ($0, $0) }, view.books)
                    field("reason", "Reason", view.reason, "needed for chat, and recorded")
                }
                choice(
                    "view", "As", [("table", "Table"), ("lines", "Lines")],
                    view.isLines ? "lines" : "table")
            }
        }
    }

    private func choice(
        _ name: String, _ label: String, _ options: [(String, String)], _ chosen: String
    ) -> HTML {
        Tag.label {
            Tag.span { label }
            Tag.element(
                "select", [.name(name)],
                .group(
                    options.map { value, title in
                        Tag.element(
                            "option", [.value(value)] + (value == chosen ? [.selected] : []),
                            .text(title))
                    }))
        }
    }

    private func field(_ name: String, _ label: String, _ value: String, _ hint: String) -> HTML {
        Tag.label {
            Tag.span { label }
            Tag.input(
                .type("text"), .name(name), .value(value), .placeholder(hint),
                .autocomplete("off"))
        }
    }

    // MARK: - Over time

    private var histogram: HTML {
        guard view.bars.count > 1 else { return .empty }
        let last = view.bars[view.bars.count - 1].start + view.width
        let bars = view.bars.map { bar in
            BarChart.Bar(
                name(of: bar.start), [bar.count],
                link: view.link(range(bar.start, bar.start + view.width)))
        }
        let middle = view.bars[view.bars.count / 2].start
        let chart = BarChart(
            "Records over time", [.init("records", .accent)], bars,
            marks: [view.bars[0].start, middle, last].map { name(of: $0) })
        return Part.card(
            "Over time",
            note: "a bar is \(Figures.duration(microseconds: view.width)); drag to zoom"
        ) {
            Tag.div(
                .data("zoom", view.link(range(0, 0)).text),
                .data("zoom-start", String(view.bars[0].start)),
                .data("zoom-width", String(view.width)),
                .data("zoom-bars", String(view.bars.count))
            ) { chart.html }
        }
    }

    /// What is asked for one stretch of time instead.
    private func range(_ from: Int64, _ to: Int64) -> [(String, String)] {
        [
            ("span", ""), ("from", Timestamp(microseconds: from).description),
            ("to", Timestamp(microseconds: to).description),
        ]
    }

    private func name(of instant: Int64) -> String {
        let text = Timestamp(microseconds: instant).description
        if view.width >= 86_400_000_000 { return String(text.prefix(10)) }
        let length = (view.bars.last?.start ?? 0) - (view.bars.first?.start ?? 0)
        let time = String(text.dropFirst(11).prefix(view.width >= 60_000_000 ? 5 : 8))
        return length > 86_400_000_000 ? "\(text.dropFirst(5).prefix(5)) \(time)" : time
    }

    // MARK: - What was found

    @HTMLBuilder private var results: HTML {
        if view.restricted > 0 {
            Part.notice(
                .warn,
                "\(Figures.count(view.restricted, "restricted record")) left out: kept for legal "
                    + "reasons, and not to be used.")
        }
        if let life = view.life {
            Part.card("Life of the order", isFlush: true) { OrderLifeTable(life).html }
        } else if let table = view.table {
            Part.card("Result", note: took, isFlush: true) { html(of: table) }
        } else if view.found.isEmpty {
            Part.card("Records") { nothing }
        } else {
            Part.card("Records", note: took, isFlush: !view.isLines, actions: pages) {
                view.isLines ? lines : records
            }
        }
    }

    private var took: String {
        let count = view.matched.map { Figures.count($0, "record") + ", " } ?? ""
        return "\(count)\(Figures.count(view.milliseconds)) ms"
    }

    private var nothing: HTML {
        let isAll = view.span == "all"
        return Part.empty(
            .search, "Nothing was found",
            isAll
                ? "No record that you may read passes this query."
                : "No record of this time passes this query.",
            actions: isAll
                ? .empty
                : Form.linkButton(
                    "Look at all time", view.link([("span", "all"), ("from", ""), ("to", "")])))
    }

    private var pages: HTML {
        Tag.div(.class("inline")) {
            if principal.has(Area.exports.roles), let link = view.exportLink {
                Form.linkButton("Export", link, .plain)
            }
            if view.skip > 0 {
                Form.linkButton(
                    "Newer", view.link([("skip", String(max(0, view.skip - SearchView.rows)))]),
                    .plain)
            }
            if view.hasMore, view.skip + SearchView.rows <= 10_000 {
                Form.linkButton(
                    "Older", view.link([("skip", String(view.skip + SearchView.rows))]), .plain)
            }
        }
    }

    private var records: HTML {
        Table(
            "Records that were found",
            [
                .init("Time"), .init("Event"), .init("Asset"), .init("Order", wideOnly: true),
                .init("Details", wideOnly: true), .init("Record", .number),
            ],
            view.found.map { found in
                RecordRow(found.book, found.index, found.record, reason: view.reason).row
            }, id: "found"
        ).html
    }

    private var lines: HTML {
        Tag.ul(.class("lines"), .data("list", "")) {
            for found in view.found {
                Tag.li {
                    Tag.a(.href(RecordRow.link(found.book, found.index, view.reason))) {
                        "\(found.book) \(Figures.count(found.index))"
                    }
                    Tag.code { found.line }
                }
            }
        }
    }

    private func html(of table: (columns: [ResultColumn], rows: [[String]])) -> HTML {
        guard !table.rows.isEmpty else { return nothing }
        return Table(
            "Result of the query",
            table.columns.map { column in
                .init(
                    column.name,
                    column.kind == .integer || column.kind == .decimal ? .number : .text)
            }, table.rows.map { row in .init(row.map { .text($0) }) }
        ).html
    }
}
