// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Query
import Records

/// Bundles of records with their proofs: asked for, fetched, and which were given to whom.
struct ExportsPage: ActPage {
    let core: DaemonCore

    private static let path = Area.exports.path
    private static let roles = Area.exports.roles
    private static let refresh = 1_000

    var routes: [Route] { [show, make] }

    private var show: Route {
        Route(.get, Self.path, access: Area.exports.access) { [core] request, context in
            let caller = try context.caller
            let ground = core.ground(of: caller)
            let made = try await core.blocking { try Self.made(ground) }
            let jobs = core.jobs.jobs(of: caller.name).filter { $0.kind == .export }
            let values = RequestValues(request)
            // A search hands over what it looked for.
            let asked = try ["book", "q", "from", "to"].map { try values.text($0) ?? "" }
            return Console.answer(
                Self.page(asked, jobs, made, ground.existingBooks, context), to: request, context)
        }
    }

    private var make: Route {
        form(Self.path, Self.roles) { [core] _, body, context, _ in
            var order = ExportOrder(
                output: "", range: try ExportRoutes.range(from: body["from"], to: body["to"]),
                zone: .utc)
            order.book = body["book"] ?? "audit"
            order.query = body["query"] ?? ""
            order.givenTo = body["given_to"]
            order.expires = body["expires"]
            order.recipients = Self.list(body["recipients"])
            order.isOpened = body["open"] != nil
            _ = try ExportRoutes.begin(order, core, context.caller)
            return Link(Self.path)
        }
    }

    // MARK: - The page

    private static func page(
        _ asked: [String], _ jobs: [Jobs.Job], _ made: [Made], _ books: [String],
        _ context: DaemonContext
    ) -> Page {
        let pace = jobs.contains(where: \.isRunning) ? refresh : nil
        return Page(
            "Exports", in: .exports,
            lead: "Records with proofs that whoever gets them can check without Daybook's books."
        ) {
            if !jobs.isEmpty {
                Part.card(
                    "Yours of the last hour", id: "jobs", refresh: pace, isFlush: true
                ) { table(jobs) }
            }
            Tag.div(.class("grid")) {
                Part.card("Make one", classes: "third") { form(asked, books, context) }
                Part.card(
                    "Made so far", note: "copies that no clear reaches", id: "made", refresh: pace,
                    isFlush: true, classes: "two-thirds"
                ) { table(made) }
            }
        }
    }

    private static func form(_ asked: [String], _ books: [String], _ context: DaemonContext)
        -> HTML
    {
        let mayOpen = isCompliance(context)
        let books = books.filter { mayOpen || $0 != "chat" }
        return Form.post(path, context) {
            Form.choice(
                "book", "Book", books.map { ($0, $0) }, chosen: asked[0].isEmpty ? nil : asked[0])
            Form.text(
                "query", "Query", value: asked[1],
                hint: "As for search, without pipes; every record when it is left out.")
            Form.text("from", "From", value: asked[2], placeholder: "2026-11-20T09:30")
            Form.text("to", "To", value: asked[3], placeholder: "2026-11-20")
            Form.text("given_to", "Given to", hint: "Who gets it, for the record.")
            Form.text("expires", "To be destroyed", placeholder: "90d, or 2026-12-31")
            Form.text(
                "recipients", "age keys", hint: "Of those who can open it, with commas.",
                placeholder: "age1…")
            if mayOpen {
                Form.box("open", "Open what is sealed; needs an age key")
            }
            Form.button("Make it")
        }
    }

    // MARK: - Jobs

    private static func table(_ jobs: [Jobs.Job]) -> HTML {
        Table(
            "Your exports",
            [.init("Begun"), .init("State"), .init("Records", .number), .init("Bundle")],
            jobs.map { job in
                .init([
                    Figures.time(job.started), state(job),
                    .text(records(job) ?? "-"),
                    job.file == nil
                        ? "-"
                        : Tag.a(.href(Link("/v1/exports/\(job.id)"))) {
                            job.file?.hasSuffix(".age") == true ? "Fetch, encrypted" : "Fetch"
                        },
                ])
            }
        ).html
    }

    private static func records(_ job: Jobs.Job) -> String? {
        guard case .done(let result) = job.state,
            case .number(let text)? = result["records"]
        else { return nil }
        return UInt64(text).map { Figures.count($0) }
    }

    private static func state(_ job: Jobs.Job) -> HTML {
        switch job.state {
        case .running: Part.badge("is being made", .accent)
        case .done: Part.badge("ready", .good)
        case .failed(_, let message):
            Tag.span {
                Part.badge("failed", .bad)
                " "
                message
            }
        }
    }

    // MARK: - What was given out

    private struct Made: Sendable {
        let index: UInt64
        let id: String
        let book: String
        let records: UInt64?
        let isOpened: Bool
        let expires: Timestamp?
        let givenTo: String
    }

    private static func made(_ ground: Ground) throws -> [Made] {
        try ground.ledger().entries(of: .exportMade).suffix(ServerLimits.exportsShown).reversed()
            .map { entry in
                func number(_ name: String) -> UInt64? {
                    if case .number(let text)? = entry.object[name] { UInt64(text) } else { nil }
                }
                var isOpened = false
                if case .bool(true)? = entry.object["opened"] { isOpened = true }
                return Made(
                    index: entry.index, id: entry.object["export_id"]?.stringValue ?? "",
                    book: entry.object["book"]?.stringValue ?? "",
                    records: number("record_count"), isOpened: isOpened,
                    expires: entry.object["expires"]?.stringValue.flatMap { Timestamp($0) },
                    givenTo: entry.object["given_to"]?.stringValue ?? "")
            }
    }

    private static func table(_ made: [Made]) -> HTML {
        guard !made.isEmpty else {
            return Part.empty(.exports, "No export yet", "Each leaves a record, listed here.")
        }
        return Table(
            "Exports",
            [
                .init("Export"), .init("Book"), .init("Records", .number), .init("Sealed"),
                .init("Given to"), .init("To be destroyed"),
            ],
            made.map { one in
                .init([
                    Tag.a(.href(Paths.record("audit", one.index))) { one.id }, .text(one.book),
                    .text(one.records.map { Figures.count($0) } ?? "-"),
                    one.isOpened ? Part.badge("opened", .warn) : Part.badge("stays sealed"),
                    .text(one.givenTo.isEmpty ? "-" : one.givenTo),
                    one.expires.map { Figures.time($0, .day) } ?? "not said",
                ])
            }
        ).html
    }
}
