// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

@Suite("Keys")
struct KeyTests {
    private func replace(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test("A torn tail is left out, at any length; what was written before stays")
    func torn() throws {
        let place = try TestVault()
        let vault = try place.open()
        let first = try vault.seal(["one"], of: .chat("a"))
        let path = vault.keyDirectory + "/keys.1"
        let before = try Data(contentsOf: URL(fileURLWithPath: path)).count
        _ = try vault.seal(["two"], of: .chat("b"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in stride(from: before, to: whole.count, by: 7) {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            let other = try place.open()
            #expect(try other.texts(first) == ["one"])
            #expect(try other.people.list().count == 1)
            // And the next group goes where the tail was.
            let next = try other.seal(["three"], of: .chat("c"))
            #expect(try place.open().texts(first + next) == ["one", "three"])
        }
        // Zeros, which a file system may leave.
        try replace(path) { bytes in
            bytes = Array(whole.prefix(before)) + [UInt8](repeating: 0, count: 100)
        }
        #expect(try place.open().texts(first) == ["one"])
    }

    @Test("A damaged frame with others behind it is an error, and nothing is overwritten")
    func damaged() throws {
        let place = try TestVault()
        let vault = try place.open()
        let path = vault.keyDirectory + "/keys.1"
        let before = try Data(contentsOf: URL(fileURLWithPath: path)).count
        for name in ["a", "b", "c"] { _ = try vault.seal(["x"], of: .chat(name)) }
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        for offset in [0, 17, before, before + 2, before + 5, before + 9, before + 20] {
            var changed = whole
            changed[offset] ^= 1
            try Data(changed).write(to: URL(fileURLWithPath: path))
            #expect(throws: VaultError.self) { try place.open() }
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == changed)
        }
        try Data(whole).write(to: URL(fileURLWithPath: path))
        #expect(try place.open().people.list().count == 3)
    }

    @Test("Frames swapped or of another vault do not open")
    func bound() throws {
        let place = try TestVault()
        let vault = try place.open()
        let path = vault.keyDirectory + "/keys.1"
        func size() throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path)).count }
        let start = try size()
        _ = try vault.seal(["x"], of: .chat("a"))
        let middle = try size()
        _ = try vault.seal(["x"], of: .chat("b"))
        try replace(path) { bytes in
            bytes = Array(bytes[..<start]) + Array(bytes[middle...]) + Array(bytes[start..<middle])
        }
        #expect(throws: VaultError.self) { try place.open() }
    }

    @Test("The passphrase provider: opens with it alone, and an epoch needs no second reading")
    func passphrase() throws {
        func descriptor(_ text: String) throws -> Int32 {
            let pipe = Pipe()
            try pipe.fileHandleForWriting.write(contentsOf: Data((text + "\n").utf8))
            try pipe.fileHandleForWriting.close()
            return dup(pipe.fileHandleForReading.fileDescriptor)
        }
        let right = try KeyWrapping(.passphrase(descriptor: descriptor("correct horse")))
        let key = Bytes32.random()
        let file = try right.wrap(key)
        #expect(!file.contains { _ in Bytes32(file) != nil })
        #expect(try KeyWrapping.unwrap(file, path: "kek.1", known: right).0 == key)
        #expect(
            try KeyWrapping.unwrap(
                file, path: "kek.1", known: nil, descriptor: descriptor("correct horse")
            ).0 == key)
        #expect(throws: VaultError.self) {
            try KeyWrapping.unwrap(
                file, path: "kek.1", known: nil, descriptor: descriptor("wrong horse"))
        }
        // Nobody is asked when nobody says where it is.
        #expect(throws: VaultError.self) {
            try KeyWrapping.unwrap(file, path: "kek.1", known: nil, descriptor: nil)
        }
        let place = try TestVault()
        let vault = try #require(
            try Vault.open(
                logs: place.logs, keys: place.keys, create: true,
                provider: .passphrase(descriptor: descriptor("correct horse"))))
        let sealed = try vault.seal(["one"], of: .chat("a"))
        _ = try vault.rotateKeys()
        #expect(try vault.texts(sealed) == ["one"])
        #expect(try vault.status().provider == "passphrase")
        let kek = try [UInt8](
            Data(contentsOf: URL(fileURLWithPath: vault.keyDirectory + "/kek.2")))
        #expect(kek.count > 32)
    }

    @Test("A copy brings the keys back; what was erased since stays closed")
    func backup() throws {
        let place = try TestVault()
        let vault = try place.open()
        let a = try vault.seal(["a1", "a2", "a3"], of: .chat("a"))
        let b = try vault.seal(["b1", "b2"], of: .chat("b"))
        let expires = try #require(Timestamp("2026-12-20T00:00:00Z"))
        let file = place.root + "/copy"
        let copy = try vault.backUpKeys(to: file, expires: expires, secret: .none)
        #expect(copy.epoch == 1)
        #expect(try vault.keyCopies() == [copy])
        #expect(throws: VaultError.self) {
            try vault.backUpKeys(to: file, expires: expires, secret: .none)
        }
        let old = place.root + "/old"
        try FileManager.default.copyItem(atPath: place.logs, toPath: old)
        let outcome = try vault.shred(ShredOrder(name: "e", commitments: [a[1]] + b))
        #expect(outcome.copies == [copy])
        let late = try vault.seal(["late"], of: .chat("c"))
        #expect(throws: VaultError.self) {
            try Vault.restoreKeys(
                from: file, logs: place.logs, keys: place.keys, opening: .none)
        }
        try FileManager.default.removeItem(atPath: place.keys)
        let done = try Vault.restoreKeys(
            from: file, logs: place.logs, keys: place.keys, opening: .none)
        #expect((done.epochOfCopy, done.erasuresSince, done.envelopesWithoutKey) == (1, 1, 1))
        #expect(done.epoch > 2)
        let again = try place.open()
        #expect(
            try again.states(a + b + late) == [
                .open, .erased(by: "e"), .open, .erased(by: "e"), .erased(by: "e"), .locked,
            ])
        // Not even with the rows of before.
        let before = try #require(try Vault.open(logs: old, keys: place.keys, create: false))
        #expect(try before.states(a + b) == [.open, .locked, .open, .locked, .locked])
        #expect(try again.texts(again.seal(["new"], of: .chat("a"))) == ["new"])
    }

    @Test("Copies for a passphrase and for age recipients")
    func guardedCopies() throws {
        let place = try TestVault()
        let vault = try place.open()
        let a = try vault.seal(["a1"], of: .chat("a"))
        let expires = try #require(Timestamp("2026-12-20T00:00:00Z"))
        let identity = AgeIdentity()
        _ = try vault.backUpKeys(
            to: place.root + "/age", expires: expires, secret: .recipients([identity.recipient]))
        try FileManager.default.removeItem(atPath: place.keys)
        #expect(throws: VaultError.self) {
            try Vault.restoreKeys(
                from: place.root + "/age", logs: place.logs, keys: place.keys, opening: .none)
        }
        _ = try Vault.restoreKeys(
            from: place.root + "/age", logs: place.logs, keys: place.keys,
            opening: .identity(identity))
        #expect(try place.open().texts(a) == ["a1"])
    }
}
