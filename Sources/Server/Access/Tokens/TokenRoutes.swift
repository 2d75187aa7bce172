// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// Tokens: who has which roles until when. Roles that read, decide or administer take two
/// administrators, as soon as there are two.
package struct TokenRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, make, take, revoke] }

    static let roles: Set<Role> = [.admin]

    private var list: Route {
        act(
            .get, "/v1/tokens", Self.roles,
            .act("listTokens", "Who has which roles until when; never a token's text.")
        ) { asked in
            let tokens = try TokenStore(asked.ground).all
            return ActAnswer(["tokens": .array(tokens.map { .object($0.facts) })])
        }
    }

    private var make: Route {
        act(
            .post, "/v1/tokens", Self.roles,
            .act(
                "makeToken",
                "Give somebody roles: `name`, `roles`, `good_for` (such as `90d`), and `account`, "
                    + "`strategies`, `reason`. The token's text is in the answer, once; or the "
                    + "proposal, where another administrator has to agree.",
                takesBody: true, 201, "Made; its text is shown this once.",
                more: [(202, "Proposed: another administrator has to approve it.")])
        ) { asked in
            let body = asked.body
            try body.only("name", "roles", "good_for", "account", "strategies", "reason")
            var roles: Set<Role> = []
            for name in try body.texts("roles") {
                guard let role = Role(rawValue: name) else {
                    throw HTTPFailure(.badRequest, "roles: one of them is not known")
                }
                roles.insert(role)
            }
            guard let period = KeepPeriod(try body.need("good_for")) else {
                throw HTTPFailure(.badRequest, "good_for: expected a time such as 90d or 1y")
            }
            let grant = try RoleGrant(
                name: try body.need("name"), roles: roles, period: period,
                account: try body.text("account"), strategies: Set(try body.texts("strategies")))
            switch try asked.ground.grant(grant, reason: try body.text("reason")) {
            case .made(let token, let text):
                try asked.core.gate.tokens.reload()
                return Self.made(token, text)
            case .proposed(let proposal):
                let now = asked.ground.now
                return ActAnswer(["proposal": .object(proposal.json(at: now))], .accepted)
            }
        }
    }

    private static func made(_ token: TokenStore.Token, _ text: String) -> ActAnswer {
        var object = token.facts
        object["token"] = .string(text)
        return ActAnswer(object, .created)
    }

    private var take: Route {
        act(
            .post, "/v1/proposals/{id}/token", Self.roles,
            .act(
                "takeToken",
                "Make the token of roles that another administrator agreed to. Only for whoever "
                    + "proposed them; its text is shown this once.",
                parameters: [.init("id", in: .path, "The proposal's code.")], 201,
                "Made; its text is shown this once.", more: [(404, "There is no such proposal.")])
        ) { asked in
            try asked.body.only()
            let made = try asked.ground.takeToken(asked.part("id"))
            try asked.core.gate.tokens.reload()
            return Self.made(made.token, made.text)
        }
    }

    private var revoke: Route {
        act(
            .post, "/v1/tokens/{id}/revoke", Self.roles,
            .act(
                "revokeToken", "Take a token away; sessions that began with it end, too.",
                parameters: [.init("id", in: .path, "The token's id, as the list has it.")],
                more: [(404, "There is no such token.")])
        ) { asked in
            try asked.body.only()
            try asked.ground.revokeToken(asked.part("id"))
            try asked.core.gate.tokens.reload()
            return ActAnswer(["revoked": .string(asked.part("id"))])
        }
    }
}
