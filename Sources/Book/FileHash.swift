// SPDX-License-Identifier: Apache-2.0

internal import Crypto
package import TransparencyLog

/// SHA-256 over bytes as they come.
package struct FileHash {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    package func finish() -> TransparencyLog.Digest {
        TransparencyLog.Digest(Array(hash.finalize())) ?? TransparencyLog.Digest()
    }
}
