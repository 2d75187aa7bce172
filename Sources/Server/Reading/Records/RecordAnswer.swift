// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import HTTPTypes
import Query
import Records
import TransparencyLog

/// One record with its proof, for whoever may read it.
struct RecordAnswer {
    let book: String
    let index: UInt64
    let line: [UInt8]
    /// The record as it reads when its envelope is opened; nil where it is not.
    var opened: [UInt8]?
    /// Nil while no checkpoint covers it; `unproven` says so.
    let proof: TLogProof?
    let unproven: String?
    let key: VerifierKey?

    /// Reads it. What is opened is recorded first. Blocks.
    ///
    /// - Parameters:
    ///   - ground: as whoever asks.
    ///   - isOpened: envelopes are opened, for those who may.
    /// - Throws: 403 for a record that is not theirs; `outOfRange`, `pruned`.
    init(
        _ book: String, _ index: UInt64, _ rights: ReadRights, isOpened: Bool, reason: String?,
        _ ground: Ground
    ) throws {
        try rights.check(book, reason: reason, ground)
        if isOpened, !rights.mayReadChat || reason == nil {
            throw HTTPFailure(
                rights.mayReadChat ? .badRequest : .forbidden,
                rights.mayReadChat
                    ? "opening an envelope needs a reason, and is recorded with it"
                    : "envelopes are opened for compliance")
        }
        self.book = book
        self.index = index
        let snapshot = try ground.snapshot(book)
        line = try snapshot.line(at: index)
        if book == "audit", !rights.mayRead(line) {
            throw HTTPFailure(.forbidden, "this record is of a strategy that is not yours")
        }
        if try isOpened || ReadRights.isPersonal(book, ground) {
            try ground.recordViewing(
                of: book, index..<(index + 1), isOpened: isOpened, reason: reason)
        }
        if isOpened {
            var reader = EnvelopeReader(ground.houseOpener)
            var found: [UInt8]?
            line.withUnsafeBufferPointer { reader.add($0) }
            try reader.finish { found = Array($0) }
            if found != line { opened = found }
        }
        do throws(BookError) {
            proof = try BookProver(ground.place(book)).prove(index)
            unproven = nil
        } catch {
            proof = nil
            unproven = error.message
        }
        key = (try? ground.place(book).keys.key(for: snapshot.manifest.origin))??.verifier
    }

    /// The record as an object of its own, the exact line, and the proof in pieces.
    var json: JSONObject {
        let text = String(decoding: line, as: UTF8.self)
        var object: JSONObject = [
            "book": .string(book), "index": .number(String(index)),
            "record": (try? JSONValue(parsing: text)) ?? .null, "line": .string(text),
        ]
        if let opened {
            object["opened"] = (try? JSONValue(parsing: String(decoding: opened, as: UTF8.self)))
        }
        guard let proof else {
            object["proof"] = .null
            object["unproven"] = .string(unproven ?? "")
            return object
        }
        let checkpoint = proof.signed.checkpoint
        object["proof"] = .object([
            "origin": .string(checkpoint.origin), "size": .number(String(checkpoint.size)),
            "root": .string(checkpoint.root.base64),
            "leaf": .string(TreeHash.leaf(line).base64),
            "hashes": .array(proof.inclusion.hashes.map { .string($0.base64) }),
            "checkpoint": .string(proof.signed.note.description),
            "verifier_key": key.map { .string($0.description) } ?? .null,
        ])
        return object
    }
}
