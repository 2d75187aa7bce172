// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import TransparencyLog
import Vault

// What comes after the erasing, and what a later run does of it when this one was cut off.
extension ClearRun {
    /// Looks whether what was erased still opens, and keeps the receipt.
    func conclude(_ report: ReceiptReport, _ ledger: Ledger) throws
        -> (Receipt, String)
    {
        try before(.requery)
        var report = report
        report.hits = try stillOpen(report.erased, report.pending.erasure)
        report.exports = ExportCopy.all(ledger, of: report.pending.books)
        try before(.receipt)
        let index = try desk.keep(
            .clearRun, report.members(runBy: desk.userName, at: desk.now),
            sealing: ReceiptReport.sealed)
        try before(.file)
        let (receipt, path) = try writeFile(index, report.pending.erasure)
        try keepDone(report.pending, receipt, ledger)
        try before(.done)
        try desk.vault.noteReceipt(of: report.pending.erasure, book: "audit", record: index)
        try PendingClear.remove(desk.logs, desk.disk)
        return (receipt, path)
    }

    /// Records that a request was carried out, once for each erasure.
    private func keepDone(_ pending: PendingClear, _ receipt: Receipt, _ ledger: Ledger) throws {
        guard case .erasure(let request?) = pending.purpose,
            !ledger.entries(of: .erasureDone).contains(where: {
                $0.object.text("erasure") == pending.erasure
            })
        else { return }
        _ = try desk.keep(
            .erasureDone,
            [
                "request_id": .string(request),
                "record_count": .number(String(receipt.count("record_count") ?? 0)),
                "receipt_digest": .string(receipt.digest.hex), "erasure": .string(pending.erasure),
            ], sealing: [])
    }

    /// How many of the envelopes open after they were erased: none, or something is wrong.
    private func stillOpen(_ commitments: [Commitment], _ name: String) throws -> Int {
        let opener = desk.vault.openerOfRestricted
        let step = min(Limits.selectionRecords, max(1, commitments.count / threads + 1))
        let pieces = stride(from: 0, to: commitments.count, by: step).map {
            $0..<min($0 + step, commitments.count)
        }
        let parts = try PieceRun(pieces, threads: threads) { UInt64($0.count) }.run(
            progress: { _, _ in }
        ) {
            { (piece: Range<Int>) throws(ClearingError) in
                var hits = 0
                do throws(BookError) {
                    try opener.session().open(Array(commitments[piece])) { _, state, _ in
                        switch state {
                        case .erased, .redacted, .missing: break
                        default: hits += 1
                        }
                    }
                } catch {
                    throw ClearingError(.damaged, error.message)
                }
                return hits
            }
        }
        return parts.reduce(0, +)
    }

    private func writeFile(_ index: UInt64, _ name: String) throws -> (Receipt, String) {
        try desk.checkpoint()
        let place = desk.place("audit")
        let prover = try BookProver(place)
        let proof = try prover.prove(index)
        let origin = prover.signed.checkpoint.origin
        guard let key = try place.keys.key(for: origin) else {
            throw ClearingError(.damaged, "the key of \(origin) is gone; restore it from a backup.")
        }
        let receipt = try Receipt(
            line: try prover.snapshot.line(at: index), proof: proof, key: key.verifier)
        let path = "\(desk.logs)/receipts/\(name).receipt"
        try desk.disk.makeDirectory("\(desk.logs)/receipts", mode: 0o700)
        try desk.disk.replaceFile(path, with: receipt.fileBytes, mode: 0o600)
        return (receipt, path)
    }

    /// Writes the receipt of a clear that was cut off after the erasing; does nothing when there is
    /// none.
    ///
    /// - Returns: where the receipt is.
    @discardableResult
    package func finishPending() throws -> String? {
        guard let pending = try PendingClear.load(desk.logs, desk.disk) else { return nil }
        try desk.vault.resume()
        guard let erasure = try desk.vault.erasure(pending.erasure) else {
            // It ended before the vault began: nothing was erased.
            try PendingClear.remove(desk.logs, desk.disk)
            return nil
        }
        let ledger = try desk.ledger()
        let known = ledger.entries(of: .clearRun).last {
            $0.object.text("erasure") == pending.erasure
        }
        if let known {
            let (receipt, path) = try writeFile(known.index, pending.erasure)
            try keepDone(pending, receipt, ledger)
            try desk.vault.noteReceipt(of: pending.erasure, book: "audit", record: known.index)
            try PendingClear.remove(desk.logs, desk.disk)
            return path
        }
        var erased: [Commitment] = []
        for book in pending.books {
            let snapshot = try BookSnapshot(desk.place(book.name))
            erased += try commitments(of: book.erase, in: snapshot)
        }
        erased = CommitmentDigest.unique(erased)
        erased = try zip(erased, desk.vault.facts(of: erased)).filter {
            $0.1.erasedBy == pending.erasure
        }.map(\.0)
        let report = ReceiptReport(
            pending: pending, erased: erased, shredded: erasure.outcome, selectors: nil,
            received: nil)
        return try conclude(report, ledger).1
    }
}
