// SPDX-License-Identifier: Apache-2.0

import Crypto
import TransparencyLog

/// A signature as `ssh-keygen -Y sign` writes and `ssh-keygen -Y verify` checks it (PROTOCOL.sshsig
/// of OpenSSH), by an Ed25519 key.
package struct SSHSignature: Sendable, Hashable {
    private static let magic = Array("SSHSIG".utf8)
    private static let name = "SSH SIGNATURE"

    package let key: SSHPublicKey
    /// What the signature is good for; one for another purpose is none for this.
    package let namespace: String
    /// `sha512` or `sha256`: what the message was hashed with before it was signed.
    let hash: String
    let signature: [UInt8]

    // MARK: - Signing

    /// Signs with a key file.
    package init(
        signing message: [UInt8], _ namespace: String, with file: SSHKeyFile
    ) throws(ClearingError) {
        key = file.key
        self.namespace = namespace
        hash = "sha512"
        signature = try file.sign(Self.signed(message, namespace, hash) ?? [])
    }

    /// Signs with a key that an agent has.
    package init(
        signing message: [UInt8], _ namespace: String, with key: SSHPublicKey,
        of agent: borrowing SSHAgent
    ) throws(ClearingError) {
        self.key = key
        self.namespace = namespace
        hash = "sha512"
        signature = try agent.sign(Self.signed(message, namespace, hash) ?? [], with: key)
    }

    /// The bytes that the key signs; nil for a hash that is not known.
    private static func signed(_ message: [UInt8], _ namespace: String, _ hash: String) -> [UInt8]?
    {
        let digest: [UInt8]
        switch hash {
        case "sha512": digest = Array(SHA512.hash(data: message))
        case "sha256": digest = Array(SHA256.hash(data: message))
        default: return nil
        }
        var writer = SSHWriter()
        writer.raw(magic)
        writer.string(namespace)
        writer.string("")
        writer.string(hash)
        writer.string(digest)
        return writer.bytes
    }

    // MARK: - Checking

    /// Whether its key signed this message for this purpose.
    package func verifies(_ message: [UInt8], _ namespace: String) -> Bool {
        guard namespace == self.namespace, let signed = Self.signed(message, namespace, hash) else {
            return false
        }
        return key.isValid(signature, for: signed)
    }

    // MARK: - Forms

    /// Reads the bytes inside the armour; nil for another version or kind of key.
    package init?(_ bytes: [UInt8]) {
        var reader = SSHReader(bytes)
        guard let magic = reader.raw(Self.magic.count), magic.elementsEqual(Self.magic),
            reader.number() == 1, let blob = reader.string(), let key = SSHPublicKey(blob: blob),
            let namespace = reader.text(), reader.string() != nil, let hash = reader.text(),
            let inner = reader.string(), reader.isAtEnd
        else { return nil }
        var parts = SSHReader(inner)
        guard parts.text() == SSHPublicKey.kind, let signature = parts.string(), parts.isAtEnd
        else { return nil }
        self.key = key
        self.namespace = namespace
        self.hash = hash
        self.signature = Array(signature)
    }

    package var bytes: [UInt8] {
        var inner = SSHWriter()
        inner.string(SSHPublicKey.kind)
        inner.string(signature)
        var writer = SSHWriter()
        writer.raw(Self.magic)
        writer.number(1)
        writer.string(key.blob)
        writer.string(namespace)
        writer.string("")
        writer.string(hash)
        writer.string(inner.bytes)
        return writer.bytes
    }

    /// Reads `-----BEGIN SSH SIGNATURE-----` and what follows.
    package init?(armored text: String) {
        guard let bytes = SSHArmor.decode(text, Self.name) else { return nil }
        self.init(bytes)
    }

    package var armored: String { SSHArmor.encode(bytes, Self.name) }
}

extension SSHSignature {
    /// As records have it: text that looks like a key would be masked.
    package var hex: String { Hex.encode(bytes) }

    package init?(hex text: String) {
        guard let bytes = Hex.decode(text.utf8) else { return nil }
        self.init(bytes)
    }
}
