// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

/// Every parser, fed with good texts that were cut, spliced, doubled and overwritten at random: it
/// must not trap, and what it accepts it must write as it was.
@Suite("Parsers and random changes")
struct MutationTests {
    private func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &generator))
            let interesting = Array("\n\n\u{2014} +=0xp/9A \u{0}\u{7F}".utf8)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: place)
            case 3 where place < bytes.count:
                bytes[place] = interesting.randomElement(using: &generator) ?? 0
            case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            default: bytes = Array(bytes[..<end])
            }
        }
        return bytes
    }

    @Test("no change makes a parser trap, and what is accepted is written back as it was")
    func everyParser() throws {
        let key = try NoteKey(name: "example.com/log", seed: Array(0..<32))
        let leaves = someLeaves(70)
        let checkpoint = try Checkpoint(
            origin: "example.com/log", size: 70, root: TreeHash.root(of: leaves))
        let signed = try SignedCheckpoint(note: checkpoint.signed(by: [key, key]))
        let proof = try TLogProof(
            index: 3, in: signed, tiles: StoredLevels(leaves), extra: [1, 2, 3])
        let bundle = try EntryBundle.encode([[], [1], [2, 3], [4, 5, 6]])
        var generator = SeededGenerator(seed: 9)
        var accepted = 0
        for _ in 0..<4000 {
            let note = mutate(signed.note.bytes, using: &generator)
            if let read = try? SignedNote(parsing: note) {
                accepted += 1
                #expect(read.bytes == note)
                _ = read.verify(with: [key.verifier])
            }
            let file = mutate(proof.bytes, using: &generator)
            if let read = try? TLogProof(parsing: file) {
                accepted += 1
                #expect(read.bytes == file)
                _ = read.verify(line: [1], key: key.verifier)
            }
            let entries = mutate(bundle, using: &generator)
            if let read = try? EntryBundle.entries(in: entries) {
                accepted += 1
                #expect(try EntryBundle.encode(read.map { Array(entries[$0]) }) == entries)
            }
            let texts = [
                checkpoint.description, key.verifier.description, "tile/3/x001/x234/067.p/8",
            ]
            for (kind, text) in texts.enumerated() {
                let text = String(
                    decoding: mutate(Array(text.utf8), using: &generator), as: UTF8.self)
                let written: String? =
                    switch kind {
                    case 0: (try? Checkpoint(parsing: text))?.description
                    case 1: (try? VerifierKey(text))?.description
                    default: Tile(path: text)?.path
                    }
                guard let written else { continue }
                accepted += 1
                #expect(written.utf8.elementsEqual(text.utf8))
            }
        }
        #expect(accepted > 1000)
    }
}
