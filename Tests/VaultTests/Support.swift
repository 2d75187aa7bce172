// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

/// A vault in a directory of its own, which goes with it.
final class TestVault {
    let root: String
    var logs: String { root + "/logs" }
    var keys: String { root + "/keys" }
    let clock = TestClock()

    init() throws {
        root = NSTemporaryDirectory() + "daybook-vault-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: root + "/logs", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    func open(create: Bool = true) throws -> Vault {
        try #require(try Vault.open(logs: logs, keys: keys, create: create, clock: clock))
    }

    /// All files below a directory.
    static func files(_ directory: String) -> [String] {
        (FileManager.default.enumerator(atPath: directory)?.allObjects as? [String] ?? [])
            .map { directory + "/" + $0 }
            .filter {
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: $0, isDirectory: &isDirectory)
                    && !isDirectory.boolValue
            }
    }
}

final class TestClock: BookClock, @unchecked Sendable {
    var instant = Timestamp("2026-11-20T12:00:00Z") ?? .min
    func now() -> Timestamp { instant }
    func monotonic() -> UInt64 { 0 }
}

extension Account {
    static func chat(_ name: String) -> Account { Account(platform: "telegram", name: name) }
}

extension Vault {
    /// Seals texts of one account, each in a record of its own.
    @discardableResult
    func seal(_ texts: [String], of account: Account, at instant: String = "2026-11-20T10:00:00Z")
        throws -> [Commitment]
    {
        try seal(texts.map { (account, instant, $0) })
    }

    func seal(_ items: [(Account, String, String)]) throws -> [Commitment] {
        var records = MaskedRecords()
        let line = Array(
            #"{"event":"Chat","sealed":"v1.\#(String(repeating: "A", count: 43))"}"#.utf8)
        for (account, instant, text) in items {
            let plaintext = Array(#"{"text":"\#(text)"}"#.utf8)
            line.withUnsafeBufferPointer { line in
                plaintext.withUnsafeBufferPointer { plaintext in
                    records.append(
                        line, stamp: .recorded, sealing: plaintext, commitmentAt: line.count - 45,
                        of: account, at: Timestamp(instant))
                }
            }
        }
        try sealer.seal(&records)
        #expect(records.drafts.isEmpty)
        return try (0..<records.count).map { place in
            let text = records.line(place)
            return try #require(Commitment(sealed: String(text.dropLast(2).suffix(46))))
        }
    }

    /// What became of envelopes, and the texts of those that open.
    func opened(_ commitments: [Commitment], restricted: Bool = false) throws -> [(
        EnvelopeState, String
    )] {
        var all: [(EnvelopeState, String)] = []
        let session = try (restricted ? openerOfRestricted : opener).session()
        try session.open(commitments) { place, state, plaintext in
            #expect(place == all.count)
            let text = String(decoding: plaintext, as: UTF8.self)
            all.append((state, String(text.dropFirst(9).dropLast(2))))
        }
        #expect(all.count == commitments.count)
        return all
    }

    func states(_ commitments: [Commitment]) throws -> [EnvelopeState] {
        try opened(commitments).map(\.0)
    }

    func texts(_ commitments: [Commitment]) throws -> [String] {
        try opened(commitments).map(\.1)
    }
}
