// SPDX-License-Identifier: Apache-2.0

internal import CLibcrypto

/// AES-256-GCM of libcrypto for many envelopes, one after the other, each under a key of its own: what
/// a library sets up for a cipher is set up once. The nonce is zeros, since no key is used twice.
///
/// Belongs to one thread at a time. Has the last key in its memory until it goes.
final class AESGCM {
    /// Bytes of the tag, which ends a ciphertext.
    static let tagBytes = 16

    private static let nonce = [UInt8](repeating: 0, count: 12)
    private let cipher: OpaquePointer

    /// - Throws: `damaged` when libcrypto has no such cipher.
    init() throws(VaultError) {
        guard let cipher = daybook_aes_gcm_make() else {
            throw VaultError(
                .damaged,
                "libcrypto has no AES-256-GCM here, or there is no memory. Run `openssl version`; it "
                    + "has to be 3.0 or newer.")
        }
        self.cipher = cipher
    }

    deinit { daybook_aes_gcm_free(cipher) }

    /// Encrypts.
    ///
    /// - Parameters:
    ///   - bound: what the tag covers, too.
    ///   - sealed: takes ciphertext and tag; has place for both.
    /// - Returns: false when libcrypto refuses.
    func seal(
        _ text: UnsafeRawBufferPointer, _ key: Bytes32,
        authenticating bound: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(sealed.count >= text.count + Self.tagBytes, "place for text and tag")
        return key.withUnsafeBytes { key in
            daybook_aes_gcm_seal(
                cipher, key.bytePointer, Self.nonce, bound.bytePointer, bound.count,
                text.bytePointer, text.count,
                sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)) == 0
        }
    }

    /// Decrypts.
    ///
    /// - Parameters:
    ///   - sealed: ciphertext and tag.
    ///   - text: takes the plaintext; has place for it.
    /// - Returns: false when anything is not as it was sealed; there are zeros in `text` then.
    func open(
        _ sealed: UnsafeRawBufferPointer, _ key: Bytes32,
        authenticating bound: UnsafeRawBufferPointer, into text: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let count = sealed.count - Self.tagBytes
        precondition(count >= 0 && text.count >= count, "a tag, and place for the text")
        return key.withUnsafeBytes { key in
            daybook_aes_gcm_open(
                cipher, key.bytePointer, Self.nonce, bound.bytePointer, bound.count,
                sealed.bytePointer, count, text.baseAddress?.assumingMemoryBound(to: UInt8.self))
                == 0
        }
    }
}
