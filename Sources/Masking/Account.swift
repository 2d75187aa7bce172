// SPDX-License-Identifier: Apache-2.0

/// Who personal data is about or from, as a platform names them. A person has one or many of these;
/// the vault knows which are one person.
package struct Account: Sendable, Hashable {
    /// Where the name is from, in small letters: `telegram`, `irc`, `os`.
    package var platform: String
    /// The platform's stable id where it has one, else the name shown.
    package var name: String

    /// Bytes of a platform's name, and of an account's: what a key file holds of them. A longer one
    /// is cut here, so that it stays the same account when it was written and read.
    package static let nameBytesMax = 1024

    package init(platform: String, name: String) {
        self.platform = platform.cut(toBytes: Self.nameBytesMax)
        self.name = name.cut(toBytes: Self.nameBytesMax)
    }

    /// Whoever runs Daybook: details of record-keeping that could identify somebody are sealed
    /// under the house's own key.
    package static let house = Account(platform: "daybook", name: "house")
}

extension String {
    /// The text, or as many of its first characters (Unicode scalars) as fit into so many bytes.
    package func cut(toBytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: count)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
