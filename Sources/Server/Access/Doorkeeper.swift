// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import HTTPTypes
package import Hummingbird
import NIOCore

/// Finds out who asks, and whether they may: the only way to a handler.
///
/// First whether a browser may ask at all (its `Host` and `Origin`). Then who it is; what is said
/// outright counts before anything else: a token in a header; then the cookie of a session, where the
/// route is for the console too; then, at the local socket, the user of the process at its other end.
package struct Doorkeeper: Admission {
    static let csrfHeader = HTTPField.Name("X-Daybook-CSRF")

    private let core: DaemonCore
    private let peers: Peers

    package init(_ core: DaemonCore) {
        self.core = core
        peers = Peers(core)
    }

    package func admit(
        _ request: inout Request, _ route: Route, _ context: inout DaemonContext
    ) async throws {
        do {
            try checkBrowser(request, context)
            try await decide(&request, route, &context)
        } catch let denial as Denial {
            // Who merely has not signed in yet is shown where; that is no try at anything.
            if denial.reason == .nobody, Self.isPage(request, route) {
                let next = request.uri.path == "/" ? "" : request.head.path ?? ""
                throw HTTPFailure(
                    .seeOther, "sign in first",
                    headers: [.location: Link("/sign-in", ["next": next]).text])
            }
            await core.gate.denials.note(
                denial, "\(route.method.rawValue) \(route.path)", from: Self.address(context), core)
            throw denial.failure
        }
    }

    /// Where a connection comes from, as records say it.
    static func address(_ context: DaemonContext) -> String? {
        Peers.isLocal(context.channel) ? "local socket" : context.channel.remoteAddress?.ipAddress
    }

    private static func isPage(_ request: Request, _ route: Route) -> Bool {
        request.method == .get && route.operation == nil
            && route.credentials == .programOrSession
            && request.headers[.accept]?.contains("text/html") == true
    }

    // MARK: - The browser

    private func checkBrowser(_ request: Request, _ context: DaemonContext) throws(Denial) {
        let origins = request.headers[values: .origin]
        guard !Peers.isLocal(context.channel) else {
            // No browser gets here; whatever says that it is one is up to something.
            guard origins.isEmpty else { throw .origin }
            return
        }
        let local = context.channel.localAddress
        let rule = HostRule(
            address: local?.ipAddress, port: local?.port, isTLS: core.gate.isTLS,
            names: core.ground.settings.access.hosts)
        guard let authority = request.head.authority, rule.isOurs(authority) else { throw .host }
        guard origins.allSatisfy({ rule.isOurs(origin: $0, askedFor: authority) }) else {
            throw .origin
        }
    }

    // MARK: - Who

    private func decide(
        _ request: inout Request, _ route: Route, _ context: inout DaemonContext
    ) async throws {
        guard case .roles(let wanted) = route.access else {
            // Whoever says who they are gets their own view of it, and is not turned away.
            context.principal = try? await caller(&request, route, &context)
            return
        }
        guard let principal = try await caller(&request, route, &context) else {
            throw Denial.nobody
        }
        guard principal.has(wanted) else {
            throw Denial(
                reason: .role, status: .forbidden,
                message: "this is for the roles "
                    + wanted.map(\.rawValue).sorted().joined(separator: ", "),
                principal: principal)
        }
        context.principal = principal
    }

    private func caller(
        _ request: inout Request, _ route: Route, _ context: inout DaemonContext
    ) async throws -> Principal? {
        switch Credential(request.headers) {
        case .token(let text)?:
            guard let token = await core.gate.token(of: text, core) else {
                throw Denial.unknown
            }
            return Principal(token)
        case .signed(let text)?:
            return try await core.gate.oidc.principal(of: text, core)
        case .unreadable?:
            throw Denial.unknown
        case nil:
            break
        }
        if route.credentials == .programOrSession,
            let principal = try await session(&request, &context)
        {
            return principal
        }
        guard Peers.isLocal(context.channel) else { return nil }
        return try await peers.principal(context.channel)
    }

    /// Whom the cookie stands for. What changes something needs the token of the session besides:
    /// another site can have a browser send the cookie, but cannot read that.
    private func session(_ request: inout Request, _ context: inout DaemonContext) async throws
        -> Principal?
    {
        guard let cookie = AccessCookie.session.value(of: request, isTLS: core.gate.isTLS),
            let session = core.gate.sessions.find(cookie),
            let principal = core.gate.principal(of: session, at: core.ground.now)
        else { return nil }
        if ![.get, .head, .options].contains(request.method) {
            var sent = Self.csrfHeader.flatMap { request.headers[$0] }
            if sent == nil, FormFields.isForm(request) {
                sent = try await FormFields(&request)[Form.tokenField]
            }
            guard let sent, Secret.isEqual(sent, session.csrf) else {
                var denial = Denial.csrf
                denial.principal = principal
                throw denial
            }
        }
        context.csrf = session.csrf
        return principal
    }
}
