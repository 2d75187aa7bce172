// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// What people ask about the data that is kept of them: deadlines, copies, answers. Traders see
/// their own.
struct RequestsPage: ActPage {
    let core: DaemonCore

    private static let path = Area.requests.path
    private static let deciding: Set<Role> = [.compliance]

    var routes: [Route] { [list, show] + forms }

    private var list: Route {
        page(Self.path, Area.requests.roles) { ground, context, _ in
            let decides = Self.isCompliance(context)
            let all = try ground.requests(all: true)
            let own = try decides ? all : Self.own(all, ground, context)
            return Self.page(own, ground.now, decides, context)
        }
    }

    /// Those of a trader; none where no account is known as theirs.
    private static func own(
        _ requests: [Retention.Request], _ ground: Ground, _ context: DaemonContext
    ) throws -> [Retention.Request] {
        guard let account = try context.caller.account else { return [] }
        let numbers = try ground.personNumbers(account)
        return requests.filter { numbers.contains($0.personID) }
    }

    private static func page(
        _ requests: [Retention.Request], _ now: Timestamp, _ decides: Bool,
        _ context: DaemonContext
    ) -> Page {
        let waiting = requests.filter(\.isWaiting)
        let late = waiting.count { $0.isOpen && $0.due < now }
        return Page(
            "Requests", in: .requests,
            lead: decides
                ? "What people ask about the data that is kept of them. An answer is due in a month."
                : "What you asked for, and when an answer is due."
        ) {
            Part.tiles {
                Part.tile("Open", Figures.count(requests.count(where: \.isOpen)))
                Part.tile("Overdue", Figures.count(late), tone: late > 0 ? .bad : .neutral)
                Part.tile("Wait for a rule or a hold", Figures.count(waiting.count { !$0.isOpen }))
                Part.tile("Answered", Figures.count(requests.count - waiting.count))
            }
            Part.card("Requests", isFlush: true) { table(requests.reversed(), now, decides) }
            if decides { Part.card("A request came in") { open(context) } }
        }
    }

    private static func table(_ requests: [Retention.Request], _ now: Timestamp, _ decides: Bool)
        -> HTML
    {
        guard !requests.isEmpty else {
            return Part.empty(.requests, "No request", "Whatever is asked appears here.")
        }
        return Table(
            "Requests",
            [
                .init("Request"), .init("Kind"), .init("Person"), .init("Received"), .init("Due"),
                .init("State"),
            ],
            requests.map { request in
                .init([
                    Tag.a(.href(Link("\(path)/\(request.id)"))) { request.id },
                    .text(request.kind.rawValue), .text(request.person),
                    Figures.time(request.received, .day), Figures.time(request.due, .day),
                    Part.badge(request.state(at: now), tone(request, now)),
                ])
            }
        ).html
    }

    private static func tone(_ request: Retention.Request, _ now: Timestamp) -> Tone {
        guard request.isOpen else { return request.isWaiting ? .accent : .good }
        return request.due < now ? .bad : .warn
    }

    private static func open(_ context: DaemonContext) -> HTML {
        Form.post(path, context) {
            Form.text("person", "Who asks", hint: "A name, or platform:account.", isRequired: true)
            Form.choice(
                "kind", "What for",
                [
                    ("access", "A copy, to read"), ("portability", "A copy, for programs"),
                    ("erasure", "To be forgotten"), ("restriction", "To be kept and not used"),
                ])
            Form.text("received", "Received", hint: "Today when it is left out.", type: "date")
            Form.text("verified_by", "How it was made sure that it is they who ask")
            Form.button("Note it")
        }
    }

    // MARK: - One request

    private var show: Route {
        page("\(Self.path)/{id}", Area.requests.roles) { ground, context, parts in
            let decides = Self.isCompliance(context)
            let all = try ground.requests(all: true)
            let visible = try decides ? all : Self.own(all, ground, context)
            guard let request = visible.first(where: { $0.id == parts["id"] }) else {
                throw HTTPFailure(.notFound, "there is no such request")
            }
            return Self.page(request, ground.now, decides, context)
        }
    }

    private static func page(
        _ request: Retention.Request, _ now: Timestamp, _ decides: Bool, _ context: DaemonContext
    ) -> Page {
        let isCopy = request.kind == .access || request.kind == .portability
        let copy = "/v1/requests/\(request.id)/copy"
        return Page(
            "Request \(request.id)", in: .requests, crumbs: [("Requests", Link(path))],
            actions: isCopy
                ? .group([
                    Form.linkButton("Copy to read", Link(copy), icon: .download),
                    Form.linkButton(
                        "Copy for programs", Link(copy, ["format": "json"]), icon: .download),
                ]) : .empty, width: .reading
        ) {
            Part.card("What is asked") {
                Part.facts([
                    ("Kind", .text(request.kind.rawValue)), ("Person", .text(request.person)),
                    ("Received", Figures.time(request.received, .day)),
                    ("Due", Figures.time(request.due, .day)),
                    ("State", Part.badge(request.state(at: now), tone(request, now))),
                    ("Made sure by", .text(decides ? request.verifiedBy ?? "nobody said" : "-")),
                ])
            }
            if decides, request.isWaiting { answering(request, context) }
        }
    }

    private static func answering(_ request: Retention.Request, _ context: DaemonContext) -> HTML {
        let at = "\(path)/\(request.id)"
        return .group([
            Part.card("Answer") {
                Tag.p(.class("muted")) { Self.hint(request.kind) }
                if request.kind == .erasure {
                    Form.linkButton(
                        "Make a plan of erasure", Link("\(RetentionPage.path)/plans/new"))
                }
                Form.post("\(at)/answer", context, confirm: "Record the answer?") {
                    if request.kind == .restriction {
                        Form.text(
                            "until", "Until", hint: "Until they take it back when it is left out.",
                            type: "date")
                    }
                    Form.button("Answer")
                }
            },
            request.isOpen
                ? Part.card("Or") {
                    Form.post("\(at)/extend", context) {
                        Form.text(
                            "extend_reason", "Take two more months, because", isRequired: true)
                        Form.button("The person was told", .usual)
                    }
                    Form.post("\(at)/answer", context, confirm: "Refuse it?") {
                        Form.text("refuse", "Refuse, because", isRequired: true)
                        Form.button("Refuse", .danger)
                    }
                } : .empty,
            Form.post("\(at)/answer", context, confirm: "Did the person take it back?") {
                Tag.input(.type("hidden"), .name("withdraw"), .value("yes"))
                Form.button("The person took it back", .plain)
            },
        ])
    }

    private static func hint(_ kind: Retention.Request.Kind) -> String {
        switch kind {
        case .access, .portability:
            "Give the person their copy first; the answer then says that they have it."
        case .restriction: "Their records leave search, and what they write from then on."
        case .erasure:
            "What can go is erased first, by a plan that another person approves; the answer then says "
                + "what is left, until when and under which rule."
        }
    }

    private var forms: [Route] {
        [
            form(Self.path, Self.deciding) { ground, body, _, _ in
                guard let person = body["person"],
                    let kind = Retention.Request.Kind(rawValue: body["kind"] ?? "")
                else { throw HTTPFailure(.badRequest, "say who asks and what for") }
                let opened = try ground.openRequest(
                    person, kind,
                    received: try body["received"].map { try ScopeForm.instant($0, "received") },
                    verifiedBy: body["verified_by"])
                return Link("\(Self.path)/\(opened.request.id)")
            },
            form("\(Self.path)/{id}/answer", Self.deciding) { ground, body, _, parts in
                let id = parts["id"] ?? ""
                let until = try body["until"].map { try ScopeForm.instant($0, "until") }
                let reply: RequestReply =
                    body["refuse"].map { .refuse(reason: $0) }
                    ?? (body["withdraw"] == nil ? .carryOut(until: until) : .withdraw)
                _ = try ground.answerRequest(id, reply) { _ in }
                return Link("\(Self.path)/\(id)")
            },
            form("\(Self.path)/{id}/extend", Self.deciding) { ground, body, _, parts in
                let id = parts["id"] ?? ""
                guard let reason = body["extend_reason"] else {
                    throw HTTPFailure(.badRequest, "say why it takes longer")
                }
                try ground.extendRequest(id, reason: reason)
                return Link("\(Self.path)/\(id)")
            },
        ]
    }
}
