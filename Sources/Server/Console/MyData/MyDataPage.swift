// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Retention

/// What is kept of whoever looks: to see, to take along, and to ask to be forgotten.
struct MyDataPage: RouteGroup {
    private let core: DaemonCore

    init(_ core: DaemonCore) { self.core = core }

    private static let path = Area.mine.path

    var routes: [Route] {
        [
            Route(.get, Self.path, access: Area.mine.access) { request, context in
                let caller = try context.caller
                guard let account = caller.account else {
                    return Console.answer(Self.unknown, to: request, context)
                }
                let report = try await core.blocking { [core] in
                    try Self.report(of: account, core.ground(of: caller))
                }
                return Console.answer(
                    Self.page(account, report, context), to: request, context)
            },
            Route(.get, "\(Self.path)/export", access: Area.mine.access) { _, context in
                let caller = try context.caller
                guard let account = caller.account else { throw Self.noAccount }
                let (name, text) = try await core.blocking { [core] in
                    try Self.copy(of: account, core.ground(of: caller))
                }
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: "application/json", .cacheControl: "no-store",
                        .contentDisposition: "attachment; filename=\"\(name)\"",
                    ], body: .init(byteBuffer: ByteBuffer(string: text)))
            },
            Route(.post, "\(Self.path)/requests", access: Area.mine.access) { request, context in
                let caller = try context.caller
                guard let account = caller.account else { throw Self.noAccount }
                let form = try await FormBody(request)
                guard let kind = form["kind"].flatMap({ Retention.Request.Kind(rawValue: $0) })
                else { throw HTTPFailure(.badRequest, "say what you ask for") }
                _ = try await core.blocking { [core] in
                    try core.ground(of: caller).openRequest(
                        account, kind, verifiedBy: "signed in as \(caller.name)")
                }
                return Console.redirect(to: Link(Self.path))
            },
        ]
    }

    private static let noAccount = HTTPFailure(
        .conflict, "your token names no chat account: whoever made it can name one")

    /// What is kept; nil while nothing is known under that account.
    private static func report(of account: String, _ ground: Ground) throws -> PersonReport? {
        do {
            return try ground.about(account)
        } catch let failure as DeskFailure where failure.code == .noInput {
            return nil
        }
    }

    /// A copy of all that can be shown, without the names of others.
    private static func copy(of account: String, _ ground: Ground) throws -> (String, String) {
        let person = try ground.person(account)
        let now = ground.now
        let request = Retention.Request(
            id: "own-copy", kind: .portability, person: account, personID: person.number,
            received: now)
        let document = try ground.answerDocument(request, ground.ledger())
        let text = JSONValue.object(document.json).description + "\n"
        return ("my-data-\(now.description.prefix(10)).json", text)
    }

    // MARK: - The page

    private static var unknown: Page {
        Page("My data", in: .mine, width: .reading) {
            Tag.section(.class("card")) {
                Part.empty(
                    .mine, "Your token names no account",
                    "Whoever made it can say which chat account is yours: `daybook token create "
                        + "--account slack:you`.")
            }
        }
    }

    private static func page(
        _ account: String, _ report: PersonReport?, _ context: DaemonContext
    ) -> Page {
        Page(
            "My data", in: .mine,
            lead: "What is kept of \(account), until when, and who looked at it.",
            actions: report.map { $0.summary.records > 0 ? exportButton : .empty } ?? .empty
        ) {
            if let report, report.summary.records > 0 {
                Part.card(
                    "Kept", note: Figures.count(report.summary.records, "record"), isFlush: true
                ) { kept(report) }
            } else {
                Tag.section(.class("card")) {
                    Part.empty(
                        .mine, "Nothing is kept of you",
                        "No message under \(account) is in these books.")
                }
            }
            Tag.div(.class("grid")) {
                Part.card("Requests", isFlush: true, classes: "half") { requests(report) }
                Part.card("Ask for something", classes: "half") { ask(context) }
            }
            if let report { Part.card("Who looked", isFlush: true) { reads(report) } }
        }
    }

    private static let exportButton = Form.linkButton(
        "Take a copy", Link("\(path)/export"), icon: .download)

    private static func kept(_ report: PersonReport) -> HTML {
        Table(
            "What is kept",
            [
                .init("Conversation"), .init("Platform"), .init("Records", .number),
                .init("Oldest", wideOnly: true), .init("Newest"), .init("What becomes of it"),
            ],
            report.summary.rows.map { row in
                .init([
                    .text(row.conversation), .text(row.platform),
                    .text(Figures.count(row.records)),
                    row.oldest.map { Figures.time($0, .day) } ?? "",
                    row.newest.map { Figures.time($0, .day) } ?? "", .text(row.told),
                ])
            }
        ).html
    }

    private static func requests(_ report: PersonReport?) -> HTML {
        guard let report, !report.requests.isEmpty else {
            return Part.empty(
                .requests, "No requests", "What you ask for appears here with its deadline.")
        }
        return Table(
            "Your requests",
            [.init("Request"), .init("Kind"), .init("Received"), .init("Due"), .init("State")],
            report.requests.reversed().map { request in
                .init([
                    Tag.code { request.id }, .text(request.kind.rawValue),
                    Figures.time(request.received, .day), Figures.time(request.due, .day),
                    Part.badge(
                        request.state(at: report.now), request.isOpen ? .accent : .neutral),
                ])
            }
        ).html
    }

    private static func ask(_ context: DaemonContext) -> HTML {
        .group([
            Tag.p(.class("muted")) {
                "Somebody from compliance answers within a month. Where a rule or a legal hold "
                    + "stands in the way of erasing, the answer says so, and what is kept is not used."
            },
            Form.post(
                "\(path)/requests", context, confirm: "Send this request?"
            ) {
                Form.choice(
                    "kind", "What",
                    [
                        ("erasure", "Erase what is kept of me"),
                        ("restriction", "Keep it, and do not use it"),
                        ("access", "A copy, with an answer"),
                    ])
                Tag.div { Form.button("Ask") }
            },
        ])
    }

    private static func reads(_ report: PersonReport) -> HTML {
        guard !report.reads.rows.isEmpty else {
            return Part.empty(.mine, "Nobody yet", "Whoever opens your messages is listed here.")
        }
        return Table(
            "Who looked", [.init("When"), .init("Who"), .init("How")],
            report.reads.rows.suffix(ServerLimits.readsShown).reversed().map { row in
                .init([
                    row.at.map { Figures.time($0) } ?? "", .text(row.by), .text(row.how),
                ])
            }
        ).html
    }
}
