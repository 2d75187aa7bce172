// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import HTTPTypes
import Logging
import Records

/// An OpenID provider: where it is asked and what it signs with, as it publishes both.
///
/// What it publishes is read when it is first needed, each hour, and when a token names a key that is
/// not known, but then not more than twice a minute: whoever invents tokens does not make us ask.
actor OIDCProvider {
    /// Where it is asked, and with what it signs.
    struct Published: Sendable {
        let authorization: String
        let token: String
        let keys: OIDCKeySet
        /// Where somebody signs out of it, when it says so.
        let endSession: String?
        /// Whether the client's secret goes into the form rather than the header.
        let takesSecretInForm: Bool
        let read: ContinuousClock.Instant
    }

    nonisolated let choice: OIDCChoice
    private var published: Published?
    private var tried: ContinuousClock.Instant?
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ choice: OIDCChoice) { self.choice = choice }

    /// What it publishes.
    ///
    /// - Parameter token: one that is to be checked: read again where its key is not known.
    /// - Throws: 503 when it cannot be reached and nothing young enough is known of it.
    func known(_ core: DaemonCore, for token: SignedToken? = nil) async throws -> Published {
        if let published, published.isFresh(ServerLimits.providerFresh),
            token.map(published.keys.has) ?? true
        {
            return published
        }
        await readAgain(core)
        guard let published, published.isFresh(ServerLimits.providerKept) else {
            throw HTTPFailure(
                .serviceUnavailable, "\(choice.name) cannot be asked at the moment",
                headers: [.retryAfter: "10"])
        }
        return published
    }

    /// Checks a token and says what it claims.
    func claims(
        of text: String, nonce: String? = nil, _ core: DaemonCore
    ) async throws -> OIDCClaims {
        typealias Refusal = OIDCClaims.Refusal
        guard let token = SignedToken(text) else { throw Refusal.form }
        guard choice.algorithms.contains(token.algorithm) else { throw Refusal.algorithm }
        // Cheap questions first: a token of somebody else does not make us ask the provider.
        guard token.claims["iss"]?.stringValue == choice.issuer else { throw Refusal.issuer }
        let keys = try await known(core, for: token).keys
        guard keys.has(token) else { throw Refusal.key }
        guard keys.isSigned(token) else { throw Refusal.signature }
        return try OIDCClaims(token.claims, choice, nonce: nonce, at: core.ground.now)
    }

    /// Reads it once for all who wait.
    private func readAgain(_ core: DaemonCore) async {
        if isReading {
            await withCheckedContinuation { waiting.append($0) }
            return
        }
        let pause =
            published == nil ? ServerLimits.providerFirstPause : ServerLimits.providerPause
        if let tried, ContinuousClock.now - tried < pause { return }
        isReading = true
        tried = .now
        do {
            published = try await read(core)
        } catch {
            let why =
                (error as? OIDCWeb.Failure)?.message
                ?? (error as? HTTPFailure)?.message ?? "it cannot be read"
            core.logger.error("what \(choice.name) publishes is not taken: \(why)")
        }
        isReading = false
        let all = waiting
        waiting = []
        for one in all { one.resume() }
    }

    private func read(_ core: DaemonCore) async throws -> Published {
        let web = OIDCWeb(authorities: choice.authorities)
        var authorization = choice.authorizationEndpoint
        var token = choice.tokenEndpoint
        var keys = choice.keys
        var methods: [String] = []
        var endSession: String?
        if authorization == nil || token == nil || keys == nil {
            let document = try await web.get(Self.place(of: choice.issuer))
            guard document["issuer"]?.stringValue == choice.issuer else {
                throw OIDCWeb.Failure(message: "it is another issuer than access.oidc.issuer")
            }
            authorization = authorization ?? document["authorization_endpoint"]?.stringValue
            token = token ?? document["token_endpoint"]?.stringValue
            keys = keys ?? document["jwks_uri"]?.stringValue
            endSession = document["end_session_endpoint"]?.stringValue.flatMap {
                OIDCChoice.host(of: $0) == nil ? nil : $0
            }
            methods =
                document["token_endpoint_auth_methods_supported"]?.arrayValue?
                .compactMap(\.stringValue) ?? []
        }
        guard let authorization, OIDCChoice.host(of: authorization) != nil, let token, let keys
        else { throw OIDCWeb.Failure(message: "it does not say where it is asked") }
        let set = await OIDCKeySet(
            try await Self.keys(keys, web, core), algorithms: choice.algorithms)
        guard !set.isEmpty else {
            throw OIDCWeb.Failure(message: "it has no key of access.oidc.algorithms")
        }
        return Published(
            authorization: authorization, token: token, keys: set, endSession: endSession,
            takesSecretInForm: methods.contains("client_secret_post")
                && !methods.contains("client_secret_basic"),
            read: .now)
    }

    private static func place(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)
            + "/.well-known/openid-configuration"
    }

    private static func keys(_ place: String, _ web: OIDCWeb, _ core: DaemonCore) async throws
        -> JSONObject
    {
        guard place.hasPrefix("/") else { return try await web.get(place) }
        let bytes = try await core.blocking { [core] in
            try core.ground.place("audit").disk.contents(
                of: place, limit: ServerLimits.providerBytes)
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self),
            let object = (try? JSONValue(parsing: text))?.objectValue
        else { throw OIDCWeb.Failure(message: "\(place) has no keys that can be read") }
        return object
    }
}

extension OIDCProvider.Published {
    fileprivate func isFresh(_ age: Duration) -> Bool { ContinuousClock.now - read < age }
}
