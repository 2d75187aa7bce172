// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// Somebody else who knows our people: an OpenID provider, `access.oidc`.
package struct OIDCChoice: Sendable, Hashable {
    /// What people call it: "Sign in with NAME".
    package var name = ""
    /// As the provider writes itself in its tokens, letter by letter.
    package var issuer = ""
    package var clientID = ""
    /// Where the client's secret is; nil for a client without one, which has PKCE alone.
    package var secretFile: String?
    package var secretVariable: String?
    /// What tokens that programs send are for; nil for the client itself.
    package var audience: String?
    /// The algorithms of its signatures; no other is ever taken.
    package var algorithms = ["RS256", "ES256"]
    package var scopes = ["openid", "profile"]
    /// The claim that says what somebody may, and which roles each of its values gives.
    package var roleClaim = "roles"
    package var roles: [String: Set<String>] = [:]
    /// The claim by which records name somebody.
    package var nameClaim = "sub"
    /// The claim with somebody's name on a chat platform, and the platform.
    package var accountClaim: String?
    package var accountPlatform: String?
    package var strategiesClaim: String?
    /// Where it is asked; nil for what it publishes itself.
    package var authorizationEndpoint: String?
    package var tokenEndpoint: String?
    /// An address, or the path of a file.
    package var keys: String?
    /// Where it sends people back to; nil for the name by which browsers reach the daemon.
    package var redirect: String?
    /// A PEM file with whom its certificate has to be from; nil for the machine's.
    package var authorities: String?

    package init() {}

    /// Algorithms that can be pinned: all of them have a key that only the provider holds.
    package static let algorithmNames = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]

    /// The machine of the issuer: begins the names of its people.
    package var issuerHost: String { Self.host(of: issuer) ?? issuer }

    /// The host of an address that may be asked: https, or http of this very machine. Nil for any
    /// other.
    package static func host(of address: String) -> String? {
        guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let isSecure = address.hasPrefix("https://")
        guard isSecure || address.hasPrefix("http://") else { return nil }
        let rest = address.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else {
            return nil
        }
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        let isNumber = host.allSatisfy { $0.isNumber || $0 == "." }
        let isHere =
            host == "localhost" || host == "::1" || isNumber && host.hasPrefix("127.")
        return host.isEmpty || !(isSecure || isHere) ? nil : host.lowercased()
    }
}

extension SettingsReader {
    private static let keysOfOIDC = [
        "name", "issuer", "client_id", "client_secret", "audience", "algorithms", "scopes",
        "role_claim", "roles", "name_claim", "account", "strategies_claim",
        "authorization_endpoint", "token_endpoint", "jwks", "redirect", "ca",
    ]

    /// The `access.oidc` mapping.
    mutating func oidc(_ place: Place) -> OIDCChoice {
        var choice = OIDCChoice()
        let members = members(of: place, known: Self.keysOfOIDC)
        for key in ["issuer", "client_id", "roles"] where members[key] == nil {
            note(place, "needs `\(key)`")
        }
        if let member = members["issuer"] { choice.issuer = address(member) ?? "" }
        if let member = members["client_id"] { choice.clientID = word(member) ?? "" }
        choice.name = members["name"].flatMap { word($0) } ?? choice.issuerHost
        if let member = members["client_secret"] { secret(member, &choice) }
        choice.audience = members["audience"].flatMap { word($0) }
        if let member = members["role_claim"] { choice.roleClaim = word(member) ?? "" }
        if let member = members["name_claim"] { choice.nameClaim = word(member) ?? "" }
        choice.strategiesClaim = members["strategies_claim"].flatMap { word($0) }
        if let member = members["algorithms"] {
            choice.algorithms = elements(of: member).compactMap {
                word($0, among: OIDCChoice.algorithmNames)
            }
            if choice.algorithms.isEmpty { note(member, "expected one algorithm at least") }
        }
        if let member = members["scopes"] {
            choice.scopes = elements(of: member).compactMap { word($0) }
            if !choice.scopes.contains("openid") { note(member, "`openid` has to be one of them") }
        }
        if let member = members["roles"] { roles(member, &choice) }
        if let member = members["account"] {
            let parts = self.members(of: member, known: ["claim", "platform"])
            choice.accountClaim = parts["claim"].flatMap { word($0) }
            choice.accountPlatform = parts["platform"].flatMap { word($0) }
            if parts.count != 2 { note(member, "expected both, `claim` and `platform`") }
        }
        places(members, &choice)
        return choice
    }

    private mutating func places(_ members: [String: Place], _ choice: inout OIDCChoice) {
        choice.authorizationEndpoint = members["authorization_endpoint"].flatMap { address($0) }
        choice.tokenEndpoint = members["token_endpoint"].flatMap { address($0) }
        choice.redirect = members["redirect"].flatMap { address($0) }
        choice.authorities = members["ca"].flatMap { path($0) }
        if let member = members["jwks"], let text = word(member) {
            choice.keys = text.hasPrefix("/") ? text : address(member)
        }
    }

    /// Which roles each value of the claim gives.
    private mutating func roles(_ place: Place, _ choice: inout OIDCChoice) {
        for (value, list) in pairs(of: place) {
            choice.roles[value] = Set(
                elements(of: list).compactMap { word($0, among: AccessChoice.roleNames) })
        }
    }

    /// Where the secret is, never the secret itself: this file is shown and copied.
    private mutating func secret(_ place: Place, _ choice: inout OIDCChoice) {
        let expected = "`{file: PATH}` or `{env: VARIABLE}`; the secret itself does not belong here"
        guard place.node.mapping != nil else { return note(place, "expected \(expected)") }
        let members = members(of: place, known: ["file", "env"])
        choice.secretFile = members["file"].flatMap { path($0) }
        choice.secretVariable = members["env"].flatMap { word($0) }
        if members.count != 1 { note(place, "expected \(expected)") }
    }

    private mutating func path(_ place: Place) -> String? {
        let expected = "the path of a file, beginning with /"
        guard let text = text(place, expected: expected) else { return nil }
        if text.hasPrefix("/") { return text }
        note(place, "expected \(expected)")
        return nil
    }

    private mutating func address(_ place: Place) -> String? {
        let expected = "an address that begins with https:// (http:// for this machine alone)"
        guard let text = text(place, expected: expected) else { return nil }
        if OIDCChoice.host(of: text) != nil { return text }
        note(place, "expected \(expected)")
        return nil
    }

    private mutating func word(_ place: Place) -> String? {
        let expected = "a text in one line, not empty"
        guard let text = text(place, expected: expected) else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) { return text }
        note(place, "expected \(expected)")
        return nil
    }
}
