// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import Masking

/// The arithmetic of one envelope (docs/format/envelope.md): keys, padding, commitment, ciphertext.
enum EnvelopeCipher {
    /// Bytes of the tag of AES-GCM, which ends a ciphertext.
    static let tagBytes = 16
    /// Bytes before the plaintext in a padded one: its length, little-endian.
    static let lengthBytes = 4
    /// Says for what the keys are (HKDF's info).
    static let context = Array("daybook/envelope/v1".utf8)

    /// The two keys of one envelope.
    struct Keys: Sendable, Hashable {
        var encryption: Bytes32
        var commitment: Bytes32
    }

    // MARK: - Keys

    /// HKDF-Extract (RFC 5869): all that a survivor of a punctured group keeps.
    static func pseudorandomKey(group: Bytes32, salt: Bytes32) -> Bytes32 {
        salt.withUnsafeBytes { salt in
            var hash = KeyedHash(key: salt)
            group.withUnsafeBytes { hash.update($0) }
            return hash.finish()
        }
    }

    /// HKDF-Expand to the two keys.
    static func keys(_ pseudorandomKey: Bytes32) -> Keys {
        pseudorandomKey.withUnsafeBytes { key in
            context.withUnsafeBytes { context in
                let base = KeyedHash(key: key)
                var first = base
                first.update(context)
                first.update(1)
                let encryption = first.finish()
                var second = base
                encryption.withUnsafeBytes { second.update($0) }
                second.update(context)
                second.update(2)
                return Keys(encryption: encryption, commitment: second.finish())
            }
        }
    }

    // MARK: - Padding

    /// Bytes of the padded form of a plaintext; nil when it is too long for any bucket.
    static func bucket(_ count: Int) -> Int? {
        var bucket = Limits.smallestBucket
        while bucket < count + lengthBytes { bucket *= 2 }
        return bucket <= Limits.largestBucket ? bucket : nil
    }

    /// Writes length, plaintext and zeros over `padded`, whose size is a bucket's.
    static func pad(_ plaintext: UnsafeRawBufferPointer, into padded: inout [UInt8]) {
        padded.withUnsafeMutableBytes { padded in
            padded.storeBytes(of: UInt32(plaintext.count).littleEndian, as: UInt32.self)
            let rest = UnsafeMutableRawBufferPointer(rebasing: padded[lengthBytes...])
            rest.copyMemory(from: plaintext)
            for place in plaintext.count..<rest.count { rest[place] = 0 }
        }
    }

    /// The plaintext's place in a padded one; nil when it says more than there is.
    static func unpadded(_ padded: UnsafeRawBufferPointer) -> Range<Int>? {
        guard padded.count >= lengthBytes else { return nil }
        let count = Int(UInt32(littleEndian: padded.loadUnaligned(as: UInt32.self)))
        guard count <= padded.count - lengthBytes else { return nil }
        return lengthBytes..<lengthBytes + count
    }

    // MARK: - Seal and open

    /// HMAC-SHA256 of the padded plaintext.
    static func commitment(_ key: Bytes32, _ padded: UnsafeRawBufferPointer) -> Bytes32 {
        key.withUnsafeBytes { key in
            var hash = KeyedHash(key: key)
            hash.update(padded)
            return hash.finish()
        }
    }

    /// Encrypts and appends ciphertext and tag to `target`.
    static func seal(
        _ padded: [UInt8], _ key: Bytes32, salt: Bytes32, commitment: Bytes32,
        to target: inout [UInt8]
    ) throws(VaultError) {
        do {
            let box = try AES.GCM.seal(
                padded, using: key.key, nonce: zeroNonce,
                authenticating: bound(salt, commitment))
            target.append(contentsOf: box.ciphertext)
            target.append(contentsOf: box.tag)
        } catch {
            throw VaultError(.damaged, "Encrypting an envelope failed: \(error).")
        }
    }

    /// Decrypts and compares the commitment: a ciphertext that opens under two keys says nothing,
    /// since only one plaintext has the commitment.
    ///
    /// - Returns: the padded plaintext; nil when anything is not as it was sealed.
    static func open(
        _ ciphertext: UnsafeRawBufferPointer, _ keys: Keys, salt: Bytes32, commitment: Bytes32
    ) -> Data? {
        guard ciphertext.count > tagBytes else { return nil }
        // Nonce, ciphertext and tag in one piece: a box of three parts is put together from copies.
        var combined = Data(count: nonceBytes + ciphertext.count)
        combined.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[nonceBytes...]).copyMemory(from: ciphertext)
        }
        guard
            let box = try? AES.GCM.SealedBox(combined: combined),
            let padded = try? AES.GCM.open(
                box, using: keys.encryption.key, authenticating: bound(salt, commitment)),
            padded.withUnsafeBytes({ self.commitment(keys.commitment, $0) }) == commitment
        else { return nil }
        return padded
    }

    /// What the tag covers besides the ciphertext: r, then C.
    private static func bound(_ salt: Bytes32, _ commitment: Bytes32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { bytes, count in
            let raw = UnsafeMutableRawBufferPointer(bytes)
            salt.withUnsafeBytes { raw.copyMemory(from: $0) }
            commitment.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: raw[32...]).copyMemory(from: $0)
            }
            count = 64
        }
    }

    /// Bytes of the nonce, all zero: the key is used once.
    private static let nonceBytes = 12
    private static let zeroNonce: AES.GCM.Nonce = {
        guard let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: nonceBytes)) else {
            preconditionFailure("12 bytes are a nonce")
        }
        return nonce
    }()
}

/// HMAC-SHA256 (RFC 2104) with a key of 32 bytes; a copy goes on from the same state.
struct KeyedHash {
    private var inner: SHA256
    private let outer: SHA256

    /// - Parameter key: at most 64 bytes.
    init(key: UnsafeRawBufferPointer) {
        var inner = SHA256()
        var outer = SHA256()
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { pad in
            for place in 0..<64 { pad[place] = (place < key.count ? key[place] : 0) ^ 0x36 }
            inner.update(bufferPointer: UnsafeRawBufferPointer(pad))
            for place in 0..<64 { pad[place] ^= 0x36 ^ 0x5c }
            outer.update(bufferPointer: UnsafeRawBufferPointer(pad))
            for place in 0..<64 { pad[place] = 0 }
        }
        self.inner = inner
        self.outer = outer
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        inner.update(bufferPointer: bytes)
    }

    mutating func update(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { inner.update(bufferPointer: $0) }
    }

    func finish() -> Bytes32 {
        var outer = outer
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return Bytes32(outer.finalize())
    }
}

extension Bytes32 {
    init(_ commitment: Commitment) {
        let words = commitment.words
        self = Swift.withUnsafeBytes(
            of: (
                words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
            )
        ) { Bytes32($0) }
    }

    var commitment: Commitment {
        guard let made = withUnsafeBytes({ Commitment($0) }) else {
            preconditionFailure("32 bytes are a commitment")
        }
        return made
    }
}
