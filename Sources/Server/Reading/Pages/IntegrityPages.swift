// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records
import TransparencyLog

/// The page *Integrity*: what is signed, how the books grow, and whether they still are what was
/// signed.
package struct IntegrityPages: RouteGroup {
    private let core: DaemonCore
    private let desk: VerifyDesk

    init(_ core: DaemonCore, _ desk: VerifyDesk) {
        self.core = core
        self.desk = desk
    }

    package var routes: [Route] {
        [
            Route(.get, "/integrity", access: Area.integrity.access) {
                [self] request, context in
                let (views, results) = try await core.blocking {
                    (core.ground.existingBooks.map { IntegrityView($0, core) }, desk.results())
                }
                let page = IntegrityPage(views, results, desk.running, context)
                return Console.answer(page.page, to: request, context)
            },
            Route(.post, "/integrity/verify", access: Area.integrity.access) {
                [self] _, context in
                let ground = core.ground(of: try context.caller)
                try await core.blocking { [desk] in
                    try VerifyRoutes.start(nil, ground, desk)
                }
                return Console.redirect(to: Link("/integrity"))
            },
        ]
    }
}

struct IntegrityPage {
    private let views: [IntegrityView]
    private let results: [VerifyDesk.Result]
    private let running: VerifyDesk.Running?
    private let context: DaemonContext

    init(
        _ views: [IntegrityView], _ results: [VerifyDesk.Result], _ running: VerifyDesk.Running?,
        _ context: DaemonContext
    ) {
        self.views = views
        self.results = results
        self.running = running
        self.context = context
    }

    private var isOff: Bool {
        views.contains { !$0.troubles.isEmpty } || results.contains { $0.isSound == false }
    }

    var page: Page {
        Page(
            "Integrity", in: .integrity,
            lead: "Whether the books are what was signed, and how to show it to somebody else."
        ) {
            Tag.div(.class("stack")) {
                for view in views {
                    for trouble in view.troubles {
                        Part.notice(.bad, "The book \(view.book)") { trouble }
                    }
                }
                verification
                for view in views { card(of: view) }
                if views.isEmpty {
                    Part.empty(
                        .integrity, "There is no book yet",
                        "The first record that is taken makes one, and it is signed a second "
                            + "later.")
                }
            }
        }
    }

    // MARK: - Verification

    private var verification: HTML {
        Part.card(
            "Verification", note: running == nil ? nil : "runs now", id: "verification",
            refresh: running == nil ? nil : 1000
        ) {
            Tag.div(.class("stack-small")) {
                if let running { progress(running) } else { start }
                if results.isEmpty, running == nil {
                    Tag.p(.class("hint")) {
                        "Nothing was verified from here yet. Every record is read again and its "
                        "hash compared with what was signed; other work goes first."
                    }
                }
                for result in results { verdict(result) }
            }
        }
    }

    private var start: HTML {
        Form.post("/integrity/verify", context, classes: "inline") {
            Form.button("Verify all books")
        }
    }

    private func progress(_ running: VerifyDesk.Running) -> HTML {
        let share = running.total > 0 ? Double(running.done) / Double(running.total) : nil
        return Tag.div(.class("stack-small")) {
            Tag.p {
                "Reading \(running.book): \(Figures.bytes(running.done)) of "
                "\(Figures.bytes(running.total))"
                if !running.waiting.isEmpty {
                    ", then \(running.waiting.joined(separator: ", "))"
                }
            }
            Part.progress("Verification of \(running.book)", share)
        }
    }

    private func verdict(_ result: VerifyDesk.Result) -> HTML {
        let by = result.by.isEmpty ? "" : ", asked for by \(result.by)"
        let records = result.verdict?["records"].flatMap(Self.count) ?? ""
        switch result.isSound {
        case true?:
            return Part.notice(.good, "\(result.book) is sound") {
                "\(records) records, verified "
                Figures.time(result.at)
                by
                notes(result)
            }
        case false?:
            return Part.notice(.bad, "\(result.book) is not sound") {
                Tag.p {
                    "Verified "
                    Figures.time(result.at)
                    by
                }
                Tag.ul {
                    for finding in result.verdict?["findings"]?.arrayValue ?? [] {
                        Tag.li { self.finding(finding.objectValue ?? [:]) }
                    }
                }
                notes(result)
            }
        case nil:
            return Part.notice(.warn, "\(result.book) could not be verified") {
                result.failure ?? ""
            }
        }
    }

    private func finding(_ finding: JSONObject) -> HTML {
        .group([
            Tag.code { finding["file"]?.stringValue ?? "" },
            .text(Self.range(finding) + ": " + (finding["what"]?.stringValue ?? "") + ". "),
            Tag.b { finding["remedy"]?.stringValue ?? "" },
        ])
    }

    private static func range(_ finding: JSONObject) -> String {
        guard let first = finding["first_record"].flatMap(count),
            let last = finding["last_record"].flatMap(count)
        else { return "" }
        return first == last ? ", record \(first)" : ", records \(first) to \(last)"
    }

    private static func count(_ value: JSONValue) -> String? {
        if case .number(let text) = value { UInt64(text).map { Figures.count($0) } } else { nil }
    }

    @HTMLBuilder private func notes(_ result: VerifyDesk.Result) -> HTML {
        for note in result.verdict?["notes"]?.arrayValue ?? [] {
            Tag.p(.class("muted")) { note.stringValue ?? "" }
        }
    }

    // MARK: - A book

    private func card(of view: IntegrityView) -> HTML {
        Part.card("The book \(view.book)", note: note(view), id: "book-\(view.book)") {
            Tag.div(.class("stack")) {
                Part.tiles {
                    Part.tile("Records", Figures.count(view.records))
                    Part.tile(
                        "Signed", Figures.count(view.signed?.checkpoint.size ?? 0),
                        note: unsigned(view), tone: view.isAccepted ? .good : .bad)
                    Part.tile("Days", Figures.count(view.days.count))
                    if view.firstKept > 0 {
                        Part.tile(
                            "Pruned", Figures.count(view.firstKept), note: "their hashes stay")
                    }
                }
                checkpoint(view)
                growth(view)
                segments(view)
            }
        }
    }

    private func note(_ view: IntegrityView) -> String {
        view.troubles.isEmpty ? "as signed" : "something is off"
    }

    private func unsigned(_ view: IntegrityView) -> String? {
        let signed = UInt64(view.signed?.checkpoint.size ?? 0)
        guard view.records > signed else { return nil }
        return "\(Figures.count(view.records - signed)) came since"
    }

    private func checkpoint(_ view: IntegrityView) -> HTML {
        guard let signed = view.signed else { return .empty }
        return Part.facts([
            ("Log", Tag.code(.class("hash")) { signed.checkpoint.origin }),
            ("Root", Tag.code(.class("hash")) { signed.checkpoint.root.base64 }),
            (
                "Key",
                view.key.map { key in Tag.code(.class("hash")) { key.description } }
                    ?? "not here"
            ),
            (
                "Checkpoint",
                Tag.span {
                    Tag.a(.href("/log/\(view.book)/checkpoint")) { "the signed note" }
                    ", for everybody: a copy kept elsewhere shows later that nothing before it was "
                    "changed"
                }
            ),
            ("Witnesses", "none configured"),
        ])
    }

    private func growth(_ view: IntegrityView) -> HTML {
        guard view.days.count > 1 else { return .empty }
        let bars = view.days.map { day in
            BarChart.Bar(
                day.date, [day.records],
                link: view.book == "audit"
                    ? Link("/search", ["from": day.date, "to": next(day.date)]) : nil)
        }
        return BarChart(
            "Records of \(view.book) a day", [.init("records", .accent)], bars,
            marks: [view.days[0].date, view.days[view.days.count - 1].date]
        ).html
    }

    private func next(_ date: String) -> String {
        guard let day = Timestamp(date + "T00:00:00Z") else { return date }
        return Timestamp(microseconds: day.microseconds + 86_400_000_000).description
    }

    private func segments(_ view: IntegrityView) -> HTML {
        Tag.details(.class("more")) {
            Tag.summary { Figures.count(view.files.count, "file") }
            Table(
                "Files of \(view.book)",
                [
                    .init("Day"), .init("Records", .number), .init("Lines", .number),
                    .init("On disk", .number), .init("State"), .init("Root", wideOnly: true),
                ],
                view.files.prefix(400).map { file in
                    .init([
                        .text(file.date), .text(Figures.count(file.records)),
                        .text(Figures.bytes(file.lineBytes)),
                        .text(file.bytes > 0 ? Figures.bytes(file.bytes) : ""),
                        Part.badge(
                            file.state,
                            file.state.hasPrefix("sealed")
                                ? .good : file.state == "open" ? .accent : .quiet),
                        Tag.code(.class("hash")) { String((file.root ?? "").prefix(16)) },
                    ])
                }
            ).html
        }
    }
}
