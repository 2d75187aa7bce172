// SPDX-License-Identifier: Apache-2.0

/// A `String` of up to fifteen bytes has them in its own two words: the bytes from the lowest on, and
/// in the highest byte their count and a mark. To copy the words costs two loads and two stores, where
/// `withUTF8` writes them to memory first and then copies a length that is only known then.
///
/// The standard library promises this layout to nobody but itself. So ``isAsExpected`` tries it out;
/// where it fails, nobody uses the words.
@usableFromInline
package enum ShortText {
    @inlinable @inline(__always)
    static func words(_ text: String) -> (UInt64, UInt64) {
        unsafeBitCast(text, to: (UInt64, UInt64).self)
    }

    /// The mark of a text that has its bytes in itself.
    @inlinable @inline(__always)
    static func isShort(_ text: String) -> Bool { words(text).1 & 1 << 61 != 0 }

    /// Whether texts of every length, ASCII and not, made while the program runs, literal or in
    /// memory of their own, are what is said above. Costs some microseconds.
    package static func isAsExpected() -> Bool {
        guard MemoryLayout<String>.size == 16, 1.littleEndian == 1 else { return false }
        let samples = [
            "abcdefghijklmnopqrstuvwxyz", "äöüßéèêçñøåæœþ", "日本語の文字列です", "\0\u{1}\u{7F}",
        ]
        for sample in samples {
            let bytes = Array(sample.utf8)
            for count in 0...bytes.count {
                let text = String(decoding: bytes[0..<count], as: UTF8.self)
                guard isAsExpected(text), isAsExpected(text + text) else { return false }
            }
        }
        return !isShort("a literal of more than fifteen bytes") && isAsExpected("AAPL")
    }

    private static func isAsExpected(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        // One that is not marked is copied in the ordinary way, whatever its length.
        guard isShort(text) else { return true }
        let (low, high) = words(text)
        guard high >> 56 & 0xF == UInt64(bytes.count), bytes.count <= 15 else { return false }
        return (0..<15).allSatisfy { place in
            let word = place < 8 ? low : high
            return UInt8(truncatingIfNeeded: word >> UInt64(place % 8 * 8))
                == (place < bytes.count ? bytes[place] : 0)
        }
    }
}
