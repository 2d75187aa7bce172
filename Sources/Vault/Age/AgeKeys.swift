// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// Whom an age file is for: an X25519 public key, written `age1…` (C2SP age.md).
package struct AgeRecipient: Sendable, Hashable, CustomStringConvertible {
    static let prefix = "age"
    static let byteCount = 32

    /// The public key.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameter text: `age1` and 58 more characters, as `age-keygen` prints it.
    /// - Throws: ``VaultError`` with `request` for any other text.
    package init(_ text: some StringProtocol) throws(VaultError) {
        guard let bytes = Bech32.decode(text, prefix: Self.prefix), bytes.count == Self.byteCount
        else {
            throw VaultError(
                .request,
                "this is no age recipient: expected age1 and 58 more characters, as `age-keygen` "
                    + "prints after \"public key:\"")
        }
        self.bytes = bytes
    }

    package var description: String { Bech32.encode(prefix: Self.prefix, bytes) }
}

/// The private half of a recipient, written `AGE-SECRET-KEY-1…`. Its description shows no secret.
package struct AgeIdentity: Sendable, CustomStringConvertible {
    private static let prefix = "age-secret-key-"

    let key: Curve25519.KeyAgreement.PrivateKey

    /// A new random one.
    package init() {
        key = Curve25519.KeyAgreement.PrivateKey()
    }

    /// - Parameter text: `AGE-SECRET-KEY-1` and 58 more characters.
    /// - Throws: ``VaultError`` with `keys`; the message never has the text.
    package init(_ text: some StringProtocol) throws(VaultError) {
        guard let bytes = Bech32.decode(text, prefix: Self.prefix),
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
        else {
            throw VaultError(
                .keys, "this is no age identity: expected AGE-SECRET-KEY-1 and 58 more characters")
        }
        self.key = key
    }

    /// The identities in the text of a key file as `age-keygen` writes it: one a line; empty lines
    /// and those that begin with `#` are passed over.
    ///
    /// - Throws: ``VaultError`` with `keys` for any other line, or when there is none.
    package static func all(in file: String) throws(VaultError) -> [AgeIdentity] {
        var found: [AgeIdentity] = []
        for line in file.split(whereSeparator: \.isNewline) {
            if line.isEmpty || line.hasPrefix("#") { continue }
            found.append(try AgeIdentity(line))
        }
        guard !found.isEmpty else { throw VaultError(.keys, "the file has no age identity") }
        return found
    }

    package var recipient: AgeRecipient {
        AgeRecipient(bytes: Array(key.publicKey.rawRepresentation))
    }

    /// The secret's text, for whoever stores it.
    package var secretText: String {
        Bech32.encode(prefix: Self.prefix, Array(key.rawRepresentation)).uppercased()
    }

    package var description: String { "identity of \(recipient)" }
}
