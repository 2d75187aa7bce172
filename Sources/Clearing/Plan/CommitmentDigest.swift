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
        var sorted = commitments.count < spreadMin ? commitments.sorted() : spread(commitments)
        // Most often there is none twice, and nothing to move.
        guard var kept = sorted.indices.dropFirst().first(where: { sorted[$0] == sorted[$0 - 1] })
        else { return sorted }
        for place in kept..<sorted.count where sorted[place] != sorted[kept - 1] {
            sorted[kept] = sorted[place]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// Below it sorting in one piece stays in the processor's cache, too.
    private static let spreadMin = 4096
    /// Bits by which many are told apart first: four of a million are alike in them.
    private static let spreadBits: UInt64 = 18

    /// Puts commitments into the order of their first bits, then sorts the few that have the same.
    private static func spread(_ commitments: [Commitment]) -> [Commitment] {
        // As many places as there may be commitments, so that clearing them is not most of the work.
        var bits: UInt64 = 10
        while bits < spreadBits, 1 << (bits + 2) < commitments.count { bits += 1 }
        let shift = 64 - bits
        var ends = [Int](repeating: 0, count: 1 << bits + 1)
        for commitment in commitments { ends[Int(commitment.words.0 >> shift) + 1] += 1 }
        for place in 1..<ends.count { ends[place] += ends[place - 1] }
        return [Commitment](unsafeUninitializedCapacity: commitments.count) { sorted, count in
            // From here on, where the next one of a run goes; at the end, where the run ends.
            for commitment in commitments {
                let run = Int(commitment.words.0 >> shift)
                sorted.initializeElement(at: ends[run], to: commitment)
                ends[run] += 1
            }
            count = commitments.count
            var start = 0
            for end in ends.dropLast() {
                if end - start > 1 {
                    sort(UnsafeMutableBufferPointer(rebasing: sorted[start..<end]))
                }
                start = end
            }
        }
    }

    /// A run is a few places long where commitments are spread evenly: each goes to its place among those
    /// before it. Longer ones, which somebody made, are sorted as anything is.
    private static func sort(_ run: UnsafeMutableBufferPointer<Commitment>) {
        guard run.count <= 32 else {
            var run = run
            return run.sort()
        }
        for place in 1..<run.count {
            let commitment = run[place]
            var to = place
            while to > 0, commitment < run[to - 1] {
                run[to] = run[to - 1]
                to -= 1
            }
            run[to] = commitment
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
