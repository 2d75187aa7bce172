// SPDX-License-Identifier: Apache-2.0

import Records
import TransparencyLog

/// A signed token in the compact form of RFC 7515 (`header.claims.signature`), taken apart. Nothing of
/// it is believed yet.
struct SignedToken: Sendable {
    let algorithm: String
    let keyID: String?
    let claims: JSONObject
    /// The bytes that are signed.
    let signed: [UInt8]
    let signature: [UInt8]

    /// Kinds of tokens that say who somebody is; a logout token, for one, does not.
    private static let kinds: Set<String> = ["jwt", "at+jwt", "application/at+jwt"]

    /// Nil for what has another form, is of another kind, or makes a demand that we do not know.
    init?(_ text: String) {
        guard text.utf8.count <= ServerLimits.signedTokenBytes else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]),
            let claims = Self.object(parts[1]), let signature = Base64URL.decode(parts[2]),
            !signature.isEmpty, let algorithm = header["alg"]?.stringValue,
            header["crit"] == nil, header["b64"] == nil
        else { return nil }
        if let kind = header["typ"] {
            guard let kind = kind.stringValue?.lowercased(), Self.kinds.contains(kind) else {
                return nil
            }
        }
        self.algorithm = algorithm
        self.claims = claims
        self.signature = signature
        keyID = header["kid"]?.stringValue
        signed = Array(text.utf8.dropLast(parts[2].count + 1))
    }

    private static func object(_ part: some Collection<UInt8>) -> JSONObject? {
        guard let bytes = Base64URL.decode(part),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return (try? JSONValue(parsing: text))?.objectValue
    }
}

/// Base64 of RFC 4648, section 5, without padding.
enum Base64URL {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(
            Base64.encode(bytes).compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// The bytes of a text; nil for any that `encode` does not write.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count + 3)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): plain.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: plain.append(byte)
            }
        }
        while !plain.count.isMultiple(of: 4) { plain.append(UInt8(ascii: "=")) }
        return Base64.decode(plain)
    }
}
