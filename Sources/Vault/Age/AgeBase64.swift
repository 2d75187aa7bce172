// SPDX-License-Identifier: Apache-2.0

/// Base64 without padding, in its one canonical form (RFC 4648, section 4), as age headers have it.
enum AgeBase64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var held = 0
        var bits = 0
        for byte in bytes {
            held = held << 8 | Int(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[held >> bits & 63])
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[held << (6 - bits) & 63]) }
        return text
    }

    /// Nil for padding, other bytes, or bits left over that are not zero.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var held = 0
        var bits = 0
        for byte in text {
            let value = values[Int(byte)]
            guard value < 64 else { return nil }
            held = held << 6 | Int(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(held >> bits & 255))
                held &= (1 << bits) - 1
            }
        }
        guard bits < 6, held == 0 else { return nil }
        return bytes
    }
}
