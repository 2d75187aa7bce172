// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import Masking

/// What the vault knows of an erasure.
package struct Erasure: Sendable, Hashable {
    package var name: String
    /// False: it began, and is finished by whoever opens the vault.
    package var isFinished: Bool
    /// What it did; the copies of the keys are those of today.
    package var outcome: ShredOutcome
    /// The record of its receipt, once somebody said which (`noteReceipt`).
    package var book: String?
    package var record: UInt64?
}

extension Vault {
    /// All erasures, in their order.
    package func erasures() throws(VaultError) -> [Erasure] {
        let copies = try keyCopies()
        return try database.read { database in
            try StoredErasure.all(database).map { Erasure($0, copies) }
        }
    }

    /// One erasure; nil when there is none of that name.
    package func erasure(_ name: String) throws(VaultError) -> Erasure? {
        let copies = try keyCopies()
        return try database.read { database in
            try StoredErasure.find(name, database).map { Erasure($0, copies) }
        }
    }

    /// Notes which record is an erasure's receipt.
    package func noteReceipt(of name: String, book: String, record: UInt64) throws(VaultError) {
        try database.write { database in
            try database.execute(
                sql: "UPDATE erasures SET book = ?, record = ? WHERE name = ?",
                arguments: [book, Int64(bitPattern: record), name])
        }
    }

    /// Counts and hashes the rows that an erasure marked, as they are now: for comparison with its
    /// receipt. A row that was deleted or added by hand changes both. Nil when the vault does not
    /// know the erasure.
    package func marked(by name: String) throws(VaultError) -> (count: Int, digest: [UInt8])? {
        try database.read { database in
            guard let erasure = try StoredErasure.find(name, database) else { return nil }
            let commitments = try Self.marked(by: erasure.id, database)
            return (commitments.count, CommitmentDigest.digest(commitments).array)
        }
    }

    /// The commitments of the rows that an erasure marked.
    static func marked(by id: Int64, _ database: Database) throws -> [Commitment] {
        let rows = try Statement(
            database, "SELECT commitment FROM envelopes WHERE erasure = ? ORDER BY id")
        rows.bind(1, id)
        var commitments: [Commitment] = []
        while try rows.step() {
            if let commitment = Commitment(rows.bytes(0)) { commitments.append(commitment) }
        }
        return commitments
    }
}

extension Erasure {
    fileprivate init(_ stored: StoredErasure, _ copies: [KeyCopy]) {
        self.init(
            name: stored.name, isFinished: stored.isFinished,
            outcome: ShredOutcome(stored, copies), book: stored.book, record: stored.record)
    }
}

extension ShredOutcome {
    init(_ stored: StoredErasure, _ copies: [KeyCopy]) {
        let report = stored.report
        self.init(
            name: stored.name, erased: stored.count, digest: stored.digest.array,
            alreadyErased: report.alreadyErased, missing: report.missing,
            redacted: report.redacted, groupsDestroyed: report.groupsDestroyed,
            groupsPunctured: report.groupsPunctured, peopleForgotten: report.peopleForgotten,
            epochFrom: report.epochFrom, epochTo: report.epochFrom + 1,
            keysRewrapped: report.keysRewrapped, bytesBefore: report.bytesBefore,
            bytesAfter: report.bytesAfter, rosterBefore: report.rosterBefore,
            rosterAfter: report.rosterAfter,
            copies: copies.filter { $0.epoch <= report.epochFrom })
    }
}
