// SPDX-License-Identifier: Apache-2.0

import GRDB
import Testing

@testable import Book
@testable import Masking
@testable import Vault

/// A way through all envelopes finds what a look at each of them finds.
struct ScanTests {
    @Test(arguments: [1, 15, 16, 17, 64])
    func keysDerivedSideBySideAreThoseDerivedOneByOne(count: Int) {
        let lanes = EnvelopeKeyLanes()
        let groups = (0..<count).map { _ in Bytes32.random() }
        let salts = (0..<count).map { _ in Bytes32.random() }
        var pseudorandom = [Bytes32](repeating: Bytes32(), count: EnvelopeKeyLanes.most)
        var encryption = pseudorandom
        lanes.pseudorandomKeys(groups: groups, salts: salts, into: &pseudorandom)
        lanes.encryptionKeys(pseudorandom, count: count, into: &encryption)
        for place in 0..<count {
            let expected = EnvelopeCipher.pseudorandomKey(group: groups[place], salt: salts[place])
            #expect(pseudorandom[place] == expected)
            #expect(encryption[place] == EnvelopeCipher.encryptionKey(expected))
        }
    }

    @Test func theTableOfGroupsKnowsEachThatWasPutInAndNoOther() {
        var table = GroupTable()
        var known: [UInt64: Bytes32] = [:]
        // Random numbers as groups have them, and some that want the same place.
        for number in (0..<3000).map({ _ in UInt64.random(in: 0...UInt64(Int64.max)) })
            + (1...50).map({ $0 << 40 }) where known[number] == nil
        {
            known[number] = .random()
            #expect(table.group(number) == nil)
            table.insert(.init(isWanted: number.isMultiple(of: 2), key: known[number]), number)
        }
        for (number, key) in known {
            let group = table.group(number)
            #expect(group?.key == key && group?.isWanted == number.isMultiple(of: 2))
        }
        #expect(table.group(UInt64.max) == nil)
    }

    @Test func theCounterDecryptsWhatTheCipherSealed() throws {
        let (cipher, counter) = (try AESGCM(), try AESCounter())
        for count in [1, 16, 64, 100, 4096] {
            let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
            let key = Bytes32.random()
            var sealed = [UInt8](repeating: 0, count: count + AESGCM.tagBytes)
            var seen = [UInt8](repeating: 0, count: count)
            let isSealed = text.withUnsafeBytes { text in
                sealed.withUnsafeMutableBytes {
                    cipher.seal(text, key, authenticating: text, into: $0)
                }
            }
            let isSeen = sealed.withUnsafeBytes { sealed in
                seen.withUnsafeMutableBytes {
                    counter.look(UnsafeRawBufferPointer(rebasing: sealed[..<count]), key, into: $0)
                }
            }
            #expect(isSealed && isSeen && seen == text)
        }
    }

    /// What a way through all rows shows of people that are wanted.
    private func seen(
        _ vault: Vault, rows: Range<Int64>? = nil, but person: PersonID? = nil,
        worth: (String) -> Bool = { _ in true }
    ) throws -> [(Commitment, String)] {
        var seen: [(Commitment, String)] = []
        try vault.scan().look(
            rows: rows ?? vault.envelopeRows(), wanted: { $0 != person },
            worth: { worth(String(decoding: $0, as: UTF8.self)) }
        ) { commitment, plaintext in
            let text = String(decoding: plaintext, as: UTF8.self)
            seen.append((commitment, String(text.dropFirst(9).dropLast(2))))
        }
        return seen
    }

    @Test func everybodysEnvelopesAreSeenOnceAndOfNobodyWhoIsNotAskedFor() throws {
        let place = try TestVault()
        let vault = try place.open()
        let texts = (0..<200).map { "message \($0)" }
        for part in stride(from: 0, to: 200, by: 50) {
            _ = try vault.seal(
                texts[part..<part + 50].enumerated().map {
                    (
                        .chat($0.offset % 2 == 0 ? "alice" : "bob"), "2026-11-20T10:00:00Z",
                        $0.element
                    )
                })
        }
        #expect(try seen(vault).map(\.1) == texts)
        let bob = try vault.people.find("bob")[0].id
        #expect(
            try seen(vault, but: bob).map(\.1)
                == texts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        let rows = try vault.envelopeRows()
        #expect(rows.count == 200)
        let few = rows.lowerBound + 10..<rows.lowerBound + 13
        #expect(try seen(vault, rows: few).map(\.1) == Array(texts[10..<13]))
        #expect(try seen(vault) { $0.contains(" 77") }.map(\.1) == ["message 77"])
    }

    @Test func erasedOnesAreNotSeenSurvivorsAreAndSubstitutesSayWhoseLineTheyAreOf() throws {
        let place = try TestVault()
        let vault = try place.open()
        let all = try vault.seal((0..<6).map { "says \($0)" }, of: .chat("alice"))
        _ = try vault.shred(
            ShredOrder(
                name: "e1", commitments: [all[1], all[4]],
                derivatives: [
                    .init(original: all[4], plaintext: Array(#"{"text":"less"}"#.utf8))
                ]))
        let seen = try seen(vault)
        #expect(seen.map(\.1) == ["says 0", "says 2", "says 3", "says 5", "less"])
        #expect(
            try vault.commitmentsInLines(of: seen.map(\.0)) == [
                all[0], all[2], all[3], all[5], all[4],
            ])
    }

    @Test func whatWasAlteredIsNotShown() throws {
        let place = try TestVault()
        let vault = try place.open()
        _ = try vault.seal(["one", "two", "three"], of: .chat("alice"))
        try vault.database.write { database in
            try database.execute(
                sql: """
                    UPDATE envelopes SET ciphertext =
                    substr(ciphertext, 1, 20) || x'00' || substr(ciphertext, 22) WHERE id = 2
                    """)
        }
        #expect(try seen(vault).map(\.1) == ["one", "three"])
    }
}
