// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Query

/// The pieces of the engine, against the plain way to say the same.
@Suite struct VectorTests {
    @Test("Bytes become bits, runs and back, at every length and place")
    func masks() {
        var dice = Dice(seed: 5)
        for count in [0, 1, 7, 8, 63, 64, 65, 127, 200] {
            let bytes = (0..<count).map { _ in UInt8(dice.chance(40) ? 1 : 0) }
            let mask = VectorMask(nonzero: bytes)
            let expected = bytes.indices.filter { bytes[$0] == 1 }
            #expect(mask.rows == expected)
            #expect(mask.first == expected.first)
            #expect(mask.last == expected.last)
            #expect(mask.chosen == expected.count)
            var inverted = mask
            inverted.invert()
            #expect(inverted.chosen == count - expected.count)
            #expect(mask.runs(gap: 1).flatMap { Array($0) } == expected)
            for from in 0..<min(count, 70) {
                let to = from + dice.roll(count - from + 1)
                var run = VectorMask(count: count)
                run.set(from..<to, to: true)
                #expect(run.rows == Array(from..<to))
                #expect(mask.hasAny(in: from..<to) == expected.contains { $0 >= from && $0 < to })
                run &= mask
                #expect(run.isSubset(of: mask))
            }
        }
    }

    @Test("A text is found wherever it stands, in any case, and nowhere else")
    func find() {
        var dice = Dice(seed: 11)
        for _ in 0..<400 {
            let text = (0..<dice.roll(120)).map { _ in UInt8(ascii: "a") + UInt8(dice.roll(3)) }
            let upper = text.map { dice.chance(50) ? $0 : $0 &- 0x20 }
            let needle = (0..<(1 + dice.roll(4))).map { _ in UInt8(ascii: "a") + UInt8(dice.roll(3))
            }
            let from = dice.roll(text.count + 1)
            let expected = text.indices.first { place in
                place >= from && text[place...].starts(with: needle)
            }
            let found = upper.withUnsafeBufferPointer { bytes in
                needle.withUnsafeBufferPointer { VectorFind.first($0, in: bytes, from: from) }
            }
            #expect(found == expected)
        }
    }

    @Test("Numbers and comparisons become ranges of what columns hold")
    func ranges() {
        func range(_ comparison: Comparison, _ text: String) -> [ClosedRange<Int64>]? {
            let literal = Literal(text, for: .decimal)
            return VectorTest(FieldTest(FieldPath("commission"), .compare(comparison, literal)))
                .ranges(scale: 8)
        }
        #expect(range(.less, "1.5") == [.min...149_999_999])
        #expect(range(.lessOrEqual, "1.5") == [.min...150_000_000])
        #expect(range(.greater, "0.000000001") == [1 ... .max])
        #expect(range(.greater, "-0.000000001") == [0 ... .max])
        #expect(range(.less, "-0.000000001") == [.min ... -1])
        #expect(range(.greaterOrEqual, "99999999999999999999") == [])
        #expect(range(.less, "99999999999999999999") == [.min ... .max])
        #expect(range(.less, "word") == nil)
    }
}
