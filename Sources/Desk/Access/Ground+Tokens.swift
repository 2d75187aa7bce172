// SPDX-License-Identifier: Apache-2.0

import Book
import Records
import Retention

extension Ground {
    /// Makes a token, and a record of it that does not hold it.
    ///
    /// - Parameter approvedBy: the second person, where there was one.
    /// - Returns: what is kept of it, and its text: shown once, kept nowhere.
    func makeToken(
        _ grant: RoleGrant, approvedBy: String?
    ) throws -> (token: TokenStore.Token, text: String) {
        guard let expires = grant.period.end(of: now), expires > now else {
            throw DeskFailure(.usage, "a token has to end in the future")
        }
        // The first thing that is done here may be this.
        if !existingBooks.contains("audit") { try open("audit").close() }
        let store = try TokenStore(self)
        let made = try store.make(
            name: grant.name, roles: grant.roles, expires: expires, account: grant.account,
            strategies: grant.strategies)
        var members: JSONObject = [
            "token_id": .string(made.token.id),
            "roles": .array(grant.roles.map(\.rawValue).sorted().map { .string($0) }),
            "expires": .string(expires.description), "held_by": .string(grant.name),
            "made_by": .string(userName),
        ]
        members["approved_by"] = approvedBy.map { .string($0) }
        do {
            try keepHouse(
                .tokenMade, members,
                sealing: ["held_by", "made_by"] + (approvedBy == nil ? [] : ["approved_by"]))
        } catch {
            // Nobody has seen its text; without a record it is not to be.
            _ = try? store.revoke(made.token.id)
            throw error
        }
        return made
    }

    /// Takes a token away, and records that. A daemon that runs notices within a second.
    package func revokeToken(_ id: String) throws {
        guard try TokenStore(self).revoke(id) else {
            throw DeskFailure(
                .noInput, "there is no token '\(id)'; `daybook token list` lists them")
        }
        try keepHouse(
            .tokenRevoked,
            ["token_id": .string(id), "revoked_by": .string(userName)], sealing: ["revoked_by"])
    }
}
