// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The hashes of a Merkle tree (RFC 6962, section 2.1, with SHA-256).
public enum TreeHash {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let empty = sha256 { _ in }

    /// The leaf hash of an entry: SHA-256(0x00 ‖ entry).
    ///
    /// - Complexity: O(*n*), where *n* is the length of the entry; allocates nothing.
    public static func leaf(_ entry: UnsafeRawBufferPointer) -> Digest {
        sha256 {
            update(&$0, with: 0)
            $0.update(bufferPointer: entry)
        }
    }

    /// The leaf hash of an entry: SHA-256(0x00 ‖ entry).
    public static func leaf(_ entry: [UInt8]) -> Digest {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: Digest, _ right: Digest) -> Digest {
        sha256 { state in
            update(&state, with: 1)
            left.withUnsafeBytes { state.update(bufferPointer: $0) }
            right.withUnsafeBytes { state.update(bufferPointer: $0) }
        }
    }

    /// The root of the tree with these leaf hashes: the Merkle Tree Hash of RFC 6962. An odd last
    /// node is promoted, never doubled.
    ///
    /// - Complexity: O(*n*) hashes.
    public static func root(of leaves: [Digest]) -> Digest {
        var frontier = MerkleFrontier()
        frontier.append(contentsOf: leaves)
        return frontier.root
    }

    /// The SHA-256 of these bytes, without a prefix.
    package static func plain(_ bytes: [UInt8]) -> Digest {
        sha256 { state in bytes.withUnsafeBytes { state.update(bufferPointer: $0) } }
    }

    /// The same of bytes that somebody else owns.
    package static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> Digest {
        sha256 { $0.update(bufferPointer: UnsafeRawBufferPointer(bytes)) }
    }

    private static func update(_ state: inout SHA256, with prefix: UInt8) {
        withUnsafeBytes(of: prefix) { state.update(bufferPointer: $0) }
    }

    private static func sha256(_ feed: (inout SHA256) -> Void) -> Digest {
        var state = SHA256()
        feed(&state)
        let result = state.finalize()
        var digest = Digest()
        digest.withUnsafeMutableBytes { target in
            result.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return digest
    }
}
