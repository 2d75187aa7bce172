// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import HTTPTypes
import Hummingbird
import Logging
import Records

/// Signing in to the console, and out of it.
package struct SignInRoutes: RouteGroup, Sendable {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(.get, "/sign-in", access: .everybody) { request, context in
                let next = Link.safe(FormFields(request.uri.query ?? "")["next"] ?? "/")
                guard context.principal == nil else { return Self.goOn(to: next) }
                return SignInPage.token(request, context, next: next, provider: provider)
            },
            Route(.post, "/sign-in", access: .everybody) { request, context in
                var request = request
                let fields = try await FormFields(&request)
                return try await signIn(fields, request, context)
            },
            // Looking at a link does not use it: mail and chat programs look at links, too.
            Route(.get, "/sign-in/link", access: .everybody) { request, context in
                let code = FormFields(request.uri.query ?? "")["code"] ?? ""
                return SignInPage.link(request, context, code: code)
            },
            Route(.post, "/sign-in/link", access: .everybody) { request, context in
                var request = request
                let code = try await FormFields(&request)["code"] ?? ""
                return try await useLink(code, request, context)
            },
            Route(.post, "/sign-out", access: .known) { request, context in
                var answer = Self.goOn(to: "/sign-in")
                if case .session(let id) = try context.caller.origin {
                    let session = core.gate.sessions.find(id: id)
                    core.gate.sessions.end(id: id)
                    if let session, let way = await OIDCSignOut.way(session, core) {
                        answer = SignInPage.signOutThere(
                            request, at: session.provider?.name ?? "", by: way)
                    }
                }
                answer.headers[.setCookie] = AccessCookie.session.setting(
                    "", isTLS: core.gate.isTLS)
                return answer
            },
            Route(
                .post, "/v1/sign-in-links", access: .known, credentials: .program,
                operation: Operation(
                    "makeSignInLink",
                    "A link that signs the caller in to the console, once, within ten minutes.",
                    answers: [
                        (200, "The link.", "application/json"),
                        (429, "Too many links wait to be used.", "application/json"),
                    ])
            ) { _, context in
                guard let link = try core.gate.link(context.caller) else {
                    throw HTTPFailure(.tooManyRequests, "too many links wait to be used")
                }
                return Response(json: ["link": .string(link)])
            },
        ]
    }

    private var provider: String? { core.gate.oidc.provider?.choice.name }

    private static func goOn(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }

    // MARK: - In

    private func signIn(
        _ fields: FormFields, _ request: Request, _ context: DaemonContext
    ) async throws -> Response {
        let next = Link.safe(fields["next"] ?? "/")
        let address = Doorkeeper.address(context) ?? "unknown"
        if let wait = core.gate.throttle.wait(address) {
            return SignInPage.wait(request, context, next: next, seconds: wait)
        }
        let text = (fields["token"] ?? "").filter { !$0.isWhitespace }
        guard let token = await core.gate.token(of: text, core) else {
            core.gate.throttle.failed(address)
            await core.gate.denials.note(.signIn, "POST /sign-in", from: address, core)
            return SignInPage.token(
                request, context, next: next, provider: provider, isWrong: true)
        }
        core.gate.throttle.succeeded(address)
        return try await begin(Principal(token), "token", address, next)
    }

    private func useLink(_ code: String, _ request: Request, _ context: DaemonContext) async throws
        -> Response
    {
        let address = Doorkeeper.address(context) ?? "unknown"
        if let wait = core.gate.throttle.wait(address) {
            return SignInPage.wait(request, context, next: "/", seconds: wait)
        }
        guard let principal = core.gate.links.use(code) else {
            core.gate.throttle.failed(address)
            await core.gate.denials.note(.signIn, "POST /sign-in/link", from: address, core)
            return SignInPage.overLink(request)
        }
        core.gate.throttle.succeeded(address)
        return try await begin(principal, "link", address, "/")
    }

    private func begin(
        _ principal: Principal, _ way: String, _ address: String, _ next: String
    ) async throws -> Response {
        let cookie = try await core.gate.begin(principal, way, address, core)
        var answer = Self.goOn(to: next)
        answer.headers[.setCookie] = AccessCookie.session.setting(cookie, isTLS: core.gate.isTLS)
        return answer
    }
}
