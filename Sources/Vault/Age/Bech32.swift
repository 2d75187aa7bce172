// SPDX-License-Identifier: Apache-2.0

/// Bech32 text (BIP 173) without its limit of 90 characters, as age writes keys: a prefix, `1`, then
/// five bits a character and a checksum of six.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumCount = 6

    /// Lower case; `prefix` must be so too.
    static func encode(prefix: String, _ bytes: [UInt8]) -> String {
        var values: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in bytes {
            held = held << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                values.append(UInt8(held >> bits & 31))
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { values.append(UInt8(held << (5 - bits) & 31)) }
        let sum =
            checksum(
                expanded(prefix) + values + [UInt8](repeating: 0, count: checksumCount)) ^ 1
        for place in 0..<checksumCount {
            values.append(UInt8(sum >> UInt32(5 * (checksumCount - 1 - place)) & 31))
        }
        return prefix + "1"
            + String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The bytes; nil for any other prefix (in lower case), mixed case, a wrong checksum or bits left
    /// over.
    static func decode(_ text: some StringProtocol, prefix: String) -> [UInt8]? {
        let all = Array(text.utf8)
        let hasUpper = all.contains { $0 >= 65 && $0 <= 90 }
        let hasLower = all.contains { $0 >= 97 && $0 <= 122 }
        guard !(hasUpper && hasLower), all.count <= 1024 else { return nil }
        let lower = all.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
        let start = Array(prefix.utf8) + [UInt8(ascii: "1")]
        guard lower.starts(with: start), lower.count >= start.count + checksumCount else {
            return nil
        }
        var values: [UInt8] = []
        for byte in lower.dropFirst(start.count) {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            values.append(UInt8(value))
        }
        guard checksum(expanded(prefix) + values) == 1 else { return nil }
        var bytes: [UInt8] = []
        var bits = 0
        var held = 0
        for value in values.dropLast(checksumCount) {
            held = held << 5 | Int(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(held >> bits & 255))
                held &= (1 << bits) - 1
            }
        }
        guard bits < 5, held == 0 else { return nil }
        return bytes
    }

    private static func expanded(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    private static func checksum(_ values: [UInt8]) -> UInt32 {
        let generators: [UInt32] = [
            0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
        ]
        var sum: UInt32 = 1
        for value in values {
            let top = sum >> 25
            sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 {
                sum ^= generator
            }
        }
        return sum
    }
}
