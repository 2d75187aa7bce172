// SPDX-License-Identifier: Apache-2.0

import Clearing
import Daybook
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// Who may what: tokens with their roles, and roles that wait for a second administrator.
struct WhoMayPage: ActPage {
    let core: DaemonCore

    static let path = "/settings/access"

    /// What the page shows.
    private struct View: Sendable {
        let tokens: [TokenStore.Token]
        let proposals: [Proposal]
        let administrators: Set<String>
        let now: Timestamp
        let provider: OIDCChoice?
        let localUsers: [String: AccessChoice.Grant]
        /// A token that was made this moment: shown once.
        var made: (token: TokenStore.Token, text: String)?

        init(_ ground: Ground) throws {
            tokens = try TokenStore(ground).all
            proposals =
                ground.existingBooks.contains("audit")
                ? try ground.proposals().filter { $0.act == .roleGrant } : []
            administrators = try ground.administrators()
            now = ground.now
            provider = ground.settings.access.oidc
            localUsers = ground.settings.access.localUsers
        }
    }

    var routes: [Route] {
        [
            page(Self.path, TokenRoutes.roles) { ground, context, _ in
                try Self.page(View(ground), context)
            },
            showing("\(Self.path)/tokens") { ground, body, _ in try Self.ask(ground, body) },
            showing("\(Self.path)/proposals/{id}/token") { ground, _, parts in
                try ground.takeToken(parts["id"] ?? "")
            },
            form("\(Self.path)/proposals/{id}/approve", TokenRoutes.roles) { ground, _, _, parts in
                _ = try ground.approveGrant(parts["id"] ?? "")
                return Link(Self.path)
            },
            form("\(Self.path)/proposals/{id}/decline", TokenRoutes.roles) { ground, _, _, parts in
                _ = try ground.declineGrant(parts["id"] ?? "", reason: nil)
                return Link(Self.path)
            },
            form("\(Self.path)/tokens/{id}/revoke", TokenRoutes.roles) {
                [core] ground, _, _, parts in
                try ground.revokeToken(parts["id"] ?? "")
                try core.gate.tokens.reload()
                return Link(Self.path)
            },
        ]
    }

    /// A form that may end in a token: that is shown in the answer itself, since it is kept nowhere.
    private func showing(
        _ path: String,
        _ act:
            @escaping @Sendable (Ground, FormBody, [String: String]) throws -> (
                token: TokenStore.Token, text: String
            )?
    ) -> Route {
        Route(.post, path, access: .roles(TokenRoutes.roles)) { [core] request, context in
            let ground = try core.ground(of: context.caller)
            let parts = try PathParts.of(context)
            let body = try await FormBody(request, upTo: ServerLimits.actBodyBytes)
            let page = try await core.blocking { () -> Page? in
                guard let made = try act(ground, body, parts) else { return nil }
                try core.gate.tokens.reload()
                var view = try View(ground)
                view.made = made
                return try Self.page(view, context)
            }
            guard let page else { return Console.redirect(to: Link(Self.path)) }
            return Console.answer(page, to: request, context)
        }
    }

    private static func ask(_ ground: Ground, _ body: FormBody) throws -> (
        token: TokenStore.Token, text: String
    )? {
        let roles = Set(Role.allCases.filter { body["role-\($0.rawValue)"] != nil })
        guard let period = KeepPeriod(body["good_for"] ?? "") else {
            throw HTTPFailure(.badRequest, "good for: expected a time such as 90d or 1y")
        }
        let grant = try RoleGrant(
            name: body["name"] ?? "", roles: roles, period: period, account: body["account"],
            strategies: Set(list(body["strategies"])))
        switch try ground.grant(grant, reason: body["reason"]) {
        case .made(let token, let text): return (token, text)
        case .proposed: return nil
        }
    }

    // MARK: - The page

    private static func page(_ view: View, _ context: DaemonContext) throws -> Page {
        let me = try context.caller.name
        return Page(
            "Who may", in: .settings,
            lead: view.administrators.count >= 2
                ? "Roles that read, decide or administer take two administrators."
                : "There is one administrator at most, so roles are given at once. With the second "
                    + "one they take both.",
            actions: Form.linkButton("Settings", Link(Area.settings.path))
        ) {
            if let made = view.made { shown(made) }
            if !view.proposals.isEmpty {
                Part.card("Wait for a second administrator", isFlush: true) {
                    proposals(view, me, context)
                }
            }
            Part.card("Tokens", isFlush: true) { tokens(view, context) }
            Part.card("Give roles") { form(context) }
            Part.card("Known otherwise", note: "from daybook.yaml", isFlush: true) {
                others(view)
            }
        }
    }

    private static func shown(_ made: (token: TokenStore.Token, text: String)) -> HTML {
        Part.card("The token of \(made.token.name)", note: "shown this once") {
            Part.code(made.text)
            Tag.p {
                "Good until "; Figures.time(made.token.expires); ". It is kept nowhere."
            }
        }
    }

    private static func names(_ roles: Set<Role>) -> String {
        roles.map(\.rawValue).sorted().joined(separator: ", ")
    }

    private static func proposals(_ view: View, _ me: String, _ context: DaemonContext) -> HTML {
        Table(
            "Roles that wait",
            [.init("For"), .init("Roles"), .init("Proposed by"), .init("State"), .init("")],
            view.proposals.map { proposal in
                let path = "\(Self.path)/proposals/\(proposal.id)"
                let roles = proposal.details?["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
                let state = proposal.state(at: view.now)
                let isMine = proposal.madeBy == me
                return .init([
                    Tag.b { proposal.subject }, .text(roles.joined(separator: ", ")),
                    .text(proposal.madeBy), Part.badge(state.word, state.tone),
                    Tag.div(.class("inline")) {
                        if state == .approved, isMine {
                            Form.post("\(path)/token", context, classes: "inline") {
                                Form.button("Make the token")
                            }
                        }
                        if state == .waiting, !isMine {
                            Form.post("\(path)/approve", context, classes: "inline") {
                                Form.button("Approve")
                            }
                        }
                        Form.post("\(path)/decline", context, classes: "inline") {
                            Form.button(isMine ? "Take back" : "Decline", .plain)
                        }
                    },
                ])
            }
        ).html
    }

    private static func tokens(_ view: View, _ context: DaemonContext) -> HTML {
        guard !view.tokens.isEmpty else {
            return Part.empty(.settings, "Nobody has a token", "The form below makes one.")
        }
        return Table(
            "Tokens",
            [
                .init("Who"), .init("Roles"), .init("Account", wideOnly: true),
                .init("Good until"), .init(""),
            ],
            view.tokens.map { token in
                .init([
                    Tag.b { token.name }, .text(names(token.roles)),
                    .text(token.account ?? ""),
                    token.expires > view.now
                        ? Figures.time(token.expires) : Part.badge("over", .quiet),
                    Form.post(
                        "\(Self.path)/tokens/\(token.id)/revoke", context,
                        confirm: "Take the token of \(token.name) away?", classes: "inline"
                    ) { Form.button("Revoke", .plain) },
                ])
            }
        ).html
    }

    private static func form(_ context: DaemonContext) -> HTML {
        Form.post("\(Self.path)/tokens", context) {
            Form.text("name", "Who", hint: "As records are to say it.", isRequired: true)
            Tag.fieldset {
                Tag.legend { "Roles" }
                for role in Role.allCases { Form.box("role-\(role.rawValue)", role.rawValue) }
            }
            Form.text("good_for", "Good for", value: "90d", isRequired: true)
            Form.text(
                "account", "Chat account",
                hint: "Whose messages a trader sees as their own, such as slack:U024BE7LH.")
            Form.text("strategies", "Strategies", hint: "Those of a trader, with commas.")
            Form.text("reason", "Why", hint: "For whoever has to agree.")
            Form.button("Give roles")
        }
    }

    private static func others(_ view: View) -> HTML {
        var rows = view.localUsers.sorted { $0.key < $1.key }.map { name, grant in
            Table.Row([
                .text("User \(name) of this machine"),
                .text(grant.roles.sorted().joined(separator: ", ")),
            ])
        }
        for (value, roles) in (view.provider?.roles ?? [:]).sorted(by: { $0.key < $1.key }) {
            rows.append(
                .init([
                    .text("\(value) at \(view.provider?.name ?? "")"),
                    .text(roles.sorted().joined(separator: ", ")),
                ]))
        }
        guard !rows.isEmpty else {
            return Part.empty(
                .settings, "Nobody but the daemon's own user",
                "access.local_users and access.oidc of daybook.yaml name others.")
        }
        return Table("Known otherwise", [.init("Who"), .init("Roles")], rows).html
    }
}
