// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Texts that nobody guesses.
enum Secret {
    /// 256 random bits, in hexadecimal.
    static func make() -> String { random(bytes: 32) }

    /// A short public name for something that is kept for a while.
    static func name() -> String { random(bytes: 6) }

    /// What is kept instead of a secret.
    static func digest(_ secret: String) -> String {
        SHA256.hash(data: Array(secret.utf8)).map(hex).joined()
    }

    /// Takes as long for a wrong one as for a right one.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in hex(UInt8.random(in: 0...255, using: &generator)) }.joined()
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = Array("0123456789abcdef")
        return "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
