// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
import Records

// Granting roles takes two administrators, as soon as there are two: docs/design/four-eyes.md.
extension Ground {
    /// What came of asking for a token.
    package enum Granted {
        /// It is made; its text is shown once.
        case made(TokenStore.Token, text: String)
        /// Another administrator has to agree first.
        case proposed(Proposal)
    }

    /// Who can agree to roles, by name: those with a token of an administrator that is good now, and
    /// the users of this machine whom daybook.yaml makes one.
    package func administrators() throws -> Set<String> {
        let now = now
        var names = Set(
            try TokenStore(self).all.filter { $0.roles.contains(.admin) && $0.expires > now }
                .map(\.name))
        for (name, grant) in settings.access.localUsers where grant.roles.contains("admin") {
            names.insert(name)
        }
        return names
    }

    /// Makes a token, or proposes it where it takes two.
    package func grant(_ grant: RoleGrant, reason: String? = nil) throws -> Granted {
        guard grant.isWeighty,
            try administrators().count >= DeskLimits.administratorsForFourEyes
        else { return try make(grant) }
        if !existingBooks.contains("audit") { try open("audit").close() }
        return .proposed(
            try propose(.roleGrant, grant.name, reason: reason, details: grant.json))
    }

    /// Makes the token of an approved proposal, for whoever proposed it.
    ///
    /// - Throws: `permission` for somebody else, and while nobody has approved; `usage` when it was
    ///   made already.
    package func takeToken(_ id: String) throws -> (token: TokenStore.Token, text: String) {
        let (found, grant) = try deciding { try closeForTaking(id) }
        return try makeToken(grant, approvedBy: found.approvedBy)
    }

    /// Closes an approved proposal for whoever made it: of two who try at once, for one of them.
    private func closeForTaking(_ id: String) throws -> (Proposal, RoleGrant) {
        let found = try knownProposal(id)
        let grant = try RoleGrant(found)
        guard found.madeBy == userName else {
            throw DeskFailure(.permission, "only \(found.madeBy), who proposed \(id), can take it")
        }
        switch found.state(at: now) {
        case .approved: break
        case .waiting:
            throw DeskFailure(.permission, "another administrator has to approve \(id) first")
        case .expired: throw DeskFailure(.usage, "proposal \(id) is over; propose it again")
        case .closed(let outcome):
            throw DeskFailure(.usage, "proposal \(id) is \(outcome.rawValue) already")
        }
        // Closed first: after a crash between the two there is no token, and never a second one.
        try closeAlone(id, .done)
        return (found, grant)
    }

    private func make(_ grant: RoleGrant) throws -> Granted {
        let made = try makeToken(grant, approvedBy: nil)
        return .made(made.token, text: made.text)
    }

    /// Agrees to roles as the second administrator.
    package func approveGrant(_ id: String) throws -> Proposal {
        guard try knownProposal(id).act == .roleGrant else {
            throw DeskFailure(.usage, "proposal \(id) is not about roles")
        }
        return try approveProposal(id)
    }

    /// Refuses roles that somebody proposed, or takes one's own proposal back.
    package func declineGrant(_ id: String, reason: String?) throws -> Proposal.Outcome {
        let found = try knownProposal(id)
        guard found.act == .roleGrant else {
            throw DeskFailure(.usage, "proposal \(id) is not about roles")
        }
        let outcome: Proposal.Outcome = found.madeBy == userName ? .withdrawn : .declined
        try closeProposal(id, outcome, reason: reason)
        return outcome
    }
}
