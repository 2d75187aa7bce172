// SPDX-License-Identifier: Apache-2.0

/// What a name says about the value that it names.
struct NameVerdict: Equatable, Sendable {
    enum Kind: UInt8, Sendable {
        /// Nothing: the value is looked at by itself.
        case plain
        /// A secret by name: any value is masked.
        case secret
        /// The bare word `token`: masked unless it is a ticker or a contract's address.
        case token
        /// A token of no known kind (`base_token`): as above, but objects and numbers stay.
        case tokenOfKind
        /// `key`, `sign`, `sig`: masked where the value looks like a key.
        case keyLike
        /// A signature: strings are masked, other scalars stay, containers are entered.
        case signature
        /// `Authorization`: strings are masked, the scheme stays.
        case authorization
        /// `auth`: as above where the string has a scheme or looks like a key; objects are entered.
        case auth
        /// Cookies: strings, lists and objects are masked, other scalars stay.
        case cookie
        /// A seed phrase: strings to the end of the line, and lists.
        case seed
        /// The address of a webhook: what comes after the host.
        case webhook
        /// The desk's own wallet: a string is masked, since it opens all its positions to others.
        case wallet
        /// The arguments of a call, which are secrets when the call is a login.
        case arguments
        /// The `value` beside a `name` that may be a secret's.
        case pairedValue
        /// An id, a digest or an address: its value may look random and stays.
        case identifier
        /// The user said that the value stays.
        case kept
        /// A user's own name.
        case user
        /// The name is long or odd enough to hold a secret itself: it is looked at as text.
        case suspect
    }

    var kind: Kind
    /// For `user`: which of the user's names, from 0.
    var user: UInt8 = 0
    /// What the name means at the top level of a record.
    var role = TopLevelRole.none

    static let plain = NameVerdict(kind: .plain)

    /// Whether any value under the name is masked, also numbers, objects and lists.
    var masksEverything: Bool { kind == .secret || kind == .user }
}
