// SPDX-License-Identifier: Apache-2.0

internal import Masking

/// The arithmetic of one envelope (docs/format/envelope.md): keys, padding, commitment, ciphertext.
enum EnvelopeCipher {
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

    /// HKDF-Expand to the first key alone, which decrypts.
    static func encryptionKey(_ pseudorandomKey: Bytes32) -> Bytes32 {
        pseudorandomKey.withUnsafeBytes { first(KeyedHash(key: $0)) }
    }

    private static func first(_ base: KeyedHash) -> Bytes32 {
        var hash = base
        context.withUnsafeBytes { hash.update($0) }
        hash.update(1)
        return hash.finish()
    }

    /// HKDF-Expand to the two keys.
    static func keys(_ pseudorandomKey: Bytes32) -> Keys {
        pseudorandomKey.withUnsafeBytes { key in
            context.withUnsafeBytes { context in
                let base = KeyedHash(key: key)
                let encryption = first(base)
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
        by cipher: AESGCM, to target: inout [UInt8]
    ) throws(VaultError) {
        let start = target.count
        target.append(contentsOf: padded)
        // The tag's place is there already.
        for _ in 0..<AESGCM.tagBytes { target.append(0) }
        let isSealed = target.withUnsafeMutableBytes { target in
            padded.withUnsafeBytes { padded in
                withBound(salt, commitment) {
                    cipher.seal(
                        padded, key, authenticating: $0,
                        into: UnsafeMutableRawBufferPointer(rebasing: target[start...]))
                }
            }
        }
        guard isSealed else {
            throw VaultError(
                .damaged,
                "Encrypting an envelope failed: libcrypto refused. Run `openssl version`; it has to "
                    + "be 3.0 or newer.")
        }
    }

    /// Decrypts and compares the commitment: a ciphertext that opens under two keys says nothing,
    /// since only one plaintext has the commitment.
    ///
    /// - Parameter padded: takes the padded plaintext, from its beginning on, and is made longer
    ///   where it is too short for it. Overwrite it when it was read.
    /// - Returns: bytes of the padded plaintext; nil when anything is not as it was sealed.
    /// - Complexity: O(bytes), without an allocation; docs/design/performance.md has the time.
    static func open(
        _ ciphertext: UnsafeRawBufferPointer, _ keys: Keys, salt: Bytes32, commitment: Bytes32,
        by cipher: AESGCM, into padded: inout [UInt8]
    ) -> Int? {
        let count = decrypt(
            ciphertext, keys.encryption, salt: salt, commitment: commitment, by: cipher,
            into: &padded)
        guard let count else { return nil }
        let isCommitted = padded.withUnsafeBytes {
            self.commitment(keys.commitment, UnsafeRawBufferPointer(rebasing: $0[..<count]))
                == commitment
        }
        guard isCommitted else {
            overwrite(&padded, count)
            return nil
        }
        return count
    }

    /// Decrypts without comparing the commitment, which has to be done before anything of it is shown
    /// or decided by.
    ///
    /// - Returns: bytes of the padded plaintext; nil when the tag is wrong.
    private static func decrypt(
        _ ciphertext: UnsafeRawBufferPointer, _ key: Bytes32, salt: Bytes32, commitment: Bytes32,
        by cipher: AESGCM, into padded: inout [UInt8]
    ) -> Int? {
        let count = ciphertext.count - AESGCM.tagBytes
        guard count > 0 else { return nil }
        if padded.count < count { padded = [UInt8](repeating: 0, count: count) }
        let isOpen = padded.withUnsafeMutableBytes { padded in
            withBound(salt, commitment) {
                cipher.open(ciphertext, key, authenticating: $0, into: padded)
            }
        }
        return isOpen ? count : nil
    }

    /// The same into an array of its own.
    static func open(
        _ ciphertext: UnsafeRawBufferPointer, _ keys: Keys, salt: Bytes32, commitment: Bytes32
    ) throws(VaultError) -> [UInt8]? {
        var padded: [UInt8] = []
        return open(
            ciphertext, keys, salt: salt, commitment: commitment, by: try AESGCM(), into: &padded
        ).map { Array(padded[..<$0]) }
    }

    /// Writes zeros over the beginning of an array.
    static func overwrite(_ bytes: inout [UInt8], _ count: Int) {
        bytes.withUnsafeMutableBytes { bytes in
            _ = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    /// What the tag covers besides the ciphertext: r, then C.
    private static func withBound<Result>(
        _ salt: Bytes32, _ commitment: Bytes32, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try Swift.withUnsafeBytes(of: (salt.words, commitment.words), body)
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
