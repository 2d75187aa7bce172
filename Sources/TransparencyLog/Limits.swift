// SPDX-License-Identifier: Apache-2.0

/// The limits of this room, each with its unit and reason.
package enum Limits {
    /// Leaves that a frontier works through at a time, in leaves: 128 KiB of digests stay in the
    /// second-level cache, and the scratch space does not grow with the batch.
    static let frontierBatch = 4096

    /// Messages from which on SIMD lanes beat the library, in messages: a block of all lanes costs
    /// about twice a block of the library, plus one call for all instead of one for each.
    static let leavesForLanes = 2

    /// The same where the library has the processor's SHA extensions, in messages: on a Zen 5 a block
    /// of all 16 lanes takes as long as seven of the library's.
    static let leavesForLanesBesideExtensions = 8

    /// Text of a signed note, in bytes: thousands of times what a checkpoint needs, yet nothing that
    /// a stranger's file could fill memory with.
    static let noteText = 1 << 20

    /// Signatures of a note, in lines: each of a known key costs a check. The specification wants
    /// at least 16.
    static let noteSignatures = 64

    /// Text of a key, in bytes: an ML-DSA-44 key has 1,312 bytes, a name rarely more than a hundred.
    static let keyText = 1 << 14

    /// Hashes of an inclusion proof, in hashes: the height of a tree of 2^63 leaves.
    static let proofHashes = 63

    /// Text of a proof file, in bytes: a note, the hashes, and room for what `extra` carries.
    static let proofText = 2 << 20
}
