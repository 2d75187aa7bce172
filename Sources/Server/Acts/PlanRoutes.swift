// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import TransparencyLog

/// Plan, approve, apply: what is cleared or erased goes only after another person has agreed.
package struct PlanRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, make, erase, show, approve, apply] }

    private static let roles: Set<Role> = [.compliance]
    private static let id = Operation.Parameter("id", in: .path, "The plan's digest.")
    private static let missing = (404, "There is no such plan.")

    private var list: Route {
        act(
            .get, "/v1/plans", Self.roles,
            .act("listPlans", "The plans that were made here, the newest first.")
        ) { asked in
            let ground = asked.ground
            let ledger = try ground.ledger()
            let plans = try PlanStore(ground).all()
            return ActAnswer([
                "plans": .array(
                    plans.map { .object(PlanState($0, ledger, at: ground.now).json) })
            ])
        }
    }

    private var make: Route {
        act(
            .post, "/v1/plans", Self.roles,
            .act(
                "makePlan",
                "Say what would go: `older_than`, `down_to`, `keep_last`, `people`, "
                    + "`conversations`, `platforms`, `kinds`, `matching`, `records`, `policy`, "
                    + "`book`; all that is given has to fit. Nothing goes by it.",
                takesBody: true, 201, "The plan; it is good for seven days.",
                more: [(404, "Nobody is called that, or nothing was ever sealed.")])
        ) { asked in
            let choice = try Self.choice(asked.body)
            let reason = try asked.body.text("reason")
            return try Self.keep(
                asked, try ClearGround(asked.ground).plan(choice), reason: reason)
        }
    }

    private static func choice(_ body: JSONBody) throws -> ClearChoice {
        try body.only(
            "older_than", "down_to", "keep_last", "people", "conversations", "platforms", "kinds",
            "matching", "records", "policy", "book", "reason")
        var choice = ClearChoice()
        choice.olderThan = try body.text("older_than")
        choice.downTo = try body.text("down_to")
        choice.keepLast = try body.count("keep_last")
        choice.people = try body.texts("people")
        choice.conversations = try body.texts("conversations")
        choice.platforms = try body.texts("platforms")
        choice.kinds = try body.texts("kinds")
        choice.matching = try body.text("matching")
        choice.records = try body.indexes("records")
        choice.policy = try body.text("policy")
        if let book = try body.text("book") { choice.book = book }
        return choice
    }

    private var erase: Route {
        act(
            .post, "/v1/erasures", Self.roles,
            .act(
                "planErasure",
                "Say what erasing a `person` would do, for a `request` if there is one. It is "
                    + "approved and applied as a plan.", takesBody: true, 201,
                "The plan; it is good for seven days.", more: [(404, "Nobody is called that.")])
        ) { asked in
            try asked.body.only("person", "request", "reason")
            let plan = try ClearGround(asked.ground).erasurePlan(
                of: asked.body.need("person"), request: asked.body.text("request"))
            return try Self.keep(asked, plan, reason: asked.body.text("reason"))
        }
    }

    private static func keep(_ asked: Asked, _ plan: Plan, reason: String?) throws -> ActAnswer {
        let state = try PlanActs.keep(plan, asked.ground, reason: reason)
        var answer = ActAnswer(["plan": .object(state.json)], .created)
        answer.headers[.location] = "/v1/plans/\(plan.digest.hex)"
        return answer
    }

    private var show: Route {
        act(
            .get, "/v1/plans/{id}", Self.roles,
            .act(
                "getPlan", "One plan; with `full`, as its file has it.",
                parameters: [
                    Self.id, .init("full", type: "boolean", "With the indexes of all records."),
                ], more: [Self.missing])
        ) { asked in
            let ground = asked.ground
            let plan = try PlanStore(ground).plan(asked.part("id"))
            if try asked.flag("full") { return ActAnswer(plan.json) }
            let state = PlanState(plan, try ground.ledger(), at: ground.now)
            return ActAnswer(["plan": .object(state.json)])
        }
    }

    private var approve: Route {
        act(
            .post, "/v1/plans/{id}/approve", Self.roles,
            .act(
                "approvePlan", "Agree to a plan as the second person; whoever made it cannot.",
                parameters: [Self.id], more: [Self.missing, (409, "Nothing is to be approved.")])
        ) { asked in
            try asked.body.only()
            let state = try PlanActs.approve(asked.part("id"), asked.ground)
            return ActAnswer(["plan": .object(state.json)])
        }
    }

    private var apply: Route {
        act(
            .post, "/v1/plans/{id}/apply", Self.roles,
            .act(
                "applyPlan",
                "Carry out an approved plan: what it names goes, or less where a hold came between, "
                    + "never more.", parameters: [Self.id], 202, "Begun: a job.",
                more: [Self.missing, (409, "It was applied, or another clear runs.")])
        ) { asked in
            try asked.body.only()
            let job = try PlanActs.apply(asked.part("id"), asked.core, asked.caller)
            return Self.begun(job)
        }
    }
}

/// A plan with where it stands.
struct PlanState {
    let plan: Plan
    /// What another person has to agree to, or has; nil when that is over.
    let proposal: Proposal?
    /// The newest proposal of it, over or not: who proposed it, why, and who agreed.
    let last: Proposal?
    /// Such as `waiting`, `approved`, `done`.
    let word: String
    private let now: Timestamp

    init(_ plan: Plan, _ ledger: Ledger, at now: Timestamp) {
        self.plan = plan
        self.now = now
        let digest = plan.digest.hex
        proposal = ledger.openProposal(.clearApply, of: digest, at: now)
        let newest = ledger.proposals.last { $0.act == .clearApply && $0.subject == digest }
        last = newest
        word =
            if plan.isEmpty {
                "empty"
            } else if let newest {
                newest.state(at: now).word
            } else {
                plan.staleness(at: now) == nil ? "not proposed" : "expired"
            }
    }

    /// Without the indexes of records, which may be many.
    var json: JSONObject {
        var object: JSONObject = [
            "id": .string(plan.digest.hex), "state": .string(word),
            "made": .string(plan.made.description), "made_by": .string(plan.madeBy),
            "expires": .string(plan.expires.description), "purpose": .string(plan.purpose.word),
            "selects": .string(plan.selectors.words),
            "records": .number(String(plan.records("erase"))),
            "bytes": .number(String(plan.bytes("erase"))),
            "restricts": .number(String(plan.records("restricted"))),
            "keeps_some": .bool(plan.keepsSome),
            "classes": .array(plan.classes.map { .object($0.json) }),
            "policies_that_ask": .array(plan.approvals.map { .string($0) }),
        ]
        if case .erasure(let request?) = plan.purpose { object["request"] = .string(request) }
        object["proposal"] = proposal.map { .object($0.json(at: now)) }
        return object
    }
}

extension ClearReport {
    /// Without where the receipt lies: it is fetched by its name.
    var publicJSON: JSONObject {
        var object = JSONObject(members: json.members.filter { $0.key != "receipt_file" })
        object["receipt_id"] = outcome.receipt?.erasure.map { .string($0) }
        return object
    }
}
