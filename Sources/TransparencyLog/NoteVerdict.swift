// SPDX-License-Identifier: Apache-2.0

/// A signature that is good.
public struct VerifiedSignature: Sendable, Hashable {
    /// The key that signed.
    public let key: VerifierKey
    /// For a cosignature, the POSIX time in seconds that it states; else nil.
    public let time: Int64?
}

/// What came of checking a note's signatures.
public struct NoteVerdict: Sendable, Hashable {
    /// Why a note is not accepted.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// A key that we know is named in a signature that it did not make: the note was changed,
        /// or somebody pretends.
        case badSignature(name: String, identifier: UInt32)
        /// Two of the given keys have the same name and identifier, so that a signature cannot be
        /// assigned.
        case ambiguousKey(name: String, identifier: UInt32)
        /// No signature is of a key that we know and can check.
        case noKnownSignature

        /// The reason in words.
        public var description: String {
            switch self {
            case .badSignature(let name, let identifier):
                "the signature of '\(name)' (\(KeyName.hexadecimal(identifier))) is wrong"
            case .ambiguousKey(let name, let identifier):
                "two keys are called '\(name)' (\(KeyName.hexadecimal(identifier)))"
            case .noKnownSignature:
                "no signature is of a known key"
            }
        }
    }

    /// The good signatures, in the order of the note.
    public let verified: [VerifiedSignature]
    /// Signatures that say nothing: of keys that were not given, or of kinds that the library
    /// cannot check.
    public let ignored: [NoteSignature]
    /// Why the note is not accepted; empty if it is.
    public let reasons: [Reason]

    /// Whether at least one known key signed, and no known key's signature is wrong.
    public var isAccepted: Bool { reasons.isEmpty }
}

extension SignedNote {
    /// Checks the signatures against known keys (signed-note, "Verification"). Unknown signatures
    /// are ignored; one wrong signature of a known key condemns the note, and so does having no
    /// good one.
    ///
    /// - Complexity: one signature check for each signature of a known key.
    public func verify(with keys: [VerifierKey]) -> NoteVerdict {
        var verified: [VerifiedSignature] = []
        var ignored: [NoteSignature] = []
        var reasons: [NoteVerdict.Reason] = []
        for signature in signatures {
            let named = Set(keys.filter { $0.isNamed(in: signature) })
            guard let key = named.first else {
                ignored.append(signature)
                continue
            }
            guard named.count == 1 else {
                reasons.append(
                    .ambiguousKey(name: signature.name, identifier: signature.identifier))
                continue
            }
            switch key.check(signature.bytes, on: text) {
            case .valid(let time):
                verified.append(VerifiedSignature(key: key, time: time))
            case .unsupported:
                ignored.append(signature)
            case .invalid:
                reasons.append(
                    .badSignature(name: signature.name, identifier: signature.identifier))
            }
        }
        if verified.isEmpty, reasons.isEmpty { reasons.append(.noKnownSignature) }
        return NoteVerdict(verified: verified, ignored: ignored, reasons: reasons)
    }
}
