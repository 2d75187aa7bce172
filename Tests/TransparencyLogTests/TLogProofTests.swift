// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Proof files")
struct TLogProofTests {
    let key: NoteKey
    let tree: StoredLevels
    let signed: SignedCheckpoint
    let line = Array("41".utf8)

    init() throws {
        key = try NoteKey(name: "example.com/log", seed: Array(0..<32))
        let leaves = someLeaves(70)
        tree = StoredLevels(leaves)
        let checkpoint = try Checkpoint(
            origin: "example.com/log", size: 70, root: TreeHash.root(of: leaves))
        signed = try SignedCheckpoint(note: checkpoint.signed(by: [key]))
    }

    @Test(
        "a proof reads back from its file and proves its line, not another",
        arguments: [
            nil, [], [1, 2, 3],
        ] as [[UInt8]?])
    func roundTrip(extra: [UInt8]?) throws {
        let proof = try TLogProof(index: 41, in: signed, tiles: tree, extra: extra)
        #expect(try TLogProof(parsing: proof.bytes) == proof)
        let verdict = try TLogProof.verify(line: line, proof: proof.bytes, key: key.verifier)
        #expect(verdict.isAccepted && verdict.reasons.isEmpty)
        #expect(verdict.proof.inclusion.index == 41)
        let other = proof.verify(line: Array("42".utf8), key: key.verifier)
        #expect(!other.isAccepted && other.inclusion == .refused(.otherRoot))
        #expect(other.reasons.count == 1)
        let stranger = try NoteKey(generate: "example.com/log")
        #expect(!proof.verify(line: line, key: stranger.verifier).isAccepted)
        #expect(!proof.verify(line: line, key: key.verifier, origin: "else").isAccepted)
    }

    @Test("the file looks as the specification says")
    func form() throws {
        let proof = try TLogProof(index: 0, in: signed, tiles: tree, extra: [0])
        let lines = proof.description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.prefix(3) == ["c2sp.org/tlog-proof@v1", "extra AA==", "index 0"])
        #expect(lines[3] == tree.levels[0][1].base64)
        #expect(lines[10] == "" && lines[11] == "example.com/log")
    }

    @Test("a flipped bit anywhere in a proof file is refused")
    func flippedBits() throws {
        let bytes = try TLogProof(index: 41, in: signed, tiles: tree).bytes
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                let verdict = try? TLogProof.verify(line: line, proof: changed, key: key.verifier)
                #expect(verdict?.isAccepted != true, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test("malformed and older files are refused")
    func malformed() throws {
        let proof = try TLogProof(index: 41, in: signed, tiles: tree)
        let text = proof.description
        let error = TransparencyLogError(.malformedProof, "")
        let body = text.dropFirst("c2sp.org/tlog-proof@v1\n".count)
        for changed in [
            "", "\n", String(body), "c2sp.org/spicy-signature@v1\n" + body,
            "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n",
            "c2sp.org/tlog-proof@v1\n\n" + body,
            text.replacing("index 41", with: "index 041"),
            text.replacing("index 41", with: "index -1"),
            text.replacing("index 41", with: "index 9223372036854775808"),
            text.replacing("index 41\n", with: ""),
            text.replacing("index 41", with: "extra A\nindex 41"),
            text.replacing("index 41", with: "extra AA==\nextra AA==\nindex 41"),
            text.replacing("index 41", with: "index 41\nextra AA=="),
            text.replacing("index 41\n", with: "index 41\nAAAA\n"),
            text.replacing("index 41\n", with: "index 41\r\n"),
            text.replacing(
                "index 41\n",
                with: "index 41\n"
                    + String(repeating: signed.checkpoint.root.base64 + "\n", count: 63)),
        ] {
            #expect(throws: error, "\(changed)") { try TLogProof(parsing: Array(changed.utf8)) }
        }
        // Whatever is cut off, it is an error of one kind or another.
        for end in proof.bytes.indices {
            #expect(throws: TransparencyLogError.self) {
                try TLogProof(parsing: Array(proof.bytes[..<end]))
            }
        }
        #expect(throws: TransparencyLogError(.malformedNote, "")) {
            try TLogProof(parsing: proof.bytes + [10])
        }
    }

    @Test("parts that are no tree's are refused")
    func invalidParts() {
        let error = TransparencyLogError(.invalidText, "")
        let hashes = [Digest](repeating: signed.checkpoint.root, count: 64)
        #expect(throws: error) {
            try TLogProof(inclusion: InclusionProof(index: 0, hashes: hashes), signed: signed)
        }
        #expect(throws: error) {
            try TLogProof(inclusion: InclusionProof(index: -1, hashes: []), signed: signed)
        }
        #expect(throws: TransparencyLogError(.outOfRange, "")) {
            try TLogProof(index: 70, in: signed, tiles: tree)
        }
    }
}
