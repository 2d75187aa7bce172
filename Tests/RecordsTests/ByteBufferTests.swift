// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@Suite("ByteBuffer")
struct ByteBufferTests {
    @Test("holds what an array would hold, through every way of appending and growing")
    func model() {
        var random = SplitMix(seed: 1)
        for _ in 0..<200 {
            var buffer = ByteBuffer(capacity: Int(random.below(40)))
            var model: [UInt8] = []
            for _ in 0..<60 {
                switch random.below(8) {
                case 0:
                    buffer.append(0x41)
                    model.append(0x41)
                case 1:
                    let bytes = (0..<random.below(70)).map { UInt8($0) }
                    buffer.append(bytes)
                    model += bytes
                case 2:
                    buffer.append("literal é")
                    model += "literal é".utf8
                case 3:
                    let text = String(repeating: "ü", count: Int(random.below(30)))
                    buffer.append(text: text)
                    model += text.utf8
                case 4:
                    let number = Int64(bitPattern: random.next() >> random.below(64))
                    buffer.append(integer: number)
                    model += String(number).utf8
                case 5:
                    let count = Int(random.below(UInt64(model.count + 1)))
                    buffer.truncate(to: count)
                    model.removeSubrange(count...)
                case 6:
                    let tail = buffer.tail(3)
                    for offset in 0..<3 { tail[offset] = UInt8(offset) }
                    buffer.advance(by: 2)
                    model += [0, 1]
                default:
                    guard !model.isEmpty else { continue }
                    let position = Int(random.below(UInt64(model.count)))
                    buffer[position] = 0x7A
                    model[position] = 0x7A
                }
            }
            let (array, count) = (buffer.array, buffer.count)
            #expect(array == model)
            #expect(count == model.count)
        }
    }

    @Test("writes the extreme integers")
    func integers() {
        for number in [Int64.min, -1, 0, 1, Int64.max] {
            var buffer = ByteBuffer()
            buffer.append(integer: number)
            let text = buffer.string
            #expect(text == String(number))
        }
    }

    @Test("keeps or drops its memory when emptied, as asked")
    func emptied() {
        var buffer = ByteBuffer(capacity: 1000)
        buffer.append("abc")
        buffer.removeAll()
        let (kept, empty) = (buffer.capacity, buffer.isEmpty)
        #expect(kept >= 1000 && empty)
        buffer.removeAll(keepingCapacity: false)
        let dropped = buffer.capacity
        #expect(dropped < 1000)
    }

    @Test("strings of every short length are escaped as the reference reader reads them")
    func shortStrings() throws {
        let alphabet: [Character] = ["a", "\"", "\\", "\n", "\u{1}", "é", "😀", "/", "\u{7F}"]
        var random = SplitMix(seed: 3)
        for length in 0..<40 {
            for _ in 0..<20 {
                var text = String(repeating: "x", count: length)
                if random.below(3) > 0 {
                    let place = text.index(
                        text.startIndex, offsetBy: Int(random.below(UInt64(length + 1))))
                    text.insert(alphabet[Int(random.below(9))], at: place)
                }
                var buffer = ByteBuffer(capacity: 0)
                CanonicalJSON.string(text, into: &buffer)
                let written = buffer.array
                #expect(ReferenceJSON.canonical(written).map { Array($0.utf8) } == written)
                #expect(
                    try JSONValue(parsing: String(decoding: written, as: UTF8.self))
                        == .string(text))
            }
        }
    }
}
