// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

@Suite("Attacks")
struct AttackTests {
    @Test("No byte that remains tells which of many words was erased, or held")
    func dictionary() throws {
        let place = try TestVault()
        let vault = try place.open()
        let words = (0..<2_000).map { "candidate-\($0)-\(["rose", "oak", "elm", "fir"][$0 % 4])" }
        let secret = words[1234]
        let kept = try vault.seal(["something else"], of: .chat("bob"))
        let item = SeenItem(
            account: .chat("alice"), instant: Timestamp("2026-11-20T10:00:00Z")!,
            identity: Array("telegram/room/\(secret)".utf8))
        _ = try vault.markSeen([item])
        let erased = try vault.seal([secret], of: .chat("alice"))
        let alice = try vault.people.find("alice")[0].id
        // Before: an attacker without keys; the words are in no file either.
        try scan(place.root, for: words, vault: vault)
        _ = try vault.shred(ShredOrder(name: "e", commitments: erased, forget: [alice]))
        try scan(place.root, for: words + ["alice"], vault: vault)
        #expect(try vault.texts(kept) == ["something else"])
        #expect(
            TestVault.files(place.logs).filter { $0.hasSuffix("-wal") }.allSatisfy {
                Vault.fileBytes($0) == 0
            })
    }

    /// Looks for every form of every word in every file, also in what today's keys decrypt.
    private func scan(_ root: String, for words: [String], vault: Vault) throws {
        var haystacks: [Data] = []
        for path in TestVault.files(root) {
            haystacks.append(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        #expect(haystacks.count >= 4)
        // Eight bytes decide; a set of all places makes thousands of words quick.
        var windows: Set<UInt64> = []
        for haystack in haystacks {
            haystack.withUnsafeBytes { bytes in
                guard bytes.count >= 8 else { return }
                for place in 0...(bytes.count - 8) {
                    windows.insert(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                }
            }
        }
        for word in words {
            let plain = Data(word.utf8)
            let json = Data(#"{"text":"\#(word)"}"#.utf8)
            let vaultID = Data(vault.id.utf8)
            let wide = Data(word.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
            let forms: [Data] = [
                wide, Data(plain.base64EncodedString().utf8), Data(json.base64EncodedString().utf8),
                Data(SHA256.hash(data: plain)), Data(SHA256.hash(data: json)),
                Data(Insecure.SHA1.hash(data: plain)), Data(Insecure.MD5.hash(data: plain)),
                Data(
                    HMAC<SHA256>.authenticationCode(
                        for: plain, using: SymmetricKey(data: vaultID))),
                Data(
                    HMAC<SHA256>.authenticationCode(
                        for: json, using: SymmetricKey(data: vaultID))),
            ]
            for form in plain.count >= 8 ? [plain] + forms : forms where form.count >= 8 {
                let first = form.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                guard windows.contains(first) else { continue }
                #expect(haystacks.allSatisfy { $0.range(of: form) == nil }, "\(word)")
            }
        }
    }

    @Test("A ciphertext that opens under two keys is refused: the commitment is checked")
    func forgery() throws {
        let place = try TestVault()
        let vault = try place.open()
        let commitments = try vault.seal(["pay 10", "pay 99"], of: .chat("a"))
        // Whoever has the keys encrypts another text under the first one's commitment, properly.
        let group = try #require(vault.keyring.keys.groups.values.first)
        var padded = [UInt8](repeating: 0, count: 64)
        Array(#"{"text":"pay 99"}"#.utf8).withUnsafeBytes {
            EnvelopeCipher.pad($0, into: &padded)
        }
        let salt = Bytes32.random()
        let keys = EnvelopeCipher.keys(
            EnvelopeCipher.pseudorandomKey(group: group.key, salt: salt))
        var forged: [UInt8] = []
        try EnvelopeCipher.seal(
            padded, keys.encryption, salt: salt, commitment: Bytes32(commitments[0]),
            by: AESGCM(), to: &forged)
        let hex = { (bytes: [UInt8]) in bytes.map { String(format: "%02x", $0) }.joined() }
        try vault.database.execute(
            "UPDATE envelopes SET r = x'\(hex(salt.array))', ciphertext = x'\(hex(forged))' "
                + "WHERE id = 1")
        #expect(try vault.states(commitments) == [.altered, .open])
    }

    @Test("The row of another message in a message's place is not taken")
    func swapped() throws {
        let place = try TestVault()
        let vault = try place.open()
        let commitments = try vault.seal(["one", "two"], of: .chat("a"))
        try vault.database.execute(
            """
            UPDATE envelopes SET r = (SELECT r FROM envelopes WHERE id = 2),
            ciphertext = (SELECT ciphertext FROM envelopes WHERE id = 2) WHERE id = 1
            """)
        #expect(try vault.states(commitments) == [.altered, .open])
    }

    @Test("Length says only the bucket")
    func padding() throws {
        let place = try TestVault()
        let vault = try place.open()
        let texts = (0..<300).map { String(repeating: "x", count: $0 * 7) }
        let sealed = try vault.seal(texts, of: .chat("a"))
        #expect(try vault.texts(sealed) == texts)
        let sizes = Set(try vault.facts(of: sealed).map { $0.storedBytes - 16 })
        #expect(sizes == [64, 128, 256, 512, 1024, 2048, 4096])
    }
}
