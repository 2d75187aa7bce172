// SPDX-License-Identifier: Apache-2.0

package import Masking

/// A person's number: random, the same for good, and only in the key files.
package struct PersonID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Whoever runs Daybook (`Account.house`).
    package static let house = PersonID(rawValue: 0)

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// `p` and 16 hexadecimal digits: how the command line names a person beyond doubt.
    package var description: String {
        let digits = String(rawValue, radix: 16)
        return "p" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads the description.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix("p"), text.utf8.count == 17,
            let value = UInt64(text.dropFirst(), radix: 16)
        else { return nil }
        rawValue = value
    }
}

/// Somebody whose data is in the vault.
package struct Person: Sendable, Hashable, Identifiable {
    package let id: PersonID
    /// Names that this person is known by, the first one for display.
    package var names: [String]
    /// Accounts of all platforms, sorted.
    package var accounts: [Account]

    package init(id: PersonID, names: [String], accounts: [Account]) {
        self.id = id
        self.names = names
        self.accounts = accounts
    }
}
