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
    package static func unique(_ commitments: [Commitment]) -> [Commitment] {
        var sorted = commitments.sorted()
        var kept = 0
        for place in sorted.indices where kept == 0 || sorted[place] != sorted[kept - 1] {
            sorted[kept] = sorted[place]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// The same for commitments that `unique` gave.
    package static func of(sorted commitments: [Commitment]) -> TransparencyLog.Digest {
        var hash = SHA256()
        for commitment in commitments { hash.update(data: commitment.bytes) }
        return Digest(Array(hash.finalize())) ?? TransparencyLog.Digest()
    }
}
