// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import TransparencyLog

/// A plan to read, to approve and to apply; the job that applies it; the receipt that it leaves.
struct PlanPage: ActPage {
    let core: DaemonCore

    private static let path = RetentionPage.path
    private static let roles: Set<Role> = [.compliance]
    private static var crumbs: [(title: String, link: Link)] { [("Retention", Link(path))] }

    var routes: [Route] { [new, make, show, approve, apply, job, receipt] }

    // MARK: - Making

    private var new: Route {
        page("\(Self.path)/plans/new", Self.roles) { _, context, _ in
            Page(
                "Make a plan", in: .retention,
                lead:
                    "It says what would go, and nothing goes by it. All that is given has to fit.",
                crumbs: Self.crumbs, width: .reading
            ) {
                Part.card("Clear") {
                    Form.post("\(Self.path)/plans", context) {
                        Form.text("older_than", "Older than", placeholder: "90d, 12w, 6mo, 2y")
                        Form.text("people", "Written by", hint: "Names or accounts, with commas.")
                        Form.text("conversations", "Conversations", hint: "With commas.")
                        Form.text("matching", "Matching", hint: "A filter, as for search.")
                        Form.text("reason", "Reason")
                        Form.button("Make the plan")
                    }
                }
                Part.card("Erase a person") {
                    Form.post("\(Self.path)/plans", context) {
                        Form.text("person", "Person", hint: "A name, or platform:account.")
                        Form.text("request", "Request that it answers", placeholder: "q-7k2m9q4x")
                        Form.button("Make the plan")
                    }
                }
            }
        }
    }

    private var make: Route {
        form("\(Self.path)/plans", Self.roles) { ground, body, _, _ in
            let desk = try ClearGround(ground)
            let plan: Plan
            if let person = body["person"] {
                plan = try desk.erasurePlan(of: person, request: body["request"])
            } else {
                var choice = ClearChoice()
                choice.olderThan = body["older_than"]
                choice.people = Self.list(body["people"])
                choice.conversations = Self.list(body["conversations"])
                choice.matching = body["matching"]
                plan = try desk.plan(choice)
            }
            let state = try PlanActs.keep(plan, ground, reason: body["reason"])
            return Link("\(Self.path)/plans/\(state.plan.digest.hex)")
        }
    }

    // MARK: - Reading and deciding

    private var show: Route {
        page("\(Self.path)/plans/{id}", Self.roles) { ground, context, parts in
            let state = try PlanActs.state(parts["id"] ?? "", ground)
            let receipts = state.word == "done" ? try ground.receipts().receipts : []
            let receipt = receipts.last {
                $0.record["plan_digest"]?.stringValue == state.plan.digest.hex
            }
            return Self.page(state, receipt?.erasure, ground.userName, context)
        }
    }

    /// - Parameter receipt: the name of that of what it did; nil while it did nothing.
    private static func page(
        _ state: PlanState, _ receipt: String?, _ me: String, _ context: DaemonContext
    ) -> Page {
        let plan = state.plan
        let id = plan.digest.hex
        return Page(
            "Plan \(id.prefix(12))…", in: .retention, lead: "\(plan.words).", crumbs: crumbs,
            actions: receipt.map { name in
                Form.linkButton("The receipt", Link("\(path)/receipts/\(name)"))
            } ?? .empty
        ) {
            Part.tiles {
                Part.tile("Would go", Figures.count(plan.records("erase"), "record"))
                Part.tile("Of envelopes", Figures.bytes(plan.bytes("erase")))
                Part.tile(
                    "Have to stay",
                    Figures.count(plan.records("held") + plan.records("restricted")))
                Part.tile("State", state.word, tone: state.tone)
            }
            Part.card("What becomes of what was chosen", isFlush: true) { classes(plan) }
            Part.card("Who decides") {
                Part.facts([
                    ("Made by", .text("\(plan.madeBy)")), ("Made", Figures.time(plan.made)),
                    ("Good until", Figures.time(plan.expires)),
                    ("Reason", .text(state.last?.reason ?? "-")),
                    ("Approved by", .text(state.last?.approvedBy ?? "nobody yet")),
                    ("Digest", Tag.code { id }),
                ])
                decide(state, me, context)
            }
        }
    }

    private static func classes(_ plan: Plan) -> HTML {
        guard !plan.classes.isEmpty else {
            return Part.empty(.inbox, "Nothing fits", "No record is what was chosen.")
        }
        return Table(
            "Classes of records",
            [
                .init("Becomes"), .init("Kind"), .init("Book"), .init("Records", .number),
                .init("Size", .number), .init("Oldest", wideOnly: true),
                .init("Newest", wideOnly: true), .init("By"),
            ],
            plan.classes.map { entry in
                .init([
                    Part.badge(
                        entry.decision,
                        entry.decision == "erase" ? .warn : entry.hasToStay ? .accent : .neutral),
                    .text(entry.kind), .text(entry.book), .text(Figures.count(entry.records)),
                    .text(Figures.bytes(entry.bytes)),
                    entry.oldest.map { Figures.time($0, .day) } ?? "",
                    entry.newest.map { Figures.time($0, .day) } ?? "",
                    .text(
                        entry.ground
                            + (entry.until.map { ", until \($0.description.prefix(10))" } ?? "")),
                ])
            }
        ).html
    }

    private static func decide(_ state: PlanState, _ me: String, _ context: DaemonContext) -> HTML {
        let at = "\(path)/plans/\(state.plan.digest.hex)"
        guard let proposal = state.proposal else { return .empty }
        if proposal.approvedBy != nil {
            return Form.post(
                "\(at)/apply", context, confirm: "Carry it out? What goes cannot be brought back."
            ) { Form.button("Apply", .danger) }
        }
        guard proposal.madeBy != me else {
            return Part.notice(.accent, "Another person has to approve it") {
                "You made it, so you cannot. It waits under Retention for others."
            }
        }
        return Form.post("\(at)/approve", context, confirm: "Approve this plan?") {
            Form.button("Approve")
        }
    }

    private var approve: Route {
        form("\(Self.path)/plans/{id}/approve", Self.roles) { ground, _, _, parts in
            let id = parts["id"] ?? ""
            _ = try PlanActs.approve(id, ground)
            return Link("\(Self.path)/plans/\(id)")
        }
    }

    private var apply: Route {
        form("\(Self.path)/plans/{id}/apply", Self.roles) { [core] _, _, context, parts in
            let job = try PlanActs.apply(parts["id"] ?? "", core, context.caller)
            return Link("\(Self.path)/jobs/\(job.id)")
        }
    }

    // MARK: - What came of it

    private var job: Route {
        page("\(Self.path)/jobs/{id}", Self.roles) { [core] ground, _, parts in
            guard let job = core.jobs.job(parts["id"] ?? "", of: ground.userName) else {
                throw HTTPFailure(.notFound, "you have no such job here")
            }
            return Page("Clearing", in: .retention, crumbs: Self.crumbs, width: .reading) {
                Part.card("How far it is", id: "job", refresh: job.isRunning ? 500 : nil) {
                    Self.body(of: job)
                }
            }
        }
    }

    private static func body(of job: Jobs.Job) -> HTML {
        switch job.state {
        case .running: return Part.progress("Clearing", nil)
        case .failed(_, let message): return Part.notice(.bad, "It stopped") { message }
        case .done(let result):
            let name = result["receipt_id"]?.stringValue
            return Part.notice(.good, name == nil ? "Nothing was cleared" : "Done") {
                if let name {
                    Tag.a(.href(Link("\(path)/receipts/\(name)"))) { "The receipt" }
                }
            }
        }
    }

    private var receipt: Route {
        page("\(Self.path)/receipts/{id}", Area.retention.roles) { ground, _, parts in
            let name = parts["id"] ?? ""
            let receipt = try ground.receipt(name)
            let reasons = try ground.reasons(against: receipt)
            return Page(
                "Receipt \(name.prefix(12))…", in: .retention, crumbs: Self.crumbs,
                actions: Form.linkButton(
                    "The file", Link("/v1/receipts/\(name)/file"), icon: .download),
                width: .reading
            ) {
                Part.notice(
                    reasons.isEmpty ? .good : .bad,
                    reasons.isEmpty
                        ? "It is record \(receipt.index) of the book audit"
                        : "It is not to be believed"
                ) { reasons.joined(separator: "; ") }
                Part.card("What it says") {
                    Part.facts(receipt.words.map { ($0.0, .text($0.1)) })
                }
            }
        }
    }
}
