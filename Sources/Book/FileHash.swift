// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import TransparencyLog

/// SHA-256 over bytes as they come.
struct FileHash {
    private var hash = SHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    func finish() -> TransparencyLog.Digest {
        TransparencyLog.Digest(Array(hash.finalize())) ?? TransparencyLog.Digest()
    }
}
