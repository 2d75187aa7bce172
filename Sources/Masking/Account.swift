// SPDX-License-Identifier: Apache-2.0

/// Who personal data is about or from, as a platform names them. A person has one or many of these;
/// the vault knows which are one person.
package struct Account: Sendable, Hashable {
    /// Where the name is from, in small letters: `telegram`, `irc`, `os`.
    package var platform: String
    /// The platform's stable id where it has one, else the name shown.
    package var name: String

    package init(platform: String, name: String) {
        self.platform = platform
        self.name = name
    }

    /// Whoever runs Daybook: details of record-keeping that could identify somebody are sealed
    /// under the house's own key.
    package static let house = Account(platform: "daybook", name: "house")
}
