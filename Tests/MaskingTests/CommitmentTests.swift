// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Masking

struct CommitmentTests {
    @Test func textAndBytesAreTheSameCommitment() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            let commitment = try #require(Commitment(bytes))
            #expect(commitment.bytes == bytes)
            #expect(Commitment(sealed: "v1." + commitment.text) == commitment)
        }
    }

    @Test func theTextIsBase64URL() throws {
        let counting = try #require(Commitment((0..<32).map { UInt8($0) }))
        #expect(counting.text == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        let ones = try #require(Commitment([UInt8](repeating: 255, count: 32)))
        #expect(ones.text == "__________________________________________8")
    }

    @Test(arguments: [
        "", "v1.", "v2.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "v1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
        "v1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+",
        "v1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ])
    func otherFormsAreNone(_ text: String) {
        #expect(Commitment(sealed: text) == nil)
    }
}
