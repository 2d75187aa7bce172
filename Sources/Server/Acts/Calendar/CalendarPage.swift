// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Hummingbird
import Records
import Vault

/// What goes on which day: a month as a grid, the same in a table, and the months to come.
struct CalendarPage: RouteGroup {
    private let core: DaemonCore
    private let desk: CalendarDesk

    init(_ core: DaemonCore) {
        self.core = core
        desk = CalendarDesk(core)
    }

    static let path = Area.retention.path + "/calendar"
    private static let refresh = 2_000
    private static var crumbs: [(title: String, link: Link)] {
        [("Retention", Link(Area.retention.path))]
    }

    var routes: [Route] {
        [
            Route(.get, Self.path, access: Area.retention.access) { [desk] request, context in
                let asked = try RequestValues(request).text("month")
                let month = asked.flatMap { CalendarMonth($0) }
                guard asked == nil || month != nil else {
                    throw HTTPFailure(.badRequest, "month: expected a month such as 2026-11")
                }
                let page =
                    switch try await desk.calendar() {
                    case .there(let calendar): CalendarView(calendar, month).page
                    case .counting: Self.counting
                    case .failed(let why): Self.failed(why)
                    }
                return Console.answer(page, to: request, context)
            }
        ]
    }

    static func page(_ lead: String, @HTMLBuilder content: () -> HTML) -> Page {
        Page(
            "What goes when", in: .retention, lead: lead, crumbs: crumbs
        ) { Tag.div(.class("stack"), .id("calendar")) { content() } }
    }

    private static var counting: Page {
        Page("What goes when", in: .retention, crumbs: crumbs) {
            // Renews itself until the calendar is in its place.
            Tag.section(
                .class("card"), .id("calendar"), .data("refresh", String(refresh)),
                .role("status")
            ) {
                Part.empty(
                    .clock, "The records are being counted",
                    "Every sealed record is looked at once; the calendar then stays for a while.",
                    actions: Form.linkButton("Look again", Link(path)))
            }
        }
    }

    private static func failed(_ why: String) -> Page {
        page("It could not be counted.") { Part.notice(.bad, "It could not be counted") { why } }
    }
}

/// The page, made of a calendar.
struct CalendarView {
    private let calendar: RetentionCalendar
    private let month: CalendarMonth
    private let today: Int

    /// - Parameter month: nil is the month of today.
    init(_ calendar: RetentionCalendar, _ month: CalendarMonth?) {
        self.calendar = calendar
        today = Vault.day(of: calendar.made)
        self.month = month ?? CalendarMonth(ofDay: today)
    }

    var page: Page {
        CalendarPage.page(
            "By what binds now, counted at \(calendar.made.description.dropFirst(11).prefix(5)) UTC. Every pass "
                + "looks again before anything goes."
        ) {
            tiles
            Part.card(month.title, isFlush: true, actions: pager) { grid }
            Part.card("The same in words", isFlush: true) { list }
            Tag.div(.class("grid")) {
                Part.card("Months to come", isFlush: true, classes: "half") { months }
                Part.card("Without a day", isFlush: true, classes: "half") { staying }
            }
        }
    }

    private var tiles: HTML {
        let here = calendar.sum(month.days)
        let now = calendar.sum(today..<(today + 1))
        let next = calendar.dates.first { $0 > today }
        return Part.tiles {
            Part.tile("Today", Figures.count(now.records, "record"), note: "or earlier")
            Part.tile(
                "In \(month.title)", Figures.count(here.records, "record"),
                note: Figures.bytes(here.bytes))
            Part.tile(
                "Next day", next.map { CalendarMonth.date($0) } ?? "none",
                note: next.map {
                    Figures.count(calendar.sum($0..<($0 + 1)).records, "record")
                })
            Part.tile(
                "Without a day",
                Figures.count(calendar.staying.reduce(0) { $0 + $1.count.records }, "record"))
        }
    }

    // MARK: - The grid

    private var pager: HTML {
        Tag.nav(.class("inline"), .label("Months")) {
            step("Earlier", month.previous)
            if month != CalendarMonth(ofDay: today) {
                Form.linkButton("Today", Link(CalendarPage.path), .plain)
            }
            step("Later", month.next)
        }
    }

    private func step(_ title: String, _ month: CalendarMonth) -> HTML {
        Tag.a(.class("button plain"), .href(link(to: month)), .title(month.title)) { title }
    }

    private func link(to month: CalendarMonth) -> Link {
        Link(CalendarPage.path, ["month": month.text])
    }

    private var grid: HTML {
        Tag.table(.class("month"), .data("grid", "")) {
            Tag.caption(.class("unseen")) {
                "Records that go in \(month.title), by day. The table below says the same."
            }
            Tag.thead {
                Tag.tr {
                    for name in CalendarMonth.weekdays {
                        Tag.element(
                            "th", [.column, .named("abbr", name)], .text(String(name.prefix(3))))
                    }
                }
            }
            Tag.tbody {
                for week in month.weeks {
                    Tag.tr { for day in week { cell(day) } }
                }
            }
        }
    }

    private func cell(_ day: Int) -> HTML {
        guard month.days.contains(day) else { return Tag.td(.class("out")) }
        let number = String(day - month.first + 1)
        var attributes: [Attribute] = day == today ? [.aria("current", "date")] : []
        guard let entries = calendar.days[day] else {
            return Tag.element("td", attributes, Tag.span(.class("day")) { number })
        }
        let sum = calendar.sum(day..<(day + 1)).records
        attributes.append(.class("going"))
        let words = "\(number) \(month.title): \(Self.words(entries))"
        return Tag.element(
            "td", attributes,
            Tag.a(.href("#day-\(CalendarMonth.date(day))"), .label(words), .title(words)) {
                Tag.span(.class("day")) { number }
                Tag.b { sum == 0 ? "erasure" : Self.short(sum) }
            })
    }

    private static func words(_ entries: [RetentionCalendar.Entry]) -> String {
        entries.map { entry in
            entry.count.records == 0
                ? entry.what : "\(Figures.count(entry.count.records, "record")) by \(entry.what)"
        }.joined(separator: ", ")
    }

    /// `950`, `1.2k`, `3.4M`: what has room in a small cell.
    static func short(_ count: Int) -> String {
        if count < 1_000 { return String(count) }
        return count < 1_000_000
            ? Figures.short(Double(count) / 1e3) + "k" : Figures.short(Double(count) / 1e6) + "M"
    }

    // MARK: - Words

    private var list: HTML {
        let days = calendar.dates.filter { month.days.contains($0) }
        guard !days.isEmpty else {
            return Part.empty(
                .clock, "Nothing goes in \(month.title)", "No period ends in it that is known now.")
        }
        let rows = days.flatMap { day in
            (calendar.days[day] ?? []).enumerated().map { place, entry in
                Table.Row(
                    [
                        .text(CalendarMonth.date(day)), .text(entry.what),
                        .text(entry.count.records == 0 ? "-" : Figures.count(entry.count.records)),
                        .text(entry.count.bytes == 0 ? "-" : Figures.bytes(entry.count.bytes)),
                    ], id: place == 0 ? "day-\(CalendarMonth.date(day))" : nil)
            }
        }
        return Table(
            "What goes in \(month.title)",
            [.init("Day"), .init("By"), .init("Records", .number), .init("Size", .number)], rows
        ).html
    }

    private var months: HTML {
        var sums: [CalendarMonth: ClearForecast.Count] = [:]
        for day in calendar.dates {
            sums[CalendarMonth(ofDay: day), default: .init()] += calendar.sum(day..<(day + 1))
        }
        guard !sums.isEmpty else {
            return Part.empty(.clock, "Nothing goes by itself", "No policy and no rule has an end.")
        }
        return Table(
            "Months in which something goes",
            [.init("Month"), .init("Records", .number), .init("Size", .number)],
            sums.keys.sorted().prefix(ServerLimits.calendarMonths).map { month in
                .init([
                    Tag.a(.href(link(to: month))) { month.title },
                    .text(Figures.count(sums[month]?.records ?? 0)),
                    .text(Figures.bytes(sums[month]?.bytes ?? 0)),
                ])
            }
        ).html
    }

    private var staying: HTML {
        let rows =
            calendar.staying.map { entry in
                Table.Row([
                    .text(entry.what), .text(Figures.count(entry.count.records)),
                    .text(Figures.bytes(entry.count.bytes)),
                ])
            }
            + calendar.blocked.map { book, why in
                Table.Row([.text("days of \(book): \(why)"), "-", "-"])
            }
        guard calendar.hasPolicies || !rows.isEmpty else {
            return Part.empty(
                .retention, "No policy is in force",
                "Single records stay until somebody clears them.")
        }
        guard !rows.isEmpty else {
            return Part.empty(.check, "Every record has its day", "Nothing is kept without an end.")
        }
        return Table(
            "What has no day, and why",
            [.init("Why"), .init("Records", .number), .init("Size", .number)], rows
        ).html
    }
}
