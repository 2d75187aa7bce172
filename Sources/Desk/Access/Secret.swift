// SPDX-License-Identifier: Apache-2.0

import Crypto
import TransparencyLog

/// Texts that nobody guesses.
package enum Secret {
    /// 256 random bits, in hexadecimal.
    package static func make() -> String { random(bytes: 32) }

    /// A short public name for something that is kept for a while.
    package static func name() -> String { random(bytes: 6) }

    /// What is kept instead of a secret.
    package static func digest(_ secret: String) -> String {
        Hex.encode(Array(SHA256.hash(data: Array(secret.utf8))))
    }

    /// Takes as long for a wrong one as for a right one.
    package static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Hex.encode((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}
