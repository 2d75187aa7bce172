// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Masking
package import TransparencyLog

/// SHA-256 over commitments, sorted, each once: what a plan, an approval and a receipt say of the
/// envelopes that they are about.
package enum CommitmentDigest {
    /// O(n log n) for commitments in any order.
    package static func of(_ commitments: [Commitment]) -> TransparencyLog.Digest {
        of(sorted: unique(commitments))
    }

    /// Sorted, each once.
    ///
    /// - Complexity: O(*n*) for those of envelopes, which are spread evenly; O(*n* log *n*) for any others.
    package static func unique(_ commitments: [Commitment]) -> [Commitment] {
        var sorted = commitments
        if commitments.count < spreadMin { sorted.sort() } else { spread(commitments, &sorted) }
        var kept = 0
        for place in sorted.indices where kept == 0 || sorted[place] != sorted[kept - 1] {
            sorted[kept] = sorted[place]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// Below it sorting in one piece stays in the processor's cache, too.
    private static let spreadMin = 4096
    /// Bits by which many are told apart first.
    private static let spreadBits: UInt64 = 12

    /// Puts commitments into the order of their first bits, then sorts the few that have the same.
    private static func spread(_ commitments: [Commitment], _ sorted: inout [Commitment]) {
        var ends = [Int](repeating: 0, count: 1 << spreadBits + 1)
        func bucket(_ commitment: Commitment) -> Int {
            Int(commitment.words.0 >> (64 - spreadBits))
        }
        for commitment in commitments { ends[bucket(commitment) + 1] += 1 }
        for place in 1..<ends.count { ends[place] += ends[place - 1] }
        // From here on, where the next one of a bucket goes; at the end, where the bucket ends.
        for commitment in commitments {
            let bucket = bucket(commitment)
            sorted[ends[bucket]] = commitment
            ends[bucket] += 1
        }
        var start = 0
        for end in ends.dropLast() {
            sorted[start..<end].sort()
            start = end
        }
    }

    /// The same for commitments that `unique` gave.
    package static func of(sorted commitments: [Commitment]) -> TransparencyLog.Digest {
        var hash = SHA256()
        var start = 0
        var words: [UInt64] = []
        words.reserveCapacity(4 * atOnce)
        while start < commitments.count {
            let end = min(start + atOnce, commitments.count)
            words.removeAll(keepingCapacity: true)
            for commitment in commitments[start..<end] {
                let (a, b, c, d) = commitment.words
                words.append(a.bigEndian)
                words.append(b.bigEndian)
                words.append(c.bigEndian)
                words.append(d.bigEndian)
            }
            words.withUnsafeBytes { hash.update(bufferPointer: $0) }
            start = end
        }
        return Digest(Array(hash.finalize())) ?? TransparencyLog.Digest()
    }

    /// Commitments that are hashed together: 32 KiB.
    private static let atOnce = 1024
}
