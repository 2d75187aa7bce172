// SPDX-License-Identifier: Apache-2.0

import CDaybook

/// Which way of hashing is the fastest on this machine.
///
/// Without SHA extensions it is the lanes. With them the library takes one message at a time in a few
/// hundred nanoseconds, and it depends on the processor whether 16 lanes of AVX-512 are faster: on a Zen 5
/// twice, on others not at all. So where a machine has both, both are tried, once in a process.
struct LaneChoice {
    /// 16, 8, or 0 for the library.
    let lanes: Int
    /// Messages from which on the lanes are worth it: the others are hashed by the library.
    let messagesMin: Int

    /// The choice for this machine; takes some 100 µs where both have to be tried.
    static let best = LaneChoice()

    private init() {
        let advised = Int(daybook_sha256_lanes())
        guard advised == 0 else {
            (lanes, messagesMin) = (advised, Limits.leavesForLanes)
            return
        }
        // All lanes cost what so many messages cost the library; less a few, for the calls.
        messagesMin = Limits.leavesForLanesBesideExtensions
        guard daybook_sha256_supports(16) != 0 else {
            lanes = 0
            return
        }
        let library = Self.nanoseconds(lanes: 0)
        lanes = Self.nanoseconds(lanes: 16) < library ? 16 : 0
    }

    /// The best of a few rounds over messages as long as records are: what others do on the machine can
    /// only make a round slower.
    private static func nanoseconds(lanes: Int) -> Int64 {
        let count = 64
        let length = 256
        let bytes = [UInt8](repeating: 0x61, count: count * length)
        let starts = (0..<count).map { $0 * length }
        let counts = [Int](repeating: length, count: count)
        var digests = [Digest](repeating: TreeHash.empty, count: count)
        let clock = ContinuousClock()
        return (0..<4).map { _ in
            clock.measure {
                bytes.withUnsafeBytes { base in
                    starts.withUnsafeBufferPointer { starts in
                        counts.withUnsafeBufferPointer { counts in
                            digests.withUnsafeMutableBufferPointer { digests in
                                LeafHasher.hash(
                                    in: base, starts: starts, counts: counts, lanes: lanes,
                                    messagesMin: 0, into: digests)
                            }
                        }
                    }
                }
            }.components.attoseconds / 1_000_000_000
        }.min() ?? 0
    }
}
