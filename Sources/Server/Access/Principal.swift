// SPDX-License-Identifier: Apache-2.0

package import Desk
package import Records

/// Who makes a request, once that is known.
package struct Principal: Sendable, Hashable {
    /// How it is known.
    package enum Origin: Sendable, Hashable {
        /// By a token; its public id.
        case token(String)
        /// By a session of the console; its public id.
        case session(String)
        /// By a signed token of somebody else; whom it names, and until when it is good.
        case signed(String, until: Timestamp)
        /// By the credentials of a process at the local socket; the number of its user.
        case peer(UInt32)
    }

    /// As records say it: `alice`.
    package var name: String
    package var roles: Set<Role>
    package var origin: Origin
    /// The account whose chat is their own, as `platform:name`; nil where they have none.
    package var account: String?
    /// The strategies whose audit records a trader may read; empty for none.
    package var strategies: Set<String>

    package init(
        name: String, roles: Set<Role>, origin: Origin, account: String? = nil,
        strategies: Set<String> = []
    ) {
        self.name = name
        self.roles = roles
        self.origin = origin
        self.account = account
        self.strategies = strategies
    }

    /// Whether they have one of these.
    package func has(_ wanted: Set<Role>) -> Bool { !roles.isDisjoint(with: wanted) }
}
