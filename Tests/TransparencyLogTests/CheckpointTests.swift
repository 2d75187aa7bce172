// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Checkpoints and cosignatures")
struct CheckpointTests {
    let key: NoteKey
    let witness: NoteKey
    let checkpoint: Checkpoint

    init() throws {
        key = try NoteKey(name: "example.com/log", seed: Array(0..<32))
        witness = try NoteKey(name: "witness.example", type: .cosignature, seed: Array(32..<64))
        checkpoint = try Checkpoint(
            origin: "example.com/log", size: 20_852_163, root: TreeHash.leaf([1]))
    }

    @Test("a checkpoint reads back from its text, with and without extensions")
    func roundTrip() throws {
        #expect(
            checkpoint.description == "example.com/log\n20852163\n\(checkpoint.root.base64)\n")
        #expect(try Checkpoint(parsing: checkpoint.description) == checkpoint)
        let extended = try Checkpoint(
            origin: "o", size: 0, root: TreeHash.empty, extensions: ["one", "two words"])
        #expect(try Checkpoint(parsing: extended.description) == extended)
        let largest = try Checkpoint(origin: "o", size: .max, root: TreeHash.empty)
        #expect(try Checkpoint(parsing: largest.description).size == .max)
    }

    @Test("malformed checkpoints are refused")
    func malformed() {
        let root = TreeHash.empty.base64
        for text in [
            "", "\n", "o\n", "o\n1\n", "o\n1\n\(root)", "\n1\n\(root)\n", "o\n\n\(root)\n",
            "o\n01\n\(root)\n", "o\n+1\n\(root)\n", "o\n-1\n\(root)\n", "o\n1 \n\(root)\n",
            "o\n9223372036854775808\n\(root)\n", "o\n99999999999999999999\n\(root)\n",
            "o\n1\n\(root.dropLast())\n", "o\n1\n\(root) \n", "o\n1\nAAAA\n", "o\n1\n\n",
            "o\n1\n\(root)\n\n", "o\n1\n\(root)\n\nx\n", "o\r\n1\n\(root)\n", "o\n1\n\(root)\nx",
            "o\n0x1\n\(root)\n", "o\n\u{661}\n\(root)\n",
        ] {
            #expect(throws: TransparencyLogError(.malformedCheckpoint, ""), "\(text)") {
                try Checkpoint(parsing: text)
            }
        }
    }

    @Test("parts that would not read back are refused")
    func invalidParts() {
        let error = TransparencyLogError(.invalidText, "")
        let root = TreeHash.empty
        #expect(throws: error) { try Checkpoint(origin: "", size: 0, root: root) }
        #expect(throws: error) { try Checkpoint(origin: "a\nb", size: 0, root: root) }
        #expect(throws: error) { try Checkpoint(origin: "a\r", size: 0, root: root) }
        #expect(throws: error) { try Checkpoint(origin: "a", size: -1, root: root) }
        #expect(throws: error) {
            try Checkpoint(origin: "a", size: 0, root: root, extensions: [""])
        }
    }

    @Test("only the log's own key and origin make a checkpoint acceptable")
    func verdicts() throws {
        let signed = try SignedCheckpoint(note: checkpoint.signed(by: [key]))
        #expect(try SignedCheckpoint(parsing: signed.note.bytes) == signed)
        #expect(signed.verify(with: key.verifier).isAccepted)
        #expect(
            signed.verify(with: key.verifier, origin: "example.com/other").reasons == [.otherOrigin]
        )
        let stranger = try NoteKey(generate: "example.com/log")
        #expect(signed.verify(with: stranger.verifier).reasons == [.note(.noKnownSignature)])
        let second = try NoteKey(generate: "second")
        let onlySecond = try SignedCheckpoint(note: checkpoint.signed(by: [second]))
        #expect(
            onlySecond.verify(with: key.verifier, witnesses: [second.verifier]).reasons
                == [.notSignedByLog])
    }

    @Test("a cosignature states its time, and a wrong one condemns the checkpoint")
    func cosignature() throws {
        var note = try checkpoint.signed(by: [key])
        let signature = try witness.sign(note.text, time: 1_679_315_147)
        #expect(signature.bytes.count == 72)
        try note.add([NoteSignature(line: signature.description + "\n")])
        let good = try SignedCheckpoint(note: note)
            .verify(with: key.verifier, witnesses: [witness.verifier])
        #expect(good.isAccepted)
        #expect(good.cosignatures.map(\.time) == [1_679_315_147])

        for place in signature.bytes.indices {
            var bytes = signature.bytes
            bytes[place] ^= 1
            let wrong = NoteSignature(
                unchecked: signature.name, identifier: signature.identifier, bytes: bytes)
            var note = try checkpoint.signed(by: [key])
            try note.add([wrong])
            let verdict = try SignedCheckpoint(note: note)
                .verify(with: key.verifier, witnesses: [witness.verifier])
            #expect(!verdict.isAccepted, "byte \(place)")
        }
        #expect(throws: TransparencyLogError(.invalidText, "")) { try witness.sign(note.text) }
        #expect(throws: TransparencyLogError(.invalidText, "")) {
            try witness.sign(note.text, time: 0)
        }
    }

    /// Made with Python's `cryptography`, from the seeds 00…1f for both keys.
    @Test("what another program signed and cosigned is accepted")
    func otherProgram() throws {
        let note = """
            example.com/log
            2
            ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us=

            \u{2014} example.com/log 1FXFIQyuqRWAQb8EJK1YsVNIzUqOnK0Av523UFcb3sYMoUMUFqcPsSkLgyEiM8hdVtVp6achiE3gjxOaGgji8PSXbgk=
            \u{2014} w.example x4fkNwAAAABrAQVe0bCnn8mOqbB1H2nH0v6DbGf21TTXtuZc4KYR7MIxw8skkD4LO5bAP+zybFxiIo7S5cnOJmLsbnw6hYvohFeXBg==

            """
        let cosigner = try NoteKey(name: "w.example", type: .cosignature, seed: Array(0..<32))
        let verdict = try SignedCheckpoint(parsing: Array(note.utf8))
            .verify(with: key.verifier, witnesses: [cosigner.verifier])
        #expect(verdict.isAccepted)
        #expect(verdict.cosignatures.map(\.time) == [1_795_229_022])
    }

    @Test("a cosignature and a note signature of one secret are not interchangeable")
    func kindsApart() throws {
        let same = try NoteKey(name: "witness.example", seed: Array(32..<64))
        #expect(same.verifier.identifier != witness.verifier.identifier)
        #expect(witness.verifier.check(try same.sign("a\n").bytes, on: "a\n") == .invalid)
        #expect(same.verifier.check(try witness.sign("a\n", time: 1).bytes, on: "a\n") == .invalid)
    }

    @Test("a flipped bit anywhere in a signed checkpoint is refused")
    func flippedBits() throws {
        let bytes = try checkpoint.signed(by: [key]).bytes
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                let accepted = (try? SignedCheckpoint(parsing: changed))?
                    .verify(with: key.verifier).isAccepted
                #expect(accepted != true, "byte \(place), bit \(bit)")
            }
        }
    }
}
