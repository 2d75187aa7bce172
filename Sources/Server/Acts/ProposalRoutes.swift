// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records

/// What waits for a second person: erasing, releasing a hold, keeping days for less long, roles.
package struct ProposalRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, show, approve, decline] }

    private static let roles: Set<Role> = [.compliance, .admin]
    private static let id = Operation.Parameter("id", in: .path, "The proposal's code.")
    private static let missing = (404, "There is no such proposal.")

    private var list: Route {
        act(
            .get, "/v1/proposals", Self.roles,
            .act(
                "listProposals", "What waits for a second person, the newest first.",
                parameters: [.init("all", type: "boolean", "Those that are over, too.")])
        ) { asked in
            let now = asked.ground.now
            let found = try asked.ground.proposals(all: asked.flag("all")).filter {
                asked.caller.mayDecide($0)
            }
            return ActAnswer(["proposals": .array(found.map { .object($0.json(at: now)) })])
        }
    }

    private static func proposal(_ asked: Asked) throws -> Proposal {
        let found = try asked.ground.ledger().proposal(asked.part("id"))
        // Of what somebody may not decide over they are not told that it is there.
        guard let found, asked.caller.mayDecide(found) else {
            throw HTTPFailure(.notFound, "there is no such proposal")
        }
        return found
    }

    private var show: Route {
        act(
            .get, "/v1/proposals/{id}", Self.roles,
            .act("getProposal", "One proposal.", parameters: [Self.id], more: [Self.missing])
        ) { asked in
            ActAnswer(["proposal": .object(try Self.proposal(asked).json(at: asked.ground.now))])
        }
    }

    private var approve: Route {
        act(
            .post, "/v1/proposals/{id}/approve", Self.roles,
            .act(
                "approveProposal",
                "Approve as the second person; whoever proposed it cannot. The release of a hold and "
                    + "a shorter policy of whole days are carried out at once.",
                parameters: [Self.id], more: [Self.missing])
        ) { asked in
            try asked.body.only()
            return ActAnswer(try Self.approve(Self.proposal(asked), asked))
        }
    }

    /// Approves a proposal, and carries out what needs no more than that.
    static func approve(_ found: Proposal, _ asked: Asked) throws -> JSONObject {
        let ground = try asked.ground.withProposals()
        let done = try ground.approveAndCarryOut(found.id)
        let after = try ground.knownProposal(found.id)
        var object: JSONObject = ["proposal": .object(after.json(at: ground.now))]
        object["done"] = done.map { .object($0) }
        return object
    }

    private var decline: Route {
        act(
            .post, "/v1/proposals/{id}/decline", Self.roles,
            .act(
                "declineProposal",
                "Decline a proposal, with a `reason`; whoever made it takes it back so.",
                parameters: [Self.id], takesBody: true, more: [Self.missing])
        ) { asked in
            try asked.body.only("reason")
            let found = try Self.proposal(asked)
            let ground = asked.ground
            try ground.closeProposal(
                found.id, found.madeBy == ground.userName ? .withdrawn : .declined,
                reason: asked.body.text("reason"))
            let after = try ground.knownProposal(found.id)
            return ActAnswer(["proposal": .object(after.json(at: ground.now))])
        }
    }
}

extension Principal {
    /// Whether somebody decides over such a proposal: roles are for admins, all else is for
    /// compliance.
    func mayDecide(_ proposal: Proposal) -> Bool {
        has(proposal.act == .roleGrant ? [.admin] : [.compliance])
    }
}
