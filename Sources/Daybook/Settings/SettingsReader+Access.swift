// SPDX-License-Identifier: Apache-2.0

/// Who may ask the daemon, besides those with a token: `access`.
package struct AccessChoice: Sendable, Hashable {
    /// What somebody may do and whose data is theirs.
    package struct Grant: Sendable, Hashable {
        /// Names of roles.
        package var roles: Set<String> = []
        /// Their chat account, as `platform:name`.
        package var account: String?
        package var strategies: Set<String> = []

        package init() {}
    }

    /// Roles that there are.
    package static let roleNames = ["trader", "compliance", "auditor", "admin", "writer"]

    /// Other users of this machine at the local socket, by name or number.
    package var localUsers: [String: Grant] = [:]
    /// Names by which browsers reach the daemon, as `name` or `name:port`, besides its address.
    package var hosts: [String] = []
    /// The group whose members may connect to the local socket; nil for none but its owner and root.
    package var socketGroup: UInt32?
    /// Who else knows our people; nil for nobody.
    package var oidc: OIDCChoice?

    package init() {}
}

extension SettingsReader {
    /// The `access` mapping.
    mutating func access(_ place: Place) -> AccessChoice {
        var choice = AccessChoice()
        let members = members(of: place, known: ["hosts", "socket_group", "local_users", "oidc"])
        if let member = members["hosts"] {
            for element in elements(of: member) {
                if let name = host(element) { choice.hosts.append(name) }
            }
        }
        if let member = members["socket_group"] { choice.socketGroup = group(member) }
        if let member = members["local_users"] {
            for (name, user) in pairs(of: member) { choice.localUsers[name] = grant(user) }
        }
        if let member = members["oidc"] { choice.oidc = oidc(member) }
        return choice
    }

    private mutating func grant(_ place: Place) -> AccessChoice.Grant {
        var grant = AccessChoice.Grant()
        let members = members(of: place, known: ["roles", "account", "strategies"])
        guard let roles = members["roles"] else {
            note(
                place, "needs `roles: [\(AccessChoice.roleNames.joined(separator: ", "))]`, or some"
            )
            return grant
        }
        for element in elements(of: roles) {
            if let role = word(element, among: AccessChoice.roleNames) { grant.roles.insert(role) }
        }
        if let member = members["account"] { grant.account = account(member) }
        if let member = members["strategies"] {
            for element in elements(of: member) {
                if let name = text(element, expected: "the name of a strategy") {
                    grant.strategies.insert(name)
                }
            }
        }
        return grant
    }

    private mutating func host(_ place: Place) -> String? {
        let expected = "a name such as daybook.example.com or daybook.example.com:443"
        guard let text = text(place, expected: expected) else { return nil }
        guard !text.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == 0x2F })
        else {
            note(place, "expected \(expected)")
            return nil
        }
        return text
    }

    private mutating func account(_ place: Place) -> String? {
        let expected = "an account as platform:name, such as slack:U024BE7LH"
        guard let text = text(place, expected: expected) else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            note(place, "expected \(expected)")
            return nil
        }
        return text
    }
}
