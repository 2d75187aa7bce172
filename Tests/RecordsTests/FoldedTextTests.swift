// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Records

@Suite("Pieces of text in bytes")
struct FoldedTextTests {
    private func stands(_ piece: String, in text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { FoldedText(Array(piece.utf8)).stands(in: $0) }
    }

    @Test("Found at every place, in any case of ASCII letters, and nowhere else")
    func everyPlace() {
        for piece in ["a", "Zeppelin", "x_9", "@{[", "naïve"] {
            let bytes = Array(piece.utf8)
            for before in 0...40 {
                for after in [0, 1, 15, 16, 40] {
                    let filler: (Int) -> [UInt8] = { Array(repeating: 0x2D, count: $0) }
                    let upper = bytes.map { $0 &- 0x61 < 26 ? $0 & ~0x20 : $0 }
                    #expect(stands(piece, in: filler(before) + bytes + filler(after)))
                    #expect(stands(piece, in: filler(before) + upper + filler(after)))
                    let cut = filler(before) + bytes.dropLast() + filler(after)
                    #expect(!stands(piece, in: cut))
                }
            }
        }
    }

    @Test("Letters alone have a case: what differs in the same bit elsewhere is not the same")
    func otherBytes() {
        #expect(!stands("@", in: Array("`".utf8)))
        #expect(!stands("[", in: Array("{".utf8)))
        #expect(!stands("1", in: [0x11]))
        #expect(stands("", in: []) && !stands("a", in: []))
    }

    @Test("Says what a plain search says, of random texts")
    func random() {
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...80)).map { _ in
                Array("abAB-".utf8).randomElement() ?? 0
            }
            let piece = (0..<Int.random(in: 1...4)).map { _ in
                Array("ab-".utf8).randomElement() ?? 0
            }
            let folded = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
            let isThere = folded.indices.contains { folded[$0...].starts(with: piece) }
            let found = text.withUnsafeBufferPointer { FoldedText(piece).stands(in: $0) }
            #expect(found == isThere)
        }
    }
}
