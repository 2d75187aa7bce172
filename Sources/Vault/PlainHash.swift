// SPDX-License-Identifier: Apache-2.0

internal import CLibcrypto

/// SHA-256 of libcrypto; a copy goes on from the same state. Takes no memory but its own: for a few
/// dozen bytes a context on the heap costs more than the hashing.
struct PlainHash {
    private var state = daybook_sha256()

    init() { daybook_sha256_begin(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        daybook_sha256_add(&state, bytes.bytePointer, bytes.count)
    }

    mutating func update(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { update($0) }
    }

    mutating func update(_ bytes: Bytes32) {
        bytes.withUnsafeBytes { update($0) }
    }

    func finish() -> Bytes32 {
        var state = state
        return withUnsafeTemporaryAllocation(byteCount: Bytes32.count, alignment: 8) { digest in
            daybook_sha256_end(&state, digest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            return Bytes32(UnsafeRawBufferPointer(digest))
        }
    }
}

/// HMAC-SHA256 (RFC 2104); a copy goes on from the same state.
struct KeyedHash {
    private var inner = PlainHash()
    private var outer = PlainHash()

    /// - Parameter key: at most 64 bytes.
    init(key: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { pad in
            for place in 0..<64 { pad[place] = (place < key.count ? key[place] : 0) ^ 0x36 }
            inner.update(UnsafeRawBufferPointer(pad))
            for place in 0..<64 { pad[place] ^= 0x36 ^ 0x5c }
            outer.update(UnsafeRawBufferPointer(pad))
            for place in 0..<64 { pad[place] = 0 }
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    mutating func update(_ byte: UInt8) { inner.update(byte) }

    func finish() -> Bytes32 {
        var outer = outer
        outer.update(inner.finish())
        return outer.finish()
    }
}

extension UnsafeRawBufferPointer {
    /// As C's functions take bytes.
    var bytePointer: UnsafePointer<UInt8>? {
        baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}
