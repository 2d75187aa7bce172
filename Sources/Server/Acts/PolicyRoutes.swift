// SPDX-License-Identifier: Apache-2.0

import Clearing
import Daybook
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// What is kept how long, record by record. A change by which a record could go earlier binds only
/// once another person has approved it.
package struct PolicyRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [show, rules, diff, explain, accept, approve] }

    private var show: Route {
        act(
            .get, "/v1/policies", [.compliance, .auditor, .admin],
            .act(
                "getPolicies", "The policies in force, those that wait, those that are proposed.")
        ) { asked in
            let ground = try asked.ground.withProposals()
            let state = try ground.policyState()
            let remarks = PolicyRemarks(ground.settings.policies, books: ground.bookNames)
            var object = state.json
            object["proposal_is_new"] = .bool(state.isProposalNew)
            object["wrong"] = .array(remarks.wrong.map { .string($0) })
            object["look_at"] = .array(remarks.notes.map { .string($0) })
            return ActAnswer(object)
        }
    }

    private var rules: Route {
        act(
            .get, "/v1/policies/rules", [.compliance, .auditor, .admin],
            .act("getRules", "The rules that policies can name, with their sources.")
        ) { _ in
            ActAnswer(["rules": .array(RuleCatalog.standard.rules.map { .object($0.json) })])
        }
    }

    private var diff: Route {
        act(
            .get, "/v1/policies/diff", [.compliance, .auditor],
            .act("diffPolicies", "What daybook.yaml would change, and what would go by it.")
        ) { asked in
            let ground = try asked.ground.withProposals()
            let proposal = try PolicyProposal(ground)
            let effects = try PolicyEffects(ground, proposal)
            var object = proposal.json
            object["would_clear"] = .array(effects.rows.map { .object($0.json) })
            return ActAnswer(object)
        }
    }

    private var explain: Route {
        act(
            .get, "/v1/policies/explain", [.compliance, .auditor],
            .act(
                "explainRecord", "What becomes of one record, when, and who says so.",
                parameters: [
                    .init("book", "The book; chat when it is not given."),
                    .init("record", type: "integer", required: true, "The record's index."),
                ], more: [(404, "There is no such record.")])
        ) { asked in
            guard let text = asked.query("record"), let index = UInt64(text) else {
                throw HTTPFailure(.badRequest, "record: expected an index")
            }
            return ActAnswer(try asked.ground.explain(asked.query("book") ?? "chat", index).json)
        }
    }

    private var accept: Route {
        act(
            .post, "/v1/policies/accept", [.compliance],
            .act(
                "acceptPolicies", "Accept what daybook.yaml proposes, as a record.",
                201, "Accepted; `waits_for` says what it waits for.",
                more: [(409, "What it proposes was accepted already.")])
        ) { asked in
            try asked.body.only()
            let ground = try asked.ground.withProposals()
            let proposal = try PolicyProposal(ground)
            guard !proposal.isEmpty else {
                throw HTTPFailure(.conflict, "daybook.yaml proposes what was accepted already")
            }
            let accepted = try ground.acceptPolicies(proposal, needsApproval: true)
            var object = proposal.json
            object["policy_set"] = .string(accepted.set.id)
            object["record"] = .number(String(accepted.record))
            let isWaiting = accepted.set.isWaiting(at: proposal.now)
            object["in_force"] = .bool(!isWaiting)
            object["needs_approval"] = .bool(accepted.set.needsApproval)
            return ActAnswer(object, .created)
        }
    }

    private var approve: Route {
        act(
            .post, "/v1/policies/{set}/approve", [.compliance],
            .act(
                "approvePolicies", "Approve accepted policies as the second person.",
                parameters: [.init("set", in: .path, "Their code, such as p-7k2m9q4x.")],
                more: [(404, "No such policies were accepted.")])
        ) { asked in
            try asked.body.only()
            let id = asked.part("set")
            guard try asked.ground.ledger().policySets.contains(where: { $0.id == id }) else {
                throw HTTPFailure(.notFound, "no such policies were accepted")
            }
            switch try asked.ground.approvePolicies(id) {
            case .approved(let record):
                return ActAnswer([
                    "policy_set": .string(id), "record": .number(String(record)),
                ])
            case .needless(let again):
                throw HTTPFailure(
                    .conflict, "\(id) needs no approval" + (again ? " more" : ""))
            }
        }
    }
}
