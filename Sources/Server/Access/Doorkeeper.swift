// SPDX-License-Identifier: Apache-2.0

import Book
package import Desk
import HTTPTypes
package import Hummingbird
import NIOCore

/// Finds out who asks, and whether they may: the only way to a handler.
///
/// What is said outright counts first: a token in a header, also at the local socket. Then, at the
/// local socket, the user of the process at its other end.
package struct Doorkeeper: Admission {
    private let core: DaemonCore
    private let tokens: TokenStore
    private let peers: Peers

    package init(_ core: DaemonCore, _ tokens: TokenStore) {
        self.core = core
        self.tokens = tokens
        peers = Peers(core)
    }

    package func admit(_ request: Request, _ route: Route, _ context: DaemonContext) async throws
        -> Principal?
    {
        do {
            return try await decide(request, route, context)
        } catch let denial as Denial {
            throw denial.failure
        }
    }

    private func decide(_ request: Request, _ route: Route, _ context: DaemonContext) async throws
        -> Principal?
    {
        guard case .roles(let wanted) = route.access else {
            // Whoever says who they are gets their own view of it, and is not turned away.
            return try? await caller(request, context)
        }
        let principal = try await caller(request, context)
        guard let principal else { throw Denial.nobody }
        guard principal.has(wanted) else {
            throw Denial(
                reason: .role, status: .forbidden,
                message: "this is for the roles "
                    + wanted.map(\.rawValue).sorted().joined(separator: ", "),
                principal: principal)
        }
        return principal
    }

    private func caller(_ request: Request, _ context: DaemonContext) async throws -> Principal? {
        switch Credential(request.headers) {
        case .token(let text)?:
            guard let token = tokens.token(of: text, at: core.ground.now) else {
                throw Denial.unknown
            }
            return Principal(token)
        case .signed?, .unreadable?:
            throw Denial.unknown
        case nil:
            guard Peers.isLocal(context.channel) else { return nil }
            return try await peers.principal(context.channel)
        }
    }
}
