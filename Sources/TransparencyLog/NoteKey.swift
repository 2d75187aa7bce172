// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A key that signs notes: Ed25519, with a name. Its description shows no secret.
public struct NoteKey: Sendable {
    private static let privatePrefix = "PRIVATE+KEY+"

    private let key: Curve25519.Signing.PrivateKey

    /// The public half: what checks this key's signatures.
    public let verifier: VerifierKey

    /// The key's name; for the key of a log, by custom its origin.
    public var name: String { verifier.name }

    /// A new random key.
    ///
    /// - Parameter type: `ed25519` for a log, `cosignature` for a witness.
    /// - Throws: ``TransparencyLogError`` with `malformedKey` for a name that no key can have.
    public init(
        generate name: String, type: SignatureType = .ed25519
    ) throws(TransparencyLogError) {
        try self.init(name: name, type: type, key: Curve25519.Signing.PrivateKey())
    }

    /// The key with this 32-byte seed (RFC 8032).
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedKey` for a name that no key can have, or
    ///   another length.
    public init(
        name: String, type: SignatureType = .ed25519, seed: [UInt8]
    ) throws(TransparencyLogError) {
        guard seed.count == 32,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else {
            throw TransparencyLogError(.malformedKey, "an Ed25519 seed has 32 bytes")
        }
        try self.init(name: name, type: type, key: key)
    }

    /// The key with this private text: `PRIVATE+KEY+name+hex8+base64(type ‖ seed)`, as Go's
    /// `sumdb/note` writes it.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedKey`; the message never has the text.
    public init(privateText text: some StringProtocol) throws(TransparencyLogError) {
        guard text.utf8.count <= Limits.keyText, text.utf8.starts(with: Self.privatePrefix.utf8),
            let (name, identifier, type, seed) = KeyName.parse(
                Substring(text).utf8.dropFirst(Self.privatePrefix.utf8.count))
        else {
            throw TransparencyLogError(
                .malformedKey, "this is no private key (PRIVATE+KEY+name+hex8+base64)")
        }
        try self.init(name: name, type: type, seed: seed)
        guard identifier == verifier.identifier else {
            throw TransparencyLogError(
                .malformedKey, "the identifier of the private key '\(name)' does not match it")
        }
    }

    private init(
        name: String, type: SignatureType, key: Curve25519.Signing.PrivateKey
    ) throws(TransparencyLogError) {
        guard type == .ed25519 || type == .cosignature else {
            throw TransparencyLogError(
                .malformedKey, "a signing key must be of type 01 or 04, not \(type)")
        }
        self.key = key
        verifier = try VerifierKey(
            name: name, type: type, publicKey: [UInt8](key.publicKey.rawRepresentation))
    }

    /// The key's private text. **A secret**: whoever has it can sign as this key.
    public func exportPrivateText() -> String {
        let secret = [verifier.type.rawValue] + [UInt8](key.rawRepresentation)
        let identifier = KeyName.hexadecimal(verifier.identifier)
        return "\(Self.privatePrefix)\(name)+\(identifier)+\(Base64.encode(secret))"
    }

    /// Signs a note's text.
    ///
    /// Two signatures of the same text may differ: check them, never compare them.
    ///
    /// - Parameters:
    ///   - text: the text with its final line feed.
    ///   - time: for a key of type 04, the time of cosigning in POSIX seconds; else nil.
    /// - Throws: ``TransparencyLogError`` with `invalidText` for a text that is no note's or a time
    ///   that is missing, out of place or not after 1970; `signingFailed`.
    public func sign(
        _ text: String, time: Int64? = nil
    ) throws(TransparencyLogError) -> NoteSignature {
        guard NoteText.isValid(text) else {
            throw TransparencyLogError(
                .invalidText, "a note's text ends in a line feed and has no control characters")
        }
        var bytes: [UInt8] = []
        var message = Array(text.utf8)
        if verifier.type == .cosignature {
            guard let time, time > 0 else {
                throw TransparencyLogError(.invalidText, "a cosignature needs a time after 1970")
            }
            message = Cosignature.message(text: text, time: time)
            bytes = withUnsafeBytes(of: time.bigEndian) { [UInt8]($0) }
        } else if time != nil {
            throw TransparencyLogError(.invalidText, "only a cosignature has a time")
        }
        do {
            bytes += [UInt8](try key.signature(for: message))
        } catch {
            throw TransparencyLogError(
                .signingFailed, "the key '\(name)' could not sign", underlying: error)
        }
        return NoteSignature(unchecked: name, identifier: verifier.identifier, bytes: bytes)
    }
}

extension NoteKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Name and identifier, without the secret.
    public var description: String {
        "\(name)+\(KeyName.hexadecimal(verifier.identifier)) (private)"
    }

    /// Name and identifier, without the secret.
    public var debugDescription: String { description }

    /// Only the public half.
    public var customMirror: Mirror { Mirror(self, children: ["verifier": verifier]) }
}
