// SPDX-License-Identifier: Apache-2.0

/// Base64 as notes, checkpoints and proofs write it: RFC 4648, section 4, with padding, and strict,
/// so that every sequence of bytes has exactly one text.
public enum Base64 {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The text of these bytes, padded to a multiple of four characters, without line breaks.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            if held == 3 {
                appendCharacters(of: group, count: 4, to: &text)
                group = 0
                held = 0
            }
        }
        if held > 0 {
            appendCharacters(of: group << (8 * (3 - UInt32(held))), count: held + 1, to: &text)
            for _ in held..<3 { text.append(padding) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func appendCharacters(of group: UInt32, count: Int, to text: inout [UInt8]) {
        for place in 0..<count {
            text.append(alphabet[Int(group >> (18 - 6 * UInt32(place)) & 63)])
        }
    }

    /// The bytes of this text, or nil for anything but the one text that ``encode(_:)`` writes: a
    /// length that is no multiple of four, a character outside the alphabet (line breaks too),
    /// missing or misplaced padding, bits that are not zero beside the padding.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var held = 0
        var padded = 0
        for character in text {
            if character == padding {
                padded += 1
            } else {
                guard padded == 0, let value = value(character) else { return nil }
                group |= UInt32(value) << (18 - 6 * UInt32(held))
                held += 1
            }
            guard held + padded == 4 else { continue }
            // Two characters hold one byte and four bits, three hold two bytes and two bits.
            guard padded <= 2, group & [0, 0xFF, 0xFFFF][padded] == 0 else { return nil }
            for place in 0..<(3 - padded) {
                bytes.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * UInt32(place))))
            }
            group = 0
            held = 0
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
