// SPDX-License-Identifier: Apache-2.0

import Masking
import Testing
import TransparencyLog

@testable import Clearing

struct CommitmentDigestTests {
    /// Random ones; alike in their first half, if wanted.
    private func commitments(_ count: Int, alike: Bool = false) throws -> [Commitment] {
        try (0..<count).map { _ in
            let half = (0..<16).map { _ in alike ? UInt8(7) : UInt8.random(in: 0...255) }
            return try #require(Commitment(half + (0..<16).map { _ in UInt8.random(in: 0...255) }))
        }
    }

    @Test(arguments: [0, 1, 4095, 4096, 20_000])
    func manyAreSortedAsFewAreAndEachIsThereOnce(count: Int) throws {
        let some = try commitments(count)
        let twice = (some + some.prefix(100)).shuffled()
        #expect(CommitmentDigest.unique(twice) == some.sorted())
    }

    @Test func thoseThatBeginAlikeAreSortedToo() throws {
        let some = try commitments(5000, alike: true)
        #expect(CommitmentDigest.unique(some) == some.sorted())
    }

    @Test func theDigestIsThatOfTheirBytesOneBehindTheOther() throws {
        let some = CommitmentDigest.unique(try commitments(3000))
        #expect(CommitmentDigest.of(sorted: some) == TreeHash.plain(some.flatMap(\.bytes)))
    }
}
