// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

/// docs/format/vectors/envelope.json, which another implementation made
/// (Tests/Interop/check_envelopes.py).
@Suite("The formats of envelopes and keys")
struct FormatTests {
    struct Vectors: Decodable {
        struct Envelope: Decodable {
            let group_key, r, plaintext, prk, commitment, sealed, ciphertext: String
        }
        struct File: Decodable {
            let vault, kek, file, group_key, account: String
            let epoch: Int
            let group, person: UInt64
            let day: Int32
            let generation: UInt32
        }
        let envelopes: [Envelope]
        let key_file: File
    }

    private func vectors() throws -> Vectors {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent("docs/format/vectors/envelope.json")
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: path))
    }

    private func bytes(_ hex: String) throws -> [UInt8] {
        let digits = Array(hex)
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0...($0 + 1)]), radix: 16))
        }
    }

    private func key(_ hex: String) throws -> Bytes32 { try #require(Bytes32(try bytes(hex))) }

    @Test("Envelopes: keys, padding, commitment and ciphertext are those of the vectors")
    func envelopes() throws {
        for vector in try vectors().envelopes {
            let salt = try key(vector.r)
            let prk = EnvelopeCipher.pseudorandomKey(group: try key(vector.group_key), salt: salt)
            #expect(prk == (try key(vector.prk)))
            let keys = EnvelopeCipher.keys(prk)
            let text = Array(vector.plaintext.utf8)
            var padded = [UInt8](
                repeating: 0, count: try #require(EnvelopeCipher.bucket(text.count)))
            text.withUnsafeBytes { EnvelopeCipher.pad($0, into: &padded) }
            let commitment = padded.withUnsafeBytes {
                EnvelopeCipher.commitment(keys.commitment, $0)
            }
            #expect(commitment == (try key(vector.commitment)))
            #expect(Commitment(sealed: vector.sealed) == commitment.commitment)
            var ciphertext: [UInt8] = []
            try EnvelopeCipher.seal(
                padded, keys.encryption, salt: salt, commitment: commitment, by: AESGCM(),
                to: &ciphertext)
            #expect(ciphertext == (try bytes(vector.ciphertext)))
            let opened = try ciphertext.withUnsafeBytes {
                try EnvelopeCipher.open($0, keys, salt: salt, commitment: commitment)
            }
            #expect(opened == padded)
        }
    }

    @Test("Key files: the vector's file says what it should")
    func keyFile() throws {
        let vector = try vectors().key_file
        let file = KeyFile(
            path: "keys.3", epoch: vector.epoch,
            vault: try bytes(vector.vault).withUnsafeBytes { Bytes16($0) },
            encryption: try key(vector.kek))
        var keys = Keys()
        let data = try bytes(vector.file)
        let end = try file.read(data, from: KeyFile.Position()) { keys.apply($0) }
        #expect(end == KeyFile.Position(offset: data.count, frames: 2))
        let group = try #require(keys.groups[vector.group])
        #expect(group.key == (try key(vector.group_key)))
        #expect(
            (group.person, group.day, group.generation)
                == (vector.person, vector.day, vector.generation))
        #expect(keys.person(of: Account(platform: "irc", name: "alice")) == vector.person)
        #expect(keys.names[vector.person] == ["alice"])
    }
}
