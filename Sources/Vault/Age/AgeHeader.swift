// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// The header of an age file (C2SP age.md): its version, a stanza for each recipient that wraps the
/// file key, and a MAC under that key.
struct AgeHeader {
    static let version = Array("age-encryption.org/v1\n".utf8)
    static let fileKeyCount = 16
    /// Bytes of a header that we read: some 600 recipients, and a bound for what is no age file.
    static let maxBytes = 64 * 1024

    private static let wrapInfo = Array("age-encryption.org/v1/X25519".utf8)
    private static let columns = 64
    private static let stanzaStart = Array("-> ".utf8)
    private static let macStart = Array("---".utf8)

    /// One recipient's share of an X25519 exchange, and the file key wrapped under its result.
    private struct Stanza {
        let share: [UInt8]
        let body: [UInt8]
    }

    // MARK: - Writing

    /// The header's bytes for a new file key.
    static func make(fileKey: SymmetricKey, to recipients: [AgeRecipient]) throws(VaultError)
        -> [UInt8]
    {
        guard !recipients.isEmpty else {
            throw VaultError(
                .request, "nobody could open this: name at least one recipient (age1…)")
        }
        var header = version
        for recipient in recipients {
            header += try stanza(fileKey, recipient)
        }
        header += macStart
        header += [UInt8(ascii: " ")] + AgeBase64.encode(Array(mac(fileKey, of: header)))
        header.append(UInt8(ascii: "\n"))
        return header
    }

    private static func stanza(_ fileKey: SymmetricKey, _ recipient: AgeRecipient)
        throws(VaultError) -> [UInt8]
    {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        do {
            let key = try wrapKey(ephemeral, recipient.bytes, share: share, to: recipient.bytes)
            let box = try ChaChaPoly.seal(
                fileKey.withUnsafeBytes { Array($0) }, using: key, nonce: zeroNonce())
            let body = AgeBase64.encode(Array(box.ciphertext) + Array(box.tag))
            // 32 bytes are 43 characters: one line, which being short is also the last.
            return stanzaStart + Array("X25519 ".utf8) + AgeBase64.encode(share)
                + [UInt8(ascii: "\n")] + body + [UInt8(ascii: "\n")]
        } catch {
            throw VaultError(.request, "\(recipient) is no key that can be encrypted to")
        }
    }

    /// - Throws: When the shared secret is all zero.
    private static func wrapKey(
        _ mine: Curve25519.KeyAgreement.PrivateKey, _ theirs: [UInt8], share: [UInt8],
        to recipient: [UInt8]
    ) throws -> SymmetricKey {
        let secret = try mine.sharedSecretFromKeyAgreement(
            with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: theirs))
        guard secret.withUnsafeBytes({ $0.contains { $0 != 0 } }) else {
            throw VaultError(.damaged, "a key of low order")
        }
        return secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient, sharedInfo: wrapInfo, outputByteCount: 32)
    }

    private static func zeroNonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }

    private static func mac(_ fileKey: SymmetricKey, of header: [UInt8])
        -> HMAC<SHA256>.MAC
    {
        HMAC<SHA256>.authenticationCode(for: header, using: macKey(fileKey))
    }

    private static func macKey(_ fileKey: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: [UInt8](), info: Array("header".utf8),
            outputByteCount: 32)
    }

    /// What a file's payload is encrypted under.
    static func payloadKey(_ fileKey: SymmetricKey, nonce: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: nonce, info: Array("payload".utf8),
            outputByteCount: 32)
    }

    // MARK: - Reading

    /// Bytes of the header that `bytes` begin with; nil when its end has not come yet.
    ///
    /// - Throws: ``VaultError`` with `damaged` when it cannot become one.
    static func length(in bytes: [UInt8]) throws(VaultError) -> Int? {
        guard bytes.prefix(version.count).elementsEqual(version.prefix(bytes.count)) else {
            throw VaultError(
                .damaged, "this is no age file (or an armored one: `age -d` reads those)")
        }
        var lineStart = 0
        while let end = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            if bytes[lineStart..<end].starts(with: macStart) { return end + 1 }
            lineStart = end + 1
        }
        guard bytes.count <= maxBytes else {
            throw VaultError(.damaged, "the header of this age file has no end")
        }
        return nil
    }

    /// The file key of a whole header, through the first identity that a stanza fits.
    ///
    /// - Throws: ``VaultError`` with `damaged` for a malformed header or a wrong MAC, `keys` when it
    ///   was encrypted to others.
    static func open(_ header: [UInt8], with identities: [AgeIdentity]) throws(VaultError)
        -> SymmetricKey
    {
        let lines = header.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let last = lines.last, let (stanzas, others) = stanzas(lines.dropFirst().dropLast())
        else { throw malformed }
        guard last.count == macStart.count + 1 + 43,
            last.dropFirst(macStart.count).first == UInt8(ascii: " "),
            let claimed = AgeBase64.decode(last.dropFirst(macStart.count + 1))
        else { throw malformed }
        for identity in identities {
            for stanza in stanzas {
                guard let fileKey = try unwrap(stanza, identity) else { continue }
                let covered = header.prefix(last.startIndex + macStart.count)
                guard
                    HMAC<SHA256>.isValidAuthenticationCode(
                        claimed, authenticating: covered, using: macKey(fileKey))
                else { throw VaultError(.damaged, "the header of this age file was changed") }
                return fileKey
            }
        }
        throw VaultError(
            .keys,
            "none of the given identities opens this age file; it has "
                + "\(stanzas.count) X25519 and \(others) other recipients")
    }

    private static var malformed: VaultError {
        VaultError(.damaged, "the header of this age file is malformed")
    }

    private static func stanzas(_ lines: ArraySlice<ArraySlice<UInt8>>) -> ([Stanza], Int)? {
        var found: [Stanza] = []
        var others = 0
        var lines = lines
        while let line = lines.popFirst() {
            guard line.starts(with: stanzaStart) else { return nil }
            let words = line.dropFirst(stanzaStart.count).split(
                separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 > 32 && $0 < 127 } }) else {
                return nil
            }
            var text: [UInt8] = []
            // The body ends with the first line that is not full, even if that is empty.
            while true {
                guard let part = lines.popFirst(), part.count <= columns else { return nil }
                text += part
                if part.count < columns { break }
            }
            guard let body = AgeBase64.decode(text) else { return nil }
            guard words[0].elementsEqual("X25519".utf8) else {
                others += 1
                continue
            }
            guard words.count == 2, let share = AgeBase64.decode(words[1]), share.count == 32,
                body.count == fileKeyCount + 16
            else { return nil }
            found.append(Stanza(share: share, body: body))
        }
        return found.isEmpty && others == 0 ? nil : (found, others)
    }

    /// Nil when the stanza is somebody else's.
    private static func unwrap(_ stanza: Stanza, _ identity: AgeIdentity) throws(VaultError)
        -> SymmetricKey?
    {
        do {
            let key = try wrapKey(
                identity.key, stanza.share, share: stanza.share, to: identity.recipient.bytes)
            let box = try ChaChaPoly.SealedBox(
                nonce: zeroNonce(), ciphertext: stanza.body.prefix(fileKeyCount),
                tag: stanza.body.dropFirst(fileKeyCount))
            guard let opened = try? ChaChaPoly.open(box, using: key) else { return nil }
            return SymmetricKey(data: opened)
        } catch {
            throw malformed
        }
    }
}
