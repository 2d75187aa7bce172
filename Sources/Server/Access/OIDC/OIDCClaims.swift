// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import Records

/// What a provider says of somebody, once its signature is checked.
struct OIDCClaims: Sendable {
    /// Why a token is not taken. In the daemon's log, never in an answer.
    enum Refusal: String, Error, Sendable {
        case form = "it is no signed token"
        case algorithm = "its algorithm is not one of access.oidc.algorithms"
        case key = "the provider has no key for it"
        case signature = "its signature is wrong"
        case issuer = "it is of another issuer"
        case audience = "it is for another audience"
        case time = "it is over, or not good yet"
        case nonce = "it answers another sign-in"
        case name = "it does not name anybody"
    }

    private let object: JSONObject
    private let choice: OIDCChoice
    /// Until when it is good.
    let expires: Timestamp

    /// Checks issuer, audience and time.
    ///
    /// - Parameters:
    ///   - nonce: what the token has to answer, at a sign-in; nil for one that a program sends.
    init(
        _ object: JSONObject, _ choice: OIDCChoice, nonce: String?, at now: Timestamp
    ) throws(Refusal) {
        guard object["iss"]?.stringValue == choice.issuer else { throw .issuer }
        let audiences = Self.texts(object["aud"])
        // A token of a sign-in is for the client; a program's may be for the API.
        var ours: Set<String> = [choice.clientID]
        if nonce == nil, let audience = choice.audience { ours.insert(audience) }
        guard !ours.isDisjoint(with: audiences) else { throw .audience }
        if nonce != nil {
            let party = object["azp"]?.stringValue
            guard party == choice.clientID || party == nil && audiences.count == 1 else {
                throw .audience
            }
        }
        let leeway = ServerLimits.leewaySeconds * 1_000_000
        guard let expires = Self.instant(object["exp"]), expires.microseconds > 0,
            now.microseconds < expires.microseconds + leeway
        else { throw .time }
        for name in ["nbf", "iat"] {
            guard let value = object[name] else { continue }
            guard let instant = Self.instant(value),
                instant.microseconds <= now.microseconds + leeway
            else { throw .time }
        }
        if let nonce {
            guard let sent = object["nonce"]?.stringValue, Secret.isEqual(sent, nonce) else {
                throw .nonce
            }
        }
        self.object = object
        self.choice = choice
        self.expires = expires
    }

    /// Whom they are about, with the roles that the settings give them: none is possible.
    func principal() throws(Refusal) -> Principal {
        guard let name = value(choice.nameClaim)?.stringValue, !name.isEmpty,
            name.utf8.count <= ServerLimits.claimNameBytes,
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw .name }
        let full = "oidc:\(choice.issuerHost)/\(name)"
        var principal = Principal(
            name: full, roles: roles, origin: .signed(full, until: expires))
        if let claim = choice.accountClaim, let platform = choice.accountPlatform,
            let account = value(claim)?.stringValue, !account.isEmpty
        {
            principal.account = "\(platform):\(account)"
        }
        if let claim = choice.strategiesClaim {
            principal.strategies = Set(Self.texts(value(claim)))
        }
        return principal
    }

    private var roles: Set<Role> {
        var values = Self.texts(value(choice.roleClaim))
        if values.count == 1 { values += values[0].split(separator: " ").map(String.init) }
        return Set(values.flatMap { choice.roles[$0] ?? [] }.compactMap { Role(rawValue: $0) })
    }

    /// A claim by its name, or by the names on the way to it: `realm_access.roles`.
    private func value(_ path: String) -> JSONValue? {
        if let value = object[path] { return value }
        var value: JSONValue? = .object(object)
        for name in path.split(separator: ".") { value = value?.objectValue?[String(name)] }
        return value
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        if let text = value?.stringValue { return [text] }
        return value?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// Seconds since 1970, with a fraction or without.
    private static func instant(_ value: JSONValue?) -> Timestamp? {
        guard case .number(let text)? = value, let seconds = Double(text),
            seconds >= 0, seconds < 253_402_300_800
        else { return nil }
        return Timestamp(microseconds: Int64(seconds) * 1_000_000)
    }
}
