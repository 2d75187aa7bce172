// SPDX-License-Identifier: Apache-2.0

/// What a line says of an envelope: HMAC-SHA256 of its plaintext under a key that dies with the
/// envelope (docs/format/envelope.md). Afterwards it is 32 bytes of noise.
package struct Commitment: Sendable, Hashable, Comparable {
    /// Its bytes, eight at a time, big-endian.
    package let words: (UInt64, UInt64, UInt64, UInt64)

    /// Bytes of a commitment.
    package static let byteCount = 32
    /// Bytes of its text: base64url without padding (RFC 4648, section 5).
    package static let textCount = 43
    /// What stands before the text in a line's `sealed`.
    package static let version = "v1."
    static let versionLiteral: StaticString = "v1."
    /// Stands where a commitment will.
    static let placeHolder: StaticString = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    /// - Parameter bytes: 32 of them.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        words = (
            Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24)
        )
    }

    package init?(_ bytes: [UInt8]) {
        guard let made = bytes.withUnsafeBytes({ Commitment($0) }) else { return nil }
        self = made
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    // MARK: - Text

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of each byte in the alphabet; 255 for those that are not in it.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// Writes the text: 43 bytes from `start` on.
    func write(to target: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        let all = bytes
        for place in 0..<Self.textCount {
            let bit = place * 6
            let high = UInt16(all[bit / 8]) << 8
            let low = bit / 8 + 1 < all.count ? UInt16(all[bit / 8 + 1]) : 0
            let value = (high | low) >> UInt16(10 - bit % 8) & 63
            target[start + place] = Self.alphabet[Int(value)]
        }
    }

    /// The text without its version.
    package var text: String {
        String(unsafeUninitializedCapacity: Self.textCount) { target in
            write(to: target, at: 0)
            return Self.textCount
        }
    }

    /// Reads the value of a line's `sealed`: the version, then 43 bytes.
    ///
    /// Returns nil for any other form, also one whose last two bits are not zero.
    package init?(sealed value: UnsafeBufferPointer<UInt8>) {
        let version = Self.version.utf8
        guard value.count == version.count + Self.textCount,
            value.prefix(version.count).elementsEqual(version)
        else { return nil }
        let text = UnsafeBufferPointer(rebasing: value[version.count...])
        // 21 characters are 126 bits; two bits of the next belong to them, four to the other half.
        let halves = Self.values.withUnsafeBufferPointer { values -> (UInt128, UInt128)? in
            var high: UInt128 = 0
            var low: UInt128 = 0
            var all: UInt8 = 0
            for place in 0..<21 {
                let six = values[Int(text[place])]
                all |= six
                high = high << 6 | UInt128(six)
            }
            let middle = values[Int(text[21])]
            all |= middle
            high = high << 2 | UInt128(middle >> 4)
            low = UInt128(middle & 15)
            for place in 22..<42 {
                let six = values[Int(text[place])]
                all |= six
                low = low << 6 | UInt128(six)
            }
            let last = values[Int(text[42])]
            guard (all | last) < 64, last & 3 == 0 else { return nil }
            return (high, low << 4 | UInt128(last >> 2))
        }
        guard let (high, low) = halves else { return nil }
        words = (
            UInt64(truncatingIfNeeded: high >> 64), UInt64(truncatingIfNeeded: high),
            UInt64(truncatingIfNeeded: low >> 64), UInt64(truncatingIfNeeded: low)
        )
    }

    /// Reads the value of a line's `sealed`.
    package init?(sealed value: String) {
        var value = value
        guard let made = value.withUTF8({ Commitment(sealed: $0) }) else { return nil }
        self = made
    }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }
    package static func < (left: Self, right: Self) -> Bool { left.words < right.words }
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
