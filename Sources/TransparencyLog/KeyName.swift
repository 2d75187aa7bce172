// SPDX-License-Identifier: Apache-2.0

import Crypto

/// What the names of keys must look like, and the identifiers made from them (signed-note).
enum KeyName {
    /// Whether a key may have this name: not empty, no Unicode space, no `+`, no control character.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
            }
    }

    /// The key identifier: the first four bytes, big endian, of
    /// SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    static func identifier(name: String, type: SignatureType, publicKey: [UInt8]) -> UInt32 {
        let digest = TreeHash.plain(Array(name.utf8) + [0x0A, type.rawValue] + publicKey)
        return digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The identifier as the eight digits in a key's text.
    static func hexadecimal(_ identifier: UInt32) -> String { Hex.encode(bigEndian(identifier)) }

    static func bigEndian(_ identifier: UInt32) -> [UInt8] {
        withUnsafeBytes(of: identifier.bigEndian) { [UInt8]($0) }
    }

    /// Splits `name+hex8+base64` into name, identifier, type and key.
    static func parse(
        _ text: Substring.UTF8View
    ) -> (name: String, identifier: UInt32, type: SignatureType, key: [UInt8])? {
        let parts = text.split(
            separator: UInt8(ascii: "+"), maxSplits: 2,
            omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(parts[0]), isValid(name),
            let digits = String(parts[1]), let number = Hex.decode(digits.utf8), number.count == 4,
            !digits.utf8.contains(where: { UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0 }),
            let bytes = Base64.decode(parts[2]), let type = bytes.first
        else { return nil }
        let identifier = number.reduce(0) { $0 << 8 | UInt32($1) }
        return (name, identifier, SignatureType(rawValue: type), Array(bytes.dropFirst()))
    }
}

/// The kind of a signature on a note: one byte, open to kinds that this library does not know.
public struct SignatureType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The byte in front of the public key.
    public let rawValue: UInt8

    /// The kind with this byte.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// 01: Ed25519 over the note's text.
    public static let ed25519 = Self(rawValue: 1)
    /// 02: ECDSA. Named only; this library neither makes nor checks it.
    public static let ecdsa = Self(rawValue: 2)
    /// 04: Ed25519 cosignature of a checkpoint with the time of cosigning (tlog-cosignature).
    public static let cosignature = Self(rawValue: 4)
    /// 06: ML-DSA-44 cosignature. Named only; this library neither makes nor checks it.
    public static let mlDSA44Cosignature = Self(rawValue: 6)

    /// Two hexadecimal digits.
    public var description: String { Hex.encode([rawValue]) }
}
