// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing

@testable import Vault

/// Envelopes are made with libcrypto, everything else with swift-crypto: each is the other's reference.
@Suite("Hashes and ciphers of envelopes in two libraries")
struct CipherTests {
    private static let sizes = [
        0, 1, 3, 15, 16, 17, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 255, 256, 1000, 4096,
        131_072,
    ]

    private static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test("SHA-256 in pieces of any size says the same in both")
    func hash() {
        for size in Self.sizes {
            let message = Self.bytes(size)
            var hash = PlainHash()
            var rest = message[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...200)))
                piece.withUnsafeBytes { hash.update($0) }
                rest = rest.dropFirst(piece.count)
            }
            #expect(hash.finish().array == Array(SHA256.hash(data: message)), "\(size) bytes")
            // A hash that was finished can go on.
            hash.update(7)
            #expect(hash.finish().array == Array(SHA256.hash(data: message + [7])))
        }
    }

    @Test("HMAC of keys of any size says the same in both")
    func keyedHash() {
        for keySize in [1, 16, 32, 63, 64] {
            let (key, message) = (Self.bytes(keySize), Self.bytes(100))
            var hash = key.withUnsafeBytes { KeyedHash(key: $0) }
            message.withUnsafeBytes { hash.update($0) }
            let library = HMAC<SHA256>.authenticationCode(
                for: message, using: SymmetricKey(data: key))
            #expect(hash.finish().array == Array(library))
        }
    }

    @Test("AES-256-GCM says the same in both libraries, of every size")
    func cipher() throws {
        let cipher = try AESGCM()
        let nonce = try AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12))
        for size in Self.sizes {
            let key = try #require(Bytes32(Self.bytes(32)))
            let (message, bound) = (Self.bytes(size), Self.bytes(size % 97))
            let box = try AES.GCM.seal(
                message, using: key.key, nonce: nonce, authenticating: bound)
            var sealed = [UInt8](repeating: 0, count: size + AESGCM.tagBytes)
            #expect(Self.seal(message, key, bound, by: cipher, into: &sealed))
            #expect(sealed == Array(box.ciphertext) + Array(box.tag), "\(size) bytes")
            var opened = [UInt8](repeating: 0, count: size)
            #expect(Self.open(sealed, key, bound, by: cipher, into: &opened))
            #expect(opened == message)
        }
    }

    @Test("One bit that is not as it was: nothing is opened, nothing of it can be seen")
    func altered() throws {
        let cipher = try AESGCM()
        let key = try #require(Bytes32(Self.bytes(32)))
        let (message, bound) = (Self.bytes(200), Self.bytes(64))
        var sealed = [UInt8](repeating: 0, count: 216)
        #expect(Self.seal(message, key, bound, by: cipher, into: &sealed))
        for bit in 0..<(216 * 8) {
            var other = sealed
            other[bit / 8] ^= 1 << (bit % 8)
            var opened = [UInt8](repeating: 0xAA, count: 200)
            #expect(!Self.open(other, key, bound, by: cipher, into: &opened))
            #expect(opened.allSatisfy { $0 == 0 })
        }
        for bit in 0..<(64 * 8) {
            var other = bound
            other[bit / 8] ^= 1 << (bit % 8)
            var opened = [UInt8](repeating: 0, count: 200)
            #expect(!Self.open(sealed, key, other, by: cipher, into: &opened))
        }
        // What failed leaves nothing behind for the next one.
        var opened = [UInt8](repeating: 0, count: 200)
        #expect(Self.open(sealed, key, bound, by: cipher, into: &opened) && opened == message)
    }

    private static func seal(
        _ message: [UInt8], _ key: Bytes32, _ bound: [UInt8], by cipher: AESGCM,
        into sealed: inout [UInt8]
    ) -> Bool {
        sealed.withUnsafeMutableBytes { sealed in
            message.withUnsafeBytes { message in
                bound.withUnsafeBytes {
                    cipher.seal(message, key, authenticating: $0, into: sealed)
                }
            }
        }
    }

    private static func open(
        _ sealed: [UInt8], _ key: Bytes32, _ bound: [UInt8], by cipher: AESGCM,
        into opened: inout [UInt8]
    ) -> Bool {
        opened.withUnsafeMutableBytes { opened in
            sealed.withUnsafeBytes { sealed in
                bound.withUnsafeBytes {
                    cipher.open(sealed, key, authenticating: $0, into: opened)
                }
            }
        }
    }
}
