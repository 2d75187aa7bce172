// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records
import TransparencyLog

/// What the page *Integrity* shows of one book: its signed state, its files, what keeps it waiting.
struct IntegrityView: Sendable {
    struct File: Sendable {
        let date: String
        let records: UInt64
        let lineBytes: Int
        let bytes: Int
        let state: String
        let root: String?
    }

    let book: String
    var records: UInt64 = 0
    var firstKept: UInt64 = 0
    var signed: SignedCheckpoint?
    /// Microseconds since the checkpoint was written.
    var age: Int64?
    var key: VerifierKey?
    var isAccepted = false
    /// Records appended per day, the oldest first.
    var days: [(date: String, records: Int)] = []
    var files: [File] = []
    /// What is wrong now, and what to do.
    var troubles: [String] = []

    /// Looks at a book. Blocks; reads no records.
    init(_ book: String, _ core: DaemonCore) {
        self.book = book
        let ground = core.ground
        let place = ground.place(book)
        if let held = try? core.books.book(book) {
            if let trouble = held.trouble { troubles.append(trouble.message) }
            if let trouble = held.sealTrouble { troubles.append(trouble.message) }
        }
        do {
            let snapshot = try ground.snapshot(book)
            records = snapshot.size
            firstKept = snapshot.firstKept
            look(at: snapshot)
            key = try place.keys.key(for: snapshot.manifest.origin)?.verifier
            guard
                let bytes = try place.disk.contents(
                    of: place.checkpointPath, limit: Limits.checkpointBytes)
            else {
                if snapshot.size > 0 {
                    troubles.append(
                        "The book has no checkpoint: it is signed within a second of its first "
                            + "record. If this stays, run `daybook verify`.")
                }
                return
            }
            let signed = try SignedCheckpoint(parsing: bytes)
            self.signed = signed
            judge(signed)
        } catch {
            troubles.append(DeskFailure(known: error)?.message ?? "It cannot be read.")
        }
    }

    private mutating func judge(_ signed: SignedCheckpoint) {
        guard let key else {
            troubles.append("The book's key is not in the key directory: nothing can be signed.")
            return
        }
        let verdict = signed.verify(with: key, origin: key.name, witnesses: [])
        isAccepted = verdict.isAccepted
        if !isAccepted {
            troubles.append(
                "The checkpoint is not what the book's key signed ("
                    + verdict.reasons.map(\.description).joined(separator: "; ")
                    + "). Compare it with a copy that you kept, and run `daybook verify`.")
        }
        if UInt64(signed.checkpoint.size) > records {
            troubles.append(
                "The checkpoint covers more records than are there: the newest were cut off. "
                    + "Restore the newest copy of the book's directory.")
        }
    }

    private mutating func look(at snapshot: BookSnapshot) {
        var perDay: [String: Int] = [:]
        for file in snapshot.files { perDay[file.date, default: 0] += Int(file.records) }
        days = perDay.sorted { $0.key < $1.key }.suffix(60).map { ($0.key, $0.value) }
        files = snapshot.segments.reversed().map { segment in
            File(
                date: segment.date, records: segment.records, lineBytes: segment.lineBytes,
                bytes: segment.segmentBytes,
                state: segment.isSealed
                    ? segment.plainKept ? "sealed, lines kept" : "sealed" : "not sealed yet",
                root: segment.root.base64)
        }
        if let live = snapshot.files.last {
            files.insert(
                File(
                    date: live.date, records: live.records, lineBytes: live.bytes, bytes: 0,
                    state: "open", root: nil), at: 0)
        }
    }
}
