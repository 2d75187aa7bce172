// SPDX-License-Identifier: Apache-2.0

internal import CLibcrypto

/// AES-256 in counter mode of libcrypto: what `AESGCM` decrypts with, without looking at the tag. A
/// third of the cost, and no proof of anything: only for a first look at what may be worth a real one.
///
/// Belongs to one thread at a time. Has the last key in its memory until it goes.
final class AESCounter {
    /// The counter of GCM's first block of text under a nonce of zeros (NIST SP 800-38D, 7.1).
    private static let first = [UInt8](repeating: 0, count: 15) + [2]
    private let cipher: OpaquePointer

    /// - Throws: `damaged` when libcrypto has no such cipher.
    init() throws(VaultError) {
        guard let cipher = daybook_aes_ctr_make() else {
            throw VaultError(
                .damaged,
                "libcrypto has no AES-256 in counter mode here, or there is no memory. Run "
                    + "`openssl version`; it has to be 3.0 or newer.")
        }
        self.cipher = cipher
    }

    deinit { daybook_aes_ctr_free(cipher) }

    /// Decrypts what `AESGCM.seal` made, unchecked.
    ///
    /// - Parameters:
    ///   - sealed: ciphertext without its tag.
    ///   - text: takes as many bytes; has place for them.
    /// - Returns: false when libcrypto refuses.
    func look(
        _ sealed: UnsafeRawBufferPointer, _ key: Bytes32, into text: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(text.count >= sealed.count, "place for the text")
        return key.withUnsafeBytes { key in
            daybook_aes_ctr_apply(
                cipher, key.bytePointer, Self.first, sealed.bytePointer, sealed.count,
                text.baseAddress?.assumingMemoryBound(to: UInt8.self)) == 0
        }
    }
}
