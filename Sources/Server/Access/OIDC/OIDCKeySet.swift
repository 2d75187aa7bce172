// SPDX-License-Identifier: Apache-2.0

import JWTKit
import Records

/// The keys that a provider signs with (RFC 7517), as far as its algorithms are pinned.
struct OIDCKeySet: Sendable {
    private struct Key: Sendable {
        let id: String?
        let verifiers: [String: any JWTAlgorithm]
    }

    private var keys: [Key] = []

    var isEmpty: Bool { keys.isEmpty }

    /// Takes the keys of `{"keys":[…]}`. One that is for something else, too weak or damaged is left
    /// aside: providers publish those beside the good ones.
    ///
    /// - Parameter algorithms: those that are pinned.
    init(_ object: JSONObject, algorithms: [String]) async {
        for value in object["keys"]?.arrayValue?.prefix(ServerLimits.providerKeys) ?? [] {
            guard let key = value.objectValue, (key["use"]?.stringValue ?? "sig") == "sig" else {
                continue
            }
            let own = key["alg"]?.stringValue
            var verifiers: [String: any JWTAlgorithm] = [:]
            for name in algorithms where own == nil || own == name {
                verifiers[name] = await Self.verifier(name, key)
            }
            if !verifiers.isEmpty {
                keys.append(Key(id: key["kid"]?.stringValue, verifiers: verifiers))
            }
        }
    }

    /// Whether there is a key for a token: that of its id, or the only one where it names none.
    func has(_ token: SignedToken) -> Bool { verifier(for: token) != nil }

    /// Whether the signature is that of one of the keys, by an algorithm that is pinned.
    func isSigned(_ token: SignedToken) -> Bool {
        guard let verifier = verifier(for: token) else { return false }
        return (try? verifier.verify(token.signature, signs: token.signed)) ?? false
    }

    private func verifier(for token: SignedToken) -> (any JWTAlgorithm)? {
        let able = keys.filter { key in
            key.verifiers[token.algorithm] != nil && (token.keyID == nil || key.id == token.keyID)
        }
        return able.count == 1 ? able[0].verifiers[token.algorithm] : nil
    }

    /// What checks signatures of an algorithm with a key; nil where the key is of another kind.
    private static func verifier(_ name: String, _ key: JSONObject) async -> (any JWTAlgorithm)? {
        let id = JWKIdentifier(string: "key")
        let jwk: JWK
        switch (name.prefix(2), key["kty"]?.stringValue) {
        case ("RS", "RSA"?), ("PS", "RSA"?):
            guard let modulus = key["n"]?.stringValue, let exponent = key["e"]?.stringValue,
                let bytes = Base64URL.decode(modulus.utf8),
                bytes.drop(while: { $0 == 0 }).count >= ServerLimits.modulusBytes
            else { return nil }
            jwk = .rsa(
                JWK.Algorithm(rawValue: name), identifier: id, modulus: modulus, exponent: exponent)
        case ("ES", "EC"?):
            let curves = ["ES256": "P-256", "ES384": "P-384", "ES512": "P-521"]
            guard let curve = key["crv"]?.stringValue, curves[name] == curve,
                let x = key["x"]?.stringValue, let y = key["y"]?.stringValue
            else { return nil }
            jwk = .ecdsa(
                JWK.Algorithm(rawValue: name), identifier: id, x: x, y: y,
                curve: ECDSACurve(rawValue: curve))
        case ("Ed", "OKP"?):
            guard let x = key["x"]?.stringValue, key["crv"]?.stringValue == "Ed25519" else {
                return nil
            }
            jwk = .octetKeyPair(.eddsa, identifier: id, x: x, y: nil, curve: .ed25519)
        default: return nil
        }
        let collection = JWTKeyCollection()
        guard (try? await collection.add(jwk: jwk)) != nil,
            let verifier = try? await collection.getKey(for: id, alg: name), verifier.name == name
        else { return nil }
        return verifier
    }
}
