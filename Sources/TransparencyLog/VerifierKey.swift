// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A key that checks signatures on notes: a name, a kind and a public key (signed-note, "vkey").
///
/// Its text is `name+hex8+base64`, such as
/// `example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`.
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// The name; for the key of a log, by custom its origin.
    public let name: String
    /// The first four bytes of a hash over name, kind and key: a hint, not an identity.
    public internal(set) var identifier: UInt32
    /// What signatures of this key look like.
    public let type: SignatureType
    /// The public key: 32 bytes for Ed25519 (types 01 and 04).
    public let publicKey: [UInt8]

    /// A key from its parts.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedKey` if the name is empty, has a space or a
    ///   `+`, or if an Ed25519 key has not 32 bytes.
    public init(
        name: String, type: SignatureType = .ed25519, publicKey: [UInt8]
    ) throws(TransparencyLogError) {
        guard KeyName.isValid(name) else {
            throw TransparencyLogError(
                .malformedKey, "a key's name must not be empty nor have spaces or '+'")
        }
        self.init(unchecked: name, type: type, publicKey: publicKey)
        guard !isEd25519 || publicKey.count == 32, !publicKey.isEmpty else {
            throw TransparencyLogError(.malformedKey, "the key '\(name)' has the wrong length")
        }
    }

    init(unchecked name: String, type: SignatureType, publicKey: [UInt8]) {
        self.name = name
        self.type = type
        self.publicKey = publicKey
        identifier = KeyName.identifier(name: name, type: type, publicKey: publicKey)
    }

    /// The key with this text. Kinds that the library cannot check are read all the same; see
    /// ``isSupported``.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedKey`.
    public init(_ text: some StringProtocol) throws(TransparencyLogError) {
        guard text.utf8.count <= Limits.keyText,
            let (name, identifier, type, key) = KeyName.parse(Substring(text).utf8)
        else {
            throw TransparencyLogError(
                .malformedKey, "this is no verifier key (name+hex8+base64)")
        }
        try self.init(name: name, type: type, publicKey: key)
        guard identifier == self.identifier else {
            throw TransparencyLogError(
                .malformedKey, "the identifier of the key '\(name)' does not match the key")
        }
    }

    /// The key's text: what to hand to whoever shall check.
    public var description: String {
        "\(name)+\(KeyName.hexadecimal(identifier))+\(Base64.encode([type.rawValue] + publicKey))"
    }

    /// Whether this library can check signatures of this kind: types 01 and 04.
    public var isSupported: Bool { isEd25519 }

    private var isEd25519: Bool { type == .ed25519 || type == .cosignature }

    /// Whether the signature names this key. The bytes decide, not Unicode equivalence.
    func isNamed(in signature: NoteSignature) -> Bool {
        signature.identifier == identifier && signature.name.utf8.elementsEqual(name.utf8)
    }

    /// Checks a signature of this key on a note's text.
    func check(_ signature: [UInt8], on text: String) -> SignatureCheck {
        switch type {
        case .ed25519:
            return isValid(signature, for: Array(text.utf8)) ? .valid(time: nil) : .invalid
        case .cosignature:
            guard signature.count == 8 + 64 else { return .invalid }
            let time = signature.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            guard let seconds = Int64(exactly: time), seconds > 0 else { return .invalid }
            let message = Cosignature.message(text: text, time: seconds)
            return isValid(Array(signature.dropFirst(8)), for: message)
                ? .valid(time: seconds) : .invalid
        default:
            return .unsupported
        }
    }

    private func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

/// What came of checking one signature.
enum SignatureCheck: Hashable {
    /// Good; of a cosignature, the POSIX time in seconds that it states.
    case valid(time: Int64?)
    case invalid
    /// Of a kind that this library cannot check.
    case unsupported
}

/// The bytes that a cosigner signs (tlog-cosignature, type 04).
enum Cosignature {
    static func message(text: String, time: Int64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }
}
