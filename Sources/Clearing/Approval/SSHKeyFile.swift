// SPDX-License-Identifier: Apache-2.0

import Crypto

/// An OpenSSH private key file: an Ed25519 key without a passphrase (PROTOCOL.key of OpenSSH).
///
/// A key with a passphrase is for `ssh-agent`, which asks for it; Daybook never does.
package struct SSHKeyFile: Sendable {
    private static let name = "OPENSSH PRIVATE KEY"
    private static let magic = Array("openssh-key-v1\0".utf8)

    package let key: SSHPublicKey
    private let secret: Curve25519.Signing.PrivateKey

    /// Reads the bytes of the file.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `usage`, never with anything of the key in the message.
    package init(_ bytes: [UInt8], path: String) throws(ClearingError) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let data = SSHArmor.decode(text, Self.name)
        else {
            throw ClearingError(
                .usage,
                "\(path) is no OpenSSH private key. `ssh-keygen -t ed25519` makes one; --signature "
                    + "takes what `ssh-keygen -Y sign` wrote.")
        }
        var reader = SSHReader(data)
        guard let magic = reader.raw(Self.magic.count), magic.elementsEqual(Self.magic),
            let cipher = reader.text(), reader.string() != nil, reader.string() != nil,
            reader.number() == 1, let blob = reader.string(), let inner = reader.string()
        else { throw Self.damaged(path) }
        guard cipher == "none" else {
            throw ClearingError(
                .usage,
                "\(path) has a passphrase. Add it to ssh-agent (`ssh-add \(path)`) and leave --key "
                    + "out, or sign with `ssh-keygen -Y sign` and hand over --signature.")
        }
        guard let outside = SSHPublicKey(blob: blob) else {
            throw ClearingError(
                .usage, "\(path) is not an Ed25519 key; `ssh-keygen -t ed25519` makes one.")
        }
        guard let (seed, comment) = Self.secret(inner, of: outside),
            let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            Array(secret.publicKey.rawRepresentation) == outside.raw
        else { throw Self.damaged(path) }
        var key = outside
        key.comment = comment
        self.key = key
        self.secret = secret
    }

    private static func damaged(_ path: String) -> ClearingError {
        ClearingError(
            .usage, "\(path) is damaged: it is not what `ssh-keygen` writes. Take another key.")
    }

    /// The seed and the comment; nil when the padding, the check numbers or the key differ.
    private static func secret(_ bytes: ArraySlice<UInt8>, of key: SSHPublicKey)
        -> (seed: [UInt8], comment: String)?
    {
        var reader = SSHReader(bytes)
        guard let first = reader.number(), reader.number() == first,
            reader.text() == SSHPublicKey.kind, let raw = reader.string(),
            raw.elementsEqual(key.raw), let pair = reader.string(), pair.count == 64,
            pair.suffix(32).elementsEqual(key.raw), let comment = reader.text()
        else { return nil }
        for (place, byte) in reader.remaining.enumerated() where byte != UInt8(place + 1) {
            return nil
        }
        return (Array(pair.prefix(32)), comment)
    }

    /// An Ed25519 signature: 64 bytes.
    func sign(_ message: [UInt8]) throws(ClearingError) -> [UInt8] {
        guard let signature = try? secret.signature(for: message) else {
            throw ClearingError(.refused, "the key could not sign")
        }
        return Array(signature)
    }
}
