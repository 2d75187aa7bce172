// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Synchronization

@testable import Server

/// A small OpenID provider on this machine: it publishes what it has, lets everybody in as `alice`, and
/// signs what the test tells it to.
final class OIDCProviderOnLoopback: Sendable {
    /// What the next token says; each begins with those of a good one.
    struct Words: Sendable {
        var claims: [String: JSONValue] = [:]
        var missing: Set<String> = []
        var algorithm = "ES256"
        var keyID = "one"
        /// Signs with this instead of the key of its id.
        var key: P256.Signing.PrivateKey?
        /// Changes the text after it was signed.
        var tampering: (@Sendable (String) -> String)?
    }

    private struct Grant {
        let nonce: String
        let challenge: String
        let redirect: String
    }

    private struct State {
        var words = Words()
        var grants: [String: Grant] = [:]
        var keys: [String: P256.Signing.PrivateKey] = ["one": .init()]
        var keyReads = 0
        var secretsSeen: [String] = []
        var wrongVerifiers = 0
        var endsSessions = false
    }

    let issuer: String
    private let state: Mutex<State>

    private init(port: Int) {
        issuer = "http://127.0.0.1:\(port)/desk"
        state = Mutex(State())
    }

    /// Starts one, has it used, ends it.
    static func run(_ body: @Sendable (OIDCProviderOnLoopback) async throws -> Void) async throws {
        let holder = Mutex<OIDCProviderOnLoopback?>(nil)
        let router = Router()
        @Sendable func provider() throws -> OIDCProviderOnLoopback {
            guard let provider = holder.withLock({ $0 }) else { throw HTTPError(.notFound) }
            return provider
        }
        router.get("/desk/.well-known/openid-configuration") { _, _ in
            Response(json: try provider().document)
        }
        router.get("/desk/keys") { _, _ in Response(json: try provider().keySet) }
        router.get("/desk/authorize") { request, _ in
            try provider().authorize(FormFields(request.uri.query ?? ""))
        }
        router.post("/desk/token") { request, _ in
            var request = request
            let secret = request.headers[.authorization] ?? ""
            return try provider().trade(try await FormFields(&request), secret)
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                let made = OIDCProviderOnLoopback(port: port)
                holder.withLock { $0 = made }
                try await body(made)
                break
            }
            group.cancelAll()
            try? await group.waitForAll()
        }
    }

    // MARK: - What tests tell it and ask it

    func say(_ change: @Sendable (inout Words) -> Void) {
        state.withLock { state in
            state.words = Words()
            change(&state.words)
        }
    }

    /// Takes a new key, and publishes no other.
    func changeKey(to id: String) { state.withLock { $0.keys = [id: .init()] } }

    /// From here on it says where people sign out.
    func endSessions() { state.withLock { $0.endsSessions = true } }

    var keyReads: Int { state.withLock { $0.keyReads } }
    var secretsSeen: [String] { state.withLock { $0.secretsSeen } }
    var wrongVerifiers: Int { state.withLock { $0.wrongVerifiers } }

    /// A token by the words that were said, as a program would have one.
    func token(nonce: String? = nil) throws -> String {
        let (words, keys) = state.withLock { ($0.words, $0.keys) }
        let now = Int(Date().timeIntervalSince1970)
        var claims: [String: JSONValue] = [
            "iss": .string(issuer), "aud": "daybook", "sub": "alice",
            "exp": .number("\(now + 600)"), "iat": .number("\(now)"),
            "groups": ["desk-audit", "others"],
        ]
        if let nonce { claims["nonce"] = .string(nonce) }
        claims.merge(words.claims) { $1 }
        for name in words.missing { claims[name] = nil }
        let header: JSONObject = [
            "alg": .string(words.algorithm), "kid": .string(words.keyID), "typ": "JWT",
        ]
        let text =
            Self.base64(JSONValue.object(header).description) + "."
            + Self.base64(
                JSONValue.object(JSONObject(claims.map { ($0.key, $0.value) })).description)
        let signature: [UInt8]
        switch words.algorithm {
        case "none": signature = []
        case "HS256":
            // What a careless reader would check with the public key as the secret.
            let secret = keys["one"].map { SymmetricKey(data: $0.publicKey.rawRepresentation) }
            signature = Array(
                HMAC<SHA256>.authenticationCode(
                    for: Data(text.utf8), using: secret ?? SymmetricKey(size: .bits256)))
        default:
            let key = words.key ?? keys[words.keyID] ?? P256.Signing.PrivateKey()
            signature = Array(try key.signature(for: Data(text.utf8)).rawRepresentation)
        }
        let whole = text + "." + Base64URL.encode(signature)
        return words.tampering?(whole) ?? whole
    }

    private static func base64(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

    // MARK: - What it answers

    private var document: JSONObject {
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"),
            "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
        ]
        if state.withLock({ $0.endsSessions }) {
            document["end_session_endpoint"] = .string(issuer + "/sign-out?realm=a")
        }
        return document
    }

    private var keySet: JSONObject {
        let keys = state.withLock { state in
            state.keyReads += 1
            return state.keys
        }
        let published: [JSONValue] = keys.map { id, key in
            let point = Array(key.publicKey.rawRepresentation)
            return [
                "kty": "EC", "crv": "P-256", "use": "sig", "kid": .string(id),
                "x": .string(Base64URL.encode(point[..<32])),
                "y": .string(Base64URL.encode(point[32...])),
            ]
        }
        // Beside them what providers publish, too: a key for encryption, and one of no use.
        return [
            "keys": .array(
                published + [
                    [
                        "kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "kid": "enc", "n": "AQAB",
                        "e": "AQAB",
                    ], ["kty": "unheard of"], "no key",
                ])
        ]
    }

    private func authorize(_ fields: FormFields) throws -> Response {
        guard fields["response_type"] == "code", fields["client_id"] == "daybook",
            fields["code_challenge_method"] == "S256", let challenge = fields["code_challenge"],
            fields["scope"]?.split(separator: " ").contains("openid") == true,
            let nonce = fields["nonce"], let redirect = fields["redirect_uri"],
            let sent = fields["state"]
        else { throw HTTPError(.badRequest) }
        let code = UUID().uuidString
        state.withLock {
            $0.grants[code] = Grant(nonce: nonce, challenge: challenge, redirect: redirect)
        }
        return Response(
            status: .seeOther, headers: [.location: "\(redirect)?code=\(code)&state=\(sent)"])
    }

    private func trade(_ fields: FormFields, _ secret: String) throws -> Response {
        let grant = state.withLock { state in
            state.secretsSeen.append(secret)
            return state.grants.removeValue(forKey: fields["code"] ?? "")
        }
        guard let grant, fields["grant_type"] == "authorization_code",
            fields["redirect_uri"] == grant.redirect
        else { return Response(.badRequest, json: ["error": "invalid_grant"]) }
        let verifier = fields["code_verifier"] ?? ""
        guard
            Base64URL.encode(Array(SHA256.hash(data: Data(verifier.utf8)))) == grant.challenge
        else {
            state.withLock { $0.wrongVerifiers += 1 }
            return Response(.badRequest, json: ["error": "invalid_grant"])
        }
        return Response(json: [
            "access_token": "opaque", "token_type": "Bearer",
            "id_token": .string(try token(nonce: grant.nonce)),
        ])
    }
}
