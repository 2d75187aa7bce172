// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention
import TransparencyLog

/// What is kept how long: policies in words, what goes when, what waits for a second person, holds,
/// plans, receipts and notices.
struct RetentionPage: ActPage {
    let core: DaemonCore

    static let path = Area.retention.path
    private static let roles: Set<Role> = [.compliance]

    var routes: [Route] { [show] + forms }

    private var show: Route {
        page(Self.path, Area.retention.roles) { ground, context, _ in
            try Self.page(RetentionView(ground), context)
        }
    }

    private var forms: [Route] {
        [
            form("\(Self.path)/policies/accept", Self.roles) { ground, _, _, _ in
                let ground = try ground.withProposals()
                _ = try ground.acceptPolicies(try PolicyProposal(ground), needsApproval: true)
                return Link(Self.path)
            },
            form("\(Self.path)/policies/{set}/approve", Self.roles) { ground, _, _, parts in
                _ = try ground.approvePolicies(parts["set"] ?? "")
                return Link(Self.path)
            },
            form("\(Self.path)/proposals/{id}/approve", Self.roles) { ground, _, context, parts in
                let ground = try ground.withProposals()
                let found = try Self.proposal(ground, context, parts)
                _ = try ground.approveAndCarryOut(found.id)
                return Link(Self.path)
            },
            form("\(Self.path)/proposals/{id}/decline", Self.roles) { ground, _, context, parts in
                let found = try Self.proposal(ground, context, parts)
                try ground.closeProposal(
                    found.id, found.madeBy == ground.userName ? .withdrawn : .declined)
                return Link(Self.path)
            },
            form("\(Self.path)/holds", Self.roles) { ground, body, _, _ in
                var scope = ScopeForm()
                scope.conversations = Self.list(body["conversations"])
                scope.from = body["from"]
                scope.to = body["to"]
                guard let matter = body["matter"] else {
                    throw HTTPFailure(.badRequest, "the matter is missing")
                }
                var order = HoldOrder(matter: matter, scope: try scope.scope(in: ground))
                order.reason = body["reason"]
                order.custodians = Self.list(body["custodians"])
                _ = try ground.openHold(order)
                return Link(Self.path)
            },
            form("\(Self.path)/holds/{id}/release", Self.roles) { ground, body, _, parts in
                let hold = try ground.ledger().known(parts["id"] ?? "")
                _ = try ground.propose(.holdRelease, hold.id, reason: body["reason"])
                return Link(Self.path)
            },
        ]
    }

    private static func proposal(
        _ ground: Ground, _ context: DaemonContext, _ parts: [String: String]
    ) throws -> Proposal {
        let found = try ground.knownProposal(parts["id"] ?? "")
        guard try context.caller.mayDecide(found) else {
            throw HTTPFailure(.notFound, "there is no such proposal")
        }
        return found
    }

    // MARK: - The page

    private static func page(_ view: RetentionView, _ context: DaemonContext) throws -> Page {
        let decides = isCompliance(context)
        let me = try context.caller.name
        return Page(
            "Retention", in: .retention, lead: "What is kept how long, and what goes when.",
            actions: decides
                ? Form.linkButton("Make a plan", Link("\(path)/plans/new"), .main) : .empty
        ) {
            tiles(view)
            if decides { waiting(view, me, context) }
            Part.card("Policies", note: view.policyNote, isFlush: true) {
                policies(view, me, decides, context)
            }
            Part.card(
                "What goes when", isFlush: true,
                actions: Form.linkButton("Calendar", Link(CalendarPage.path), icon: .retention)
            ) { calendar(view) }
            if decides {
                Part.card("Plans", isFlush: true) { plans(view) }
                holds(view, context)
            }
            Part.card("Receipts", isFlush: true) { receipts(view) }
            if !view.notices.isEmpty { Part.card("Notices", isFlush: true) { notices(view) } }
        }
    }

    private static func tiles(_ view: RetentionView) -> HTML {
        Part.tiles {
            Part.tile("Policies in force", Figures.count(view.inForce.count))
            Part.tile(
                "Holds", Figures.count(view.holds.count),
                tone: view.holds.isEmpty ? .neutral : .accent)
            Part.tile(
                "Wait for a second person", Figures.count(view.waitingCount),
                tone: view.waitingCount > 0 ? .warn : .neutral)
            Part.tile("Receipts", Figures.count(view.receipts.count))
        }
    }

    private static func waiting(_ view: RetentionView, _ me: String, _ context: DaemonContext)
        -> HTML
    {
        let open = view.proposals.filter { $0.act != .roleGrant }
        guard !open.isEmpty else { return .empty }
        return Part.card("Waits for a second person", isFlush: true) {
            Table(
                "What waits for a second person",
                [
                    .init("What"), .init("About"), .init("Proposed by"), .init("Until"),
                    .init("State"), .init("Decide"),
                ],
                open.map { proposal in
                    let state = proposal.state(at: view.now)
                    return .init([
                        .text(proposal.act.words), subject(proposal), .text(proposal.madeBy),
                        Figures.time(proposal.expires, .day), Part.badge(state.word, state.tone),
                        decide(proposal, state, me, context),
                    ])
                }
            ).html
        }
    }

    private static func subject(_ proposal: Proposal) -> HTML {
        guard proposal.act == .clearApply else { return Tag.code { proposal.subject } }
        return Tag.a(.href(Link("\(path)/plans/\(proposal.subject)"))) {
            "plan \(proposal.subject.prefix(12))…"
        }
    }

    private static func decide(
        _ proposal: Proposal, _ state: Proposal.State, _ me: String, _ context: DaemonContext
    ) -> HTML {
        let isMine = proposal.madeBy == me
        return Tag.div(.class("inline")) {
            if case .waiting = state, !isMine {
                Form.post(
                    "\(path)/proposals/\(proposal.id)/approve", context,
                    confirm: "Approve: \(proposal.act.words)?", classes: "inline"
                ) { Form.button("Approve", .main) }
            }
            Form.post(
                "\(path)/proposals/\(proposal.id)/decline", context, classes: "inline"
            ) { Form.button(isMine ? "Take back" : "Decline", .plain) }
        }
    }

    // MARK: - Policies and time

    private static func policies(
        _ view: RetentionView, _ me: String, _ decides: Bool, _ context: DaemonContext
    ) -> HTML {
        .group([
            view.inForce.isEmpty
                ? Part.empty(
                    .retention, "No policy is in force",
                    "Every record is kept until somebody clears it. `policies` of daybook.yaml "
                        + "proposes some.")
                : table(view.inForce, "Policies in force"),
            .group(view.waitingSets.map { set in waiting(set, view, me, decides, context) }),
            view.isProposalNew && decides
                ? Tag.div(.class("card-body")) {
                    Part.notice(.warn, "daybook.yaml proposes something else") {
                        for line in view.diff { Tag.div { line } }
                    }
                    Form.post(
                        "\(path)/policies/accept", context,
                        confirm: "Accept what daybook.yaml proposes?"
                    ) { Form.button("Accept") }
                } : .empty,
        ])
    }

    private static func waiting(
        _ set: PolicySet, _ view: RetentionView, _ me: String, _ decides: Bool,
        _ context: DaemonContext
    ) -> HTML {
        Tag.div(.class("card-body")) {
            Part.notice(.warn, "\(set.id) waits \(set.waitingShort(at: view.now))") {
                "accepted by \(set.acceptedBy ?? "somebody")"
            }
            table(set.policies, "Policies that wait")
            if decides, set.needsApproval, set.approvedBy == nil, set.acceptedBy != me {
                Form.post(
                    "\(path)/policies/\(set.id)/approve", context, confirm: "Approve \(set.id)?"
                ) { Form.button("Approve") }
            }
        }
    }

    private static func table(_ policies: [ClearPolicy], _ caption: String) -> HTML {
        Table(
            caption,
            [
                .init("Policy"), .init("Selects"), .init("Keeps"), .init("Rule", wideOnly: true),
                .init("Notice", .number, wideOnly: true), .init("Approval", wideOnly: true),
            ],
            policies.map { policy in
                .init([
                    .text(policy.name), .text(policy.select.words),
                    .text(policy.keep?.description ?? "as the rule says"), .text(policy.ruleWords),
                    .text("\(policy.noticeDays) d"),
                    .text(policy.needsApproval ? "second person" : "-"),
                ])
            }
        ).html
    }

    private static func calendar(_ view: RetentionView) -> HTML {
        guard !view.calendar.isEmpty else {
            return Part.empty(
                .clock, "Nothing goes by itself", "No policy and no rule of days has an end.")
        }
        return Table(
            "What goes when",
            [.init("What"), .init("Goes now"), .init("Next"), .init("Stands in the way")],
            view.calendar.map { row in
                .init([
                    .text(row.what), .text(row.due), row.next.map { Figures.time($0, .day) } ?? "",
                    row.blocker.map { Part.badge($0, .accent) } ?? "",
                ])
            }
        ).html
    }

    // MARK: - Plans, holds, receipts

    private static func plans(_ view: RetentionView) -> HTML {
        guard !view.plans.isEmpty else {
            return Part.empty(
                .inbox, "No plan", "A plan says what would go, and nothing goes by it.")
        }
        return Table(
            "Plans",
            [
                .init("Plan"), .init("Selects"), .init("Records", .number), .init("Made by"),
                .init("Good until"), .init("State"),
            ],
            view.plans.map { state in
                .init([
                    Tag.a(.href(Link("\(path)/plans/\(state.plan.digest.hex)"))) {
                        "\(state.plan.digest.hex.prefix(12))…"
                    }, .text(state.plan.words),
                    .text(Figures.count(state.plan.records("erase"))), .text(state.plan.madeBy),
                    Figures.time(state.plan.expires, .day), Part.badge(state.word, state.tone),
                ])
            }
        ).html
    }

    private static func holds(_ view: RetentionView, _ context: DaemonContext) -> HTML {
        Tag.div(.class("grid")) {
            Part.card("Holds", isFlush: true, classes: "two-thirds") {
                if view.holds.isEmpty {
                    Part.empty(
                        .lock, "No hold binds", "A hold keeps records whatever policies say.")
                } else {
                    Table(
                        "Holds that bind",
                        [
                            .init("Hold"), .init("Matter"), .init("Covers"), .init("Told", .number),
                            .init("Opened"), .init("Release"),
                        ], view.holds.map { row(of: $0, context) }
                    ).html
                }
            }
            Part.card("Open a hold", classes: "third") {
                Form.post("\(path)/holds", context) {
                    Form.text("matter", "Matter", isRequired: true)
                    Form.text("reason", "Reason")
                    Form.text(
                        "custodians", "Custodians",
                        hint: "Names or platform:account, with commas; nobody means everybody.")
                    Form.text("conversations", "Conversations", hint: "With commas.")
                    Form.text("from", "From", placeholder: "2026-01-31", type: "date")
                    Form.text("to", "Before", placeholder: "2026-01-31", type: "date")
                    Form.button("Open the hold")
                }
            }
        }
    }

    private static func row(of hold: Hold, _ context: DaemonContext) -> Table.Row {
        let told = hold.notices.count { $0.sent != nil || $0.acknowledged != nil }
        return .init([
            Tag.code { hold.id }, .text(hold.matter), .text(hold.scope.words),
            .text("\(told) of \(hold.custodians.count)"), Figures.time(hold.opened, .day),
            Form.post(
                "\(path)/holds/\(hold.id)/release", context,
                confirm: "Propose to release \(hold.id)? Another person has to approve.",
                classes: "inline"
            ) { Form.button("Propose", .plain) },
        ])
    }

    private static func receipts(_ view: RetentionView) -> HTML {
        guard !view.receipts.isEmpty else {
            return Part.empty(
                .requests, "No receipt yet", "Whatever is cleared leaves one, with a proof.")
        }
        return Table(
            "Receipts",
            [
                .init("Receipt"), .init("Record", .number), .init("Records", .number),
                .init("Asked for by"), .init("Duties"),
            ],
            view.receipts.prefix(ServerLimits.receiptsShown).map { receipt in
                let name = receipt.erasure ?? ""
                return .init([
                    Tag.a(.href(Link("\(path)/receipts/\(name)"))) { "\(name.prefix(12))…" },
                    .text(Figures.count(receipt.index)),
                    .text(Figures.count(receipt.count("record_count") ?? 0)),
                    .text(receipt.record["purpose"]?.stringValue ?? ""),
                    .text(receipt.record["duties"]?.stringValue ?? ""),
                ])
            }
        ).html
    }

    private static func notices(_ view: RetentionView) -> HTML {
        Table(
            "Notices",
            [
                .init("When"), .init("Policy"), .init("Stage"), .init("Records", .number),
                .init("Channel"), .init("Outcome"),
            ],
            view.notices.map { attempt in
                .init([
                    Figures.time(attempt.at), .text(attempt.notice.policy),
                    .text(attempt.notice.stage.rawValue),
                    .text(Figures.count(attempt.notice.records)), .text(attempt.channel),
                    attempt.failure.map { Part.badge("failed", .bad, title: $0) }
                        ?? Part.badge("sent", .good),
                ])
            }
        ).html
    }
}
