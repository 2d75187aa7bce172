// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes

/// Names one batch of one client, so that the same batch is known when it comes again.
///
/// Neither the key that the client chose nor anything that could be guessed from the content is kept:
/// the content's digest is keyed with the client's key.
struct BatchKey: Sendable, Hashable {
    /// 16 bytes of a SHA-256, as two numbers.
    struct Digest: Sendable, Hashable {
        let high: UInt64
        let low: UInt64

        init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// Of the first 16 bytes of a digest.
        init(_ bytes: some Sequence<UInt8>) {
            var numbers: (UInt64, UInt64) = (0, 0)
            for (place, byte) in bytes.prefix(16).enumerated() {
                if place < 8 {
                    numbers.0 = numbers.0 << 8 | UInt64(byte)
                } else {
                    numbers.1 = numbers.1 << 8 | UInt64(byte)
                }
            }
            high = numbers.0
            low = numbers.1
        }
    }

    let id: Digest
    let content: Digest

    init(id: Digest, content: Digest) {
        self.id = id
        self.content = content
    }

    /// - Parameters:
    ///   - text: the client's `Idempotency-Key`.
    ///   - part: a long request is taken in parts; each is a batch.
    init(
        _ text: String, of client: String, part: Int, _ content: UnsafeBufferPointer<UInt8>
    ) {
        var hash = SHA256()
        hash.update(data: Array("daybook batch\n\(client)\n\(part)\n".utf8))
        hash.update(data: Array(text.utf8))
        id = Digest(hash.finalize())
        self.content = Digest(
            HMAC<SHA256>.authenticationCode(
                for: UnsafeRawBufferPointer(content), using: SymmetricKey(data: Array(text.utf8))))
    }

    /// The client's key in a request's headers.
    ///
    /// - Throws: 400 for one that is empty or too long.
    static func text(_ headers: HTTPFields) throws(HTTPFailure) -> String? {
        guard let text = HTTPField.Name("Idempotency-Key").flatMap({ headers[$0] }) else {
            return nil
        }
        guard !text.isEmpty, text.utf8.count <= ServerLimits.batchKeyBytes else {
            throw HTTPFailure(
                .badRequest,
                "an Idempotency-Key has 1 to \(ServerLimits.batchKeyBytes) characters")
        }
        return text
    }
}
