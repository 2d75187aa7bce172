// SPDX-License-Identifier: Apache-2.0

import Book
package import Records

extension Ground {
    /// Makes a token, and a record of it that does not hold it.
    ///
    /// - Returns: what is kept of it, and its text: shown once, kept nowhere.
    package func makeToken(
        name: String, roles: Set<Role>, expires: Timestamp, account: String? = nil,
        strategies: Set<String> = []
    ) throws -> (token: TokenStore.Token, text: String) {
        guard !name.isEmpty, name.utf8.count <= DeskLimits.tokenNameBytes,
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else {
            throw DeskFailure(
                .usage, "--name: expected 1 to \(DeskLimits.tokenNameBytes) bytes, in one line")
        }
        guard !roles.isEmpty else { throw DeskFailure(.usage, "a token needs a role") }
        guard expires > now else { throw DeskFailure(.usage, "a token has to end in the future") }
        if let account {
            let parts = account.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw DeskFailure(
                    .usage, "--account: expected platform:name, such as slack:U024BE7LH")
            }
        }
        // The first thing that is done here may be this.
        if !existingBooks.contains("audit") { try open("audit").close() }
        let store = try TokenStore(self)
        let made = try store.make(
            name: name, roles: roles, expires: expires, account: account, strategies: strategies)
        do {
            try keepHouse(
                .tokenMade,
                [
                    "token_id": .string(made.token.id),
                    "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
                    "expires": .string(expires.description), "held_by": .string(name),
                    "made_by": .string(userName),
                ], sealing: ["held_by", "made_by"])
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
