// SPDX-License-Identifier: Apache-2.0

import Crypto
import TransparencyLog

/// An Ed25519 key of OpenSSH, the public half: who approved.
package struct SSHPublicKey: Sendable, Hashable {
    static let kind = "ssh-ed25519"

    /// 32 bytes.
    package let raw: [UInt8]
    /// What stands behind the key in its file; a hint, and no part of the key.
    package var comment: String

    package init?(raw: some Collection<UInt8>, comment: String = "") {
        guard raw.count == 32 else { return nil }
        self.raw = Array(raw)
        self.comment = comment
    }

    /// Reads the bytes that name a key in SSH's messages.
    init?(blob: some Collection<UInt8>, comment: String = "") {
        var reader = SSHReader(blob)
        guard reader.text() == Self.kind, let raw = reader.string(), reader.isAtEnd else {
            return nil
        }
        self.init(raw: raw, comment: comment)
    }

    /// Reads a line of a `.pub` file or of an `allowed_signers` without its names:
    /// `ssh-ed25519 AAAA… comment`.
    package init?(text: some StringProtocol) {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
        guard parts.count >= 2, parts[0] == Self.kind, let blob = Base64.decode(parts[1].utf8)
        else { return nil }
        self.init(blob: blob, comment: parts.dropFirst(2).joined(separator: " "))
    }

    var blob: [UInt8] {
        var writer = SSHWriter()
        writer.string(Self.kind)
        writer.string(raw)
        return writer.bytes
    }

    /// As a `.pub` file has it, without the comment.
    package var text: String { "\(Self.kind) \(Base64.encode(blob))" }

    /// `SHA256:` and 43 characters, as `ssh-keygen -l` shows it.
    package var fingerprint: String {
        var text = Base64.encode(Array(SHA256.hash(data: blob)))
        while text.hasSuffix("=") { text.removeLast() }
        return "SHA256:" + text
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    package static func == (left: Self, right: Self) -> Bool { left.raw == right.raw }
    package func hash(into hasher: inout Hasher) { hasher.combine(raw) }
}
