// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Vault

@Suite struct AgeTests {
    static let sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]

    static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
    }

    @Test(arguments: sizes)
    func `what was encrypted opens again`(count: Int) throws {
        let identity = AgeIdentity()
        let plain = Self.bytes(count)
        let file = try AgeEncryptor.encrypt(
            plain, to: [AgeIdentity().recipient, identity.recipient])
        #expect(try AgeDecryptor.decrypt(file, with: [AgeIdentity(), identity]) == plain)
    }

    @Test func `pieces of any size give the same plaintext`() throws {
        let identity = AgeIdentity()
        let plain = Self.bytes(70_000)
        var encryptor = try AgeEncryptor(to: [identity.recipient])
        var file: [UInt8] = []
        for start in stride(from: 0, to: plain.count, by: 999) {
            try encryptor.update(Array(plain[start..<min(plain.count, start + 999)]), into: &file)
        }
        try encryptor.finish(into: &file)
        var decryptor = AgeDecryptor(with: [identity])
        var opened: [UInt8] = []
        for start in stride(from: 0, to: file.count, by: 7) {
            try decryptor.update(Array(file[start..<min(file.count, start + 7)]), into: &opened)
        }
        try decryptor.finish(into: &opened)
        #expect(opened == plain)
    }

    @Test func `keys are written as they were read`() throws {
        let identity = AgeIdentity()
        #expect(identity.secretText.hasPrefix("AGE-SECRET-KEY-1"))
        #expect(try AgeIdentity(identity.secretText).recipient == identity.recipient)
        #expect(try AgeRecipient("\(identity.recipient)") == identity.recipient)
        #expect("\(identity.recipient)".utf8.count == 62)
        #expect(!"\(identity)".contains("SECRET"))
    }

    @Test func `text that is no key is refused`() throws {
        let text = "\(AgeIdentity().recipient)"
        var changed = Array(text.utf8)
        changed[20] = changed[20] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
        for wrong in [
            "", "age1", String(text.dropLast()), String(decoding: changed, as: UTF8.self),
            text.prefix(10).uppercased() + text.dropFirst(10), "x" + text,
            AgeIdentity().secretText,
        ] {
            #expect(throws: VaultError.self) { try AgeRecipient(wrong) }
        }
        #expect(throws: VaultError.self) { try AgeIdentity(text) }
        #expect(throws: VaultError.self) { try AgeIdentity.all(in: "# nothing\n") }
    }

    @Test func `a file for others, or for nobody, does not open`() throws {
        let file = try AgeEncryptor.encrypt([1, 2, 3], to: [AgeIdentity().recipient])
        let failure = #expect(throws: VaultError.self) {
            try AgeDecryptor.decrypt(file, with: [AgeIdentity()])
        }
        #expect(failure?.code == .keys)
        #expect(throws: VaultError.self) { try AgeEncryptor(to: []) }
        // A point of low order: the shared secret would be zero.
        let low = AgeRecipient(bytes: [UInt8](repeating: 0, count: 32))
        #expect(throws: VaultError.self) { try AgeEncryptor(to: [low]) }
    }

    @Test func `no changed byte goes unseen`() throws {
        let identity = AgeIdentity()
        let file = try AgeEncryptor.encrypt(Self.bytes(40), to: [identity.recipient])
        for place in file.indices {
            var changed = file
            changed[place] ^= 1
            #expect(throws: VaultError.self, "byte \(place)") {
                try AgeDecryptor.decrypt(changed, with: [identity])
            }
            #expect(throws: VaultError.self, "cut at \(place)") {
                try AgeDecryptor.decrypt(Array(file.prefix(place)), with: [identity])
            }
        }
        #expect(throws: VaultError.self) {
            try AgeDecryptor.decrypt(file + [0], with: [identity])
        }
    }

    @Test func `chunks can be neither dropped nor exchanged`() throws {
        let identity = AgeIdentity()
        let file = try AgeEncryptor.encrypt(Self.bytes(3 * 65_536), to: [identity.recipient])
        let piece = 65_536 + 16
        let start = file.count - 3 * piece
        let head = file[..<start]
        let pieces = (0..<3).map { file[start + $0 * piece..<start + ($0 + 1) * piece] }
        for order in [[0, 1], [0, 2], [1, 0, 2], [2]] {
            let other = Array(head) + order.flatMap { pieces[$0] }
            #expect(throws: VaultError.self) {
                try AgeDecryptor.decrypt(other, with: [identity])
            }
        }
    }
}

/// The `age` program judges what we write, and writes what we must read.
@Suite(.enabled(if: AgeProgram.isHere, "age is not installed: scripts/setup test"))
struct AgeProgramTests {
    @Test(arguments: AgeTests.sizes)
    func `age opens what we encrypt`(count: Int) throws {
        let place = try AgeProgram()
        let plain = AgeTests.bytes(count)
        let file = try AgeEncryptor.encrypt(plain, to: [try place.recipient()])
        try Data(file).write(to: place.file("in.age"))
        try place.run("-d", "-i", "key.txt", "-o", "out", "in.age")
        // The program makes its output with the first byte of it.
        if count > 0 {
            #expect(try Array(Data(contentsOf: place.file("out"))) == plain)
        }
    }

    @Test(arguments: AgeTests.sizes)
    func `we open what age encrypts`(count: Int) throws {
        let place = try AgeProgram()
        let plain = AgeTests.bytes(count)
        try Data(plain).write(to: place.file("in"))
        try place.run(
            "-r", "\(AgeIdentity().recipient)", "-r", "\(try place.recipient())", "-o", "out.age",
            "in")
        let file = try Array(Data(contentsOf: place.file("out.age")))
        #expect(try AgeDecryptor.decrypt(file, with: place.identities()) == plain)
    }
}

/// A directory of its own with a key that `age-keygen` made.
final class AgeProgram {
    static let isHere = ["age", "age-keygen"].allSatisfy { name in
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)")
    }

    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "age-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try start("age-keygen", ["-o", "key.txt"])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func file(_ name: String) -> URL { directory.appending(path: name) }

    func identities() throws -> [AgeIdentity] {
        try AgeIdentity.all(in: String(contentsOf: file("key.txt"), encoding: .utf8))
    }

    func recipient() throws -> AgeRecipient {
        try #require(identities().first).recipient
    }

    func run(_ arguments: String...) throws { try start("age", arguments) }

    private func start(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program) \(arguments)")
    }
}
