// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Foundation
import Masking
import Records
import Retention
import TransparencyLog
import Vault

/// Books, a vault and a clock that is turned by hand: what a clear works in.
final class ClearWorld: ClearDesk {
    let books: TemporaryBooks
    let clock = HandClock()
    var vault: Vault
    var userName = "alice"

    init() throws {
        books = try TemporaryBooks()
        try FileManager.default.createDirectory(
            atPath: books.logs, withIntermediateDirectories: true)
        vault = try Self.open(books, clock)
    }

    deinit { books.remove() }

    private static func open(_ books: TemporaryBooks, _ clock: HandClock) throws -> Vault {
        guard
            let vault = try Vault.open(
                logs: books.logs, keys: books.keys, create: true, clock: clock)
        else { throw ClearingError(.damaged, "no vault") }
        return vault
    }

    /// As a new process finds it.
    func reopen() throws { vault = try Self.open(books, clock) }

    // MARK: - The desk

    var logs: String { books.logs }
    var now: Timestamp { clock.now() }
    /// Of the note and the receipts; the books have their own.
    var disk: any Disk = PosixDisk()
    func people(_ name: String) -> [UInt64] {
        ((try? vault.people.find(name)) ?? []).map(\.id.rawValue)
    }

    func place(_ book: String) -> BookPlace {
        BookPlace(
            logs: books.logs, name: book, keys: books.keys, masker: .standard, clock: clock)
    }

    func ledger() throws -> Ledger {
        guard disk.kind(of: place("audit").manifestPath) == .file else { return Ledger() }
        return try Ledger(BookSnapshot(place("audit")), opener: vault.opener)
    }

    func keep(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws -> UInt64 {
        var object: JSONObject = [
            "event": .string(kind.rawValue), "event_type": .string(kind.rawValue),
            "level": .string(kind.level.name),
        ]
        for member in members { object[member.key] = member.value }
        return try append(
            [object], to: "audit", names.isEmpty ? { _ in .none } : { _ in .house(names) })
    }

    func checkpoint() throws {
        let book = try Book(place("audit"), settings("audit"))
        try book.checkpoint()
        try book.close()
    }

    // MARK: - Records

    struct Message {
        var sender = "bob"
        var platform = "telegram"
        var conversation = "#desk"
        var text = "hello"
        var at: String
    }

    private func settings(_ name: String) -> BookSettings {
        var settings = BookSettings(liveName: name + ".log")
        settings.sealer = vault.sealer
        return settings
    }

    @discardableResult
    private func append(
        _ objects: [JSONObject], to name: String, _ rule: (JSONObject) -> SealRule
    ) throws -> UInt64 {
        let book = try Book(place(name), settings(name))
        defer { try? book.close() }
        var session = MaskingSession(Masker.standard)
        var records = MaskedRecords()
        for object in objects {
            session.append(
                object: object, from: Provenance(source: "daybook", trusted: true),
                sealing: rule(object), to: &records)
        }
        return try book.append(records, .synced)
    }

    /// Records chat messages, sealed; the index of the first.
    @discardableResult
    func chat(_ messages: [Message]) throws -> UInt64 {
        let objects: [JSONObject] = messages.map { message in
            [
                "event": "chat_message", "event_type": "chat_message", "level": "info",
                "platform": .string(message.platform),
                "conversation": .string(message.conversation), "sender": .string(message.sender),
                "text": .string(message.text), "timestamp": .string(message.at),
            ]
        }
        return try append(objects, to: "chat") { object in
            .all(
                under: Account(
                    platform: object.text("platform") ?? "", name: object.text("sender") ?? ""))
        }
    }

    /// Opens a hold.
    func hold(_ scope: Scope, id: String = "h-1") throws {
        let hold = Hold(id: id, matter: "m", issuer: "legal", scope: scope, opened: now)
        _ = try keep(
            .holdOpened, ["hold_id": .string(id), "hold": .object(hold.json)], sealing: ["hold"])
    }

    func release(_ id: String = "h-1") throws {
        _ = try keep(.holdReleased, ["hold_id": .string(id)], sealing: [])
    }

    /// Puts policies in force at once.
    func accept(_ policies: [ClearPolicy]) throws {
        _ = try keep(
            .policyAccepted,
            [
                "policy_set": .string("p-\(now.microseconds)"),
                "effective": .string(now.description),
                "is_shorter": false, "accepted_by": "alice",
                "policies": .object([
                    "list": .array(policies.map { .object($0.json) })
                ]),
            ], sealing: [])
    }

    /// The texts of a book that open, and the states of all envelopes.
    func states(_ book: String = "chat") throws -> [EnvelopeState] {
        var commitments: [Commitment] = []
        let snapshot = try BookSnapshot(place(book))
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            let text = String(decoding: line, as: UTF8.self)
            if case .object(let object)? = try? JSONValue(parsing: text),
                let sealed = object.text("sealed").flatMap({ Commitment(sealed: $0) })
            {
                commitments.append(sealed)
            }
            return true
        }
        var states: [EnvelopeState] = []
        try vault.opener.session().open(commitments) { _, state, _ in states.append(state) }
        return states
    }

    func open() throws -> Int { try states().count { $0 == .open } }

    func entries(_ kind: EventKind) throws -> [LedgerEntry] { try ledger().entries(of: kind) }
}

final class HandClock: BookClock, @unchecked Sendable {
    // Tests turn it between calls, on one thread.
    var instant = Timestamp("2026-11-20T12:00:00Z") ?? .min
    private let start = SystemClock()

    func now() -> Timestamp { instant }
    func monotonic() -> UInt64 { start.monotonic() }

    func advance(days: Int) {
        instant = Timestamp(microseconds: instant.microseconds + Int64(days) * 86_400_000_000)
    }
}
