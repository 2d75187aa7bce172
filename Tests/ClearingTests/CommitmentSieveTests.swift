// SPDX-License-Identifier: Apache-2.0

import Masking
import Testing

@testable import Clearing

struct CommitmentSieveTests {
    private static func random() -> Commitment {
        Commitment((0..<32).map { _ in UInt8.random(in: 0...255) })!
    }

    private static func passes(_ text: String, _ sieve: CommitmentSieve) -> Bool {
        var text = text
        return text.withUTF8 { sieve.mayHave(sealed: $0) }
    }

    @Test(arguments: [0, 1, 500, 20_000])
    func whatIsLookedForPassesAndFewOthersDo(count: Int) {
        let wanted = Set((0..<count).map { _ in Self.random() })
        let sieve = CommitmentSieve(wanted)
        #expect(wanted.allSatisfy { Self.passes("v1." + $0.text, sieve) })
        let others = (0..<2000).filter { _ in Self.passes("v1." + Self.random().text, sieve) }
        #expect(others.count < 300)
    }

    @Test func whatIsTooShortToTellPasses() {
        #expect(Self.passes("v1.abc", CommitmentSieve([])))
    }
}
