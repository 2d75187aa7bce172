// SPDX-License-Identifier: Apache-2.0

import Book
import Crypto
import Daybook
import Desk
import HTTPTypes
import Hummingbird
import Logging
import Records

/// Signing in with an OpenID provider: the code flow with PKCE.
struct OIDCRoutes: RouteGroup, Sendable {
    let core: DaemonCore

    static let path = "/sign-in/oidc"

    var routes: [Route] {
        [
            Route(.get, Self.path, access: .everybody) { request, context in
                try await leave(request, context)
            },
            Route(.get, Self.path + "/callback", access: .everybody) { request, context in
                let fields = FormFields(request.uri.query ?? "")
                var answer = try await comeBack(fields, request, context)
                answer.headers[values: .setCookie].append(
                    AccessCookie.signIn.setting("", isTLS: core.gate.isTLS))
                return answer
            },
        ]
    }

    // MARK: - There

    /// Sends a browser to the provider.
    private func leave(_ request: Request, _ context: DaemonContext) async throws -> Response {
        guard let provider = core.gate.oidc.provider else {
            throw HTTPFailure(.notFound, "nobody signs in here but with a token")
        }
        let next = Link.safe(FormFields(request.uri.query ?? "")["next"] ?? "/")
        let known = try await provider.known(core)
        let (state, browser, signIn) = core.gate.oidc.waiting.begin(provider, next: next)
        let challenge = Base64URL.encode(Array(SHA256.hash(data: Array(signIn.verifier.utf8))))
        let query = [
            ("response_type", "code"), ("client_id", provider.choice.clientID),
            ("redirect_uri", redirect(provider.choice)),
            ("scope", provider.choice.scopes.joined(separator: " ")), ("state", state),
            ("nonce", signIn.nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ].map { Link.encode($0.0) + "=" + Link.encode($0.1) }.joined(separator: "&")
        let joint = known.authorization.contains("?") ? "&" : "?"
        return Response(
            status: .seeOther,
            headers: [
                .location: known.authorization + joint + query, .cacheControl: "no-store",
                .setCookie: AccessCookie.signIn.setting(browser, isTLS: core.gate.isTLS),
            ])
    }

    private func redirect(_ choice: OIDCChoice) -> String {
        choice.redirect ?? core.gate.base + Self.path + "/callback"
    }

    // MARK: - And back

    private func comeBack(
        _ fields: FormFields, _ request: Request, _ context: DaemonContext
    ) async throws -> Response {
        let address = Doorkeeper.address(context) ?? "unknown"
        if let wait = core.gate.throttle.wait(address) {
            return SignInPage.wait(request, context, next: "/", seconds: wait)
        }
        let browser = AccessCookie.signIn.value(of: request, isTLS: core.gate.isTLS) ?? ""
        guard let state = fields["state"],
            let signIn = core.gate.oidc.waiting.use(state, browser: browser)
        else {
            return await refuse(
                request, address,
                "it was used, it is older than ten minutes, or another browser "
                    + "began it")
        }
        let provider = signIn.provider
        // RFC 9207: a provider that says who it is must be the one that was asked.
        if let issuer = fields["iss"], issuer != provider.choice.issuer {
            return await refuse(request, address, "it is the answer of another provider")
        }
        guard fields["error"] == nil, let code = fields["code"] else {
            return await refuse(request, address, "\(provider.choice.name) did not let you in")
        }
        let principal: Principal
        let token: String
        do {
            let said = try await claims(of: code, signIn)
            token = said.token
            principal = try OIDCDoor.known(try said.claims.principal(), at: provider.choice.name)
        } catch let denial as Denial {
            await core.gate.denials.note(
                denial, "GET \(Self.path)/callback", from: address, core)
            return SignInPage.refused(request, denial.message, status: .forbidden)
        } catch let refusal as OIDCClaims.Refusal {
            core.logger.notice("a sign-in was not taken: the token: \(refusal.rawValue)")
            return await refuse(
                request, address,
                "what \(provider.choice.name) says of you cannot be believed; "
                    + "the daemon's log says why")
        }
        core.gate.throttle.succeeded(address)
        let cookie = try await core.gate.begin(
            principal, "oidc", address, core, idToken: token)
        return SignInPage.goOn(
            request, to: signIn.next,
            cookie: AccessCookie.session.setting(cookie, isTLS: core.gate.isTLS))
    }

    private func refuse(_ request: Request, _ address: String, _ why: String) async -> Response {
        core.gate.throttle.failed(address)
        await core.gate.denials.note(
            .signIn, "GET \(Self.path)/callback", from: address, core)
        return SignInPage.refused(request, "This sign-in does not count: \(why).")
    }

    /// Trades the code for a token, and checks that.
    private func claims(
        of code: String, _ signIn: WaitingSignIns.SignIn
    ) async throws -> (token: String, claims: OIDCClaims) {
        let provider = signIn.provider
        let choice = provider.choice
        let known = try await provider.known(core)
        var form = [
            ("grant_type", "authorization_code"), ("code", code),
            ("redirect_uri", redirect(choice)), ("client_id", choice.clientID),
            ("code_verifier", signIn.verifier),
        ]
        var credentials: (String, String)?
        if let secret = try await secret(choice) {
            if known.takesSecretInForm {
                form.append(("client_secret", secret))
            } else {
                credentials = (choice.clientID, secret)
            }
        }
        let answer: JSONObject
        do {
            answer = try await OIDCWeb(authorities: choice.authorities)
                .post(known.token, form, credentials: credentials)
        } catch let failure as OIDCWeb.Failure {
            core.logger.notice("a code was not taken: \(failure.message)")
            throw OIDCClaims.Refusal.form
        }
        guard let token = answer["id_token"]?.stringValue else {
            throw OIDCClaims.Refusal.form
        }
        return (token, try await provider.claims(of: token, nonce: signIn.nonce, core))
    }

    /// The client's secret, read each time: it may be changed while the daemon runs.
    private func secret(_ choice: OIDCChoice) async throws -> String? {
        var text: String?
        if let path = choice.secretFile {
            let bytes = try await core.blocking { [core] in
                try core.ground.place("audit").disk.contents(
                    of: path, limit: ServerLimits.actTextBytes)
            }
            text = bytes.map { String(decoding: $0, as: UTF8.self) }
        } else if let variable = choice.secretVariable {
            text = DefaultPlaces.environment(variable)
        } else {
            return nil
        }
        let secret = text?.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard !secret.isEmpty else {
            core.logger.error("access.oidc.client_secret names nothing that can be read")
            throw HTTPFailure(
                .serviceUnavailable, "this daemon lacks its secret for \(choice.name)")
        }
        return secret
    }
}
