// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Records
import TransparencyLog

/// Plans as routes and pages both carry them on: kept, approved, applied.
enum PlanActs {
    /// Keeps a plan, and proposes it to others unless it does nothing.
    static func keep(_ plan: Plan, _ ground: Ground, reason: String?) throws -> PlanState {
        try PlanStore(ground).keep(plan)
        if !plan.isEmpty {
            try ClearGround(ground).keepPlanned(plan)
            _ = try ground.propose(
                .clearApply, plan.digest.hex, reason: reason, expires: plan.expires)
        }
        return PlanState(plan, try ground.ledger(), at: ground.now)
    }

    static func state(_ id: String, _ ground: Ground) throws -> PlanState {
        PlanState(try PlanStore(ground).plan(id), try ground.ledger(), at: ground.now)
    }

    /// Agrees to a plan as the second person.
    static func approve(_ id: String, _ ground: Ground) throws -> PlanState {
        let state = try state(id, ground)
        if let stale = state.plan.staleness(at: ground.now) { throw stale }
        guard let proposal = state.proposal else {
            throw HTTPFailure(.conflict, "the plan is \(state.word): nothing is to be approved")
        }
        _ = try ground.approveProposal(proposal.id)
        return try self.state(id, ground)
    }

    /// Begins to carry out an approved plan.
    static func apply(_ id: String, _ core: DaemonCore, _ caller: Principal) throws -> Jobs.Job {
        let ground = core.ground(of: caller)
        let state = try state(id, ground)
        let plan = state.plan
        if let stale = plan.staleness(at: ground.now) { throw stale }
        guard let proposal = state.proposal else {
            throw HTTPFailure(.conflict, "the plan is \(state.word)")
        }
        guard proposal.approvedBy != nil else {
            throw HTTPFailure(
                .forbidden, "another person than \(plan.madeBy) has to approve the plan first")
        }
        return try core.jobs.start(
            .clear, by: caller.name, at: ground.now, on: core.threads
        ) { work in
            let ground = core.ground(of: caller, voice: work.voice)
            let report = try ClearGround(ground).carryOut(plan)
            try ground.closeProposal(proposal.id, .done)
            return Jobs.Made(report.publicJSON)
        }
    }
}
