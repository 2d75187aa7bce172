// SPDX-License-Identifier: Apache-2.0

import Masking
import Testing

@testable import Clearing

struct CommitmentSieveTests {
    private static func random() throws -> Commitment {
        try #require(Commitment((0..<32).map { _ in UInt8.random(in: 0...255) }))
    }

    private static func passes(_ text: String, _ sieve: CommitmentSieve) -> Bool {
        var text = text
        return text.withUTF8 { sieve.mayHave(sealed: $0) }
    }

    @Test(arguments: [0, 1, 500, 20_000])
    func whatIsLookedForPassesAndFewOthersDo(count: Int) throws {
        let wanted = Set(try (0..<count).map { _ in try Self.random() })
        let sieve = CommitmentSieve(wanted)
        #expect(wanted.allSatisfy { Self.passes("v1." + $0.text, sieve) })
        let others = try (0..<2000).filter { _ in
            Self.passes("v1." + (try Self.random()).text, sieve)
        }
        #expect(others.count < 300)
    }

    @Test func whatIsTooShortToTellPasses() {
        #expect(Self.passes("v1.abc", CommitmentSieve([])))
    }
}
