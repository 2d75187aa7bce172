// SPDX-License-Identifier: Apache-2.0

package import Book
package import Clearing
import Daybook
package import Records
import TransparencyLog
import Vault

extension Ground {
    /// Looks at the envelopes that a book's lines speak of, as of the verdict's state, and adds what is
    /// wrong with them to the verdict.
    ///
    /// - Returns: nil when the book has none, or when they could not be looked at; a note says so.
    package func checkEnvelopes(
        _ book: String, _ verdict: inout Verdict, threads: Int = machineThreads()
    ) throws -> EnvelopeCheck.Report? {
        var vault: Vault?
        var isOpen = true
        do throws(VaultError) {
            vault = try door.vault(create: false)
        } catch {
            guard error.code == .keys else {
                verdict.notes.append("The envelopes were not looked at. \(error.message)")
                return nil
            }
            isOpen = false
        }
        let opener: any EnvelopeOpening =
            isOpen ? vault?.openerOfRestricted ?? door : VaultPresence(logs: logs)
        defer { voice.endProgress() }
        let voice = voice
        let snapshot = try verdict.snapshot ?? BookSnapshot(place(book))
        var report = try EnvelopeCheck(opener).run(
            snapshot, threads: threads
        ) {
            voice.progress("envelopes of \(book)", $0, of: $1, "record")
        }
        guard report.count > 0 else { return nil }
        if !isOpen { report.takeLockedAsPresent() }
        judge(report, &verdict)
        try judgeErasures(report, vault, &verdict)
        return report
    }

    /// Compares what the vault says was erased with the receipts: whoever deletes or forges a row to
    /// make something look erased is found.
    private func judgeErasures(
        _ report: EnvelopeCheck.Report, _ vault: Vault?, _ verdict: inout Verdict
    ) throws {
        let path = logs + "/vault/envelopes.sqlite"
        func no(_ what: String) {
            verdict.findings.append(
                .init(file: path, what: what, remedy: "Restore the vault from a copy."))
        }
        guard existingBooks.contains("audit") else { return }
        let snapshot = try snapshot("audit")
        let receipts = try ErasureReceipts(snapshot)
        for (name, commitments) in report.erased.sorted(by: { $0.key < $1.key })
        where receipts.byName[name] == nil {
            let count = Words.count(commitments.count, "envelope")
            if try vault?.unfinished != nil || snapshot.firstKept > 0 {
                verdict.notes.append(
                    "\(count) \(commitments.count == 1 ? "is" : "are") marked as erased by "
                        + "\(name), whose receipt is not written yet or was pruned.")
            } else {
                no(
                    "\(count) \(commitments.count == 1 ? "is" : "are") marked as erased by \(name), "
                        + "and no receipt says so")
            }
        }
        guard let vault, report.book != "audit" || report.erased.isEmpty else { return }
        for (name, receipt) in receipts.byName.sorted(by: { $0.value.index < $1.value.index }) {
            let marked = try vault.marked(by: name)
            let digest = marked.flatMap { Digest($0.digest)?.hex }
            if marked?.count != receipt.envelopes || digest != receipt.digest {
                no(
                    "the envelopes marked as erased by \(name) are not those of its receipt, record "
                        + "\(receipt.index) of audit: it has \(receipt.envelopes), the vault "
                        + "\(marked?.count ?? 0)")
            }
        }
    }

    private func judge(_ report: EnvelopeCheck.Report, _ verdict: inout Verdict) {
        let path = logs + "/vault/envelopes.sqlite"
        func no(_ indexes: [UInt64], _ what: String, _ remedy: String) {
            guard let first = indexes.first, let last = indexes.last else { return }
            let named = indexes.prefix(DeskLimits.namedEnvelopes).map { String($0) }
            let rest = indexes.count - named.count
            let which =
                named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
            verdict.findings.append(
                .init(
                    file: path, records: first...last,
                    what: "the \(indexes.count == 1 ? "envelope" : "envelopes") of record "
                        + "\(which) \(what)", remedy: remedy))
        }
        no(
            report.missing, "are missing, and no receipt says that they were erased",
            "Restore the vault from a copy; what was erased since then stays erased, since its "
                + "keys are gone.")
        no(
            report.altered, "are not what the records commit to",
            "Restore the vault from a copy.")
        no(
            report.locked, "have no key, and no receipt says that they were erased",
            "Restore the keys with `daybook keys restore FILE`.")
    }
}

extension EnvelopeCheck.Report {
    private var erasedCount: Int { erased.values.reduce(0) { $0 + $1.count } }

    /// One line for people.
    package var text: String {
        var parts = ["\(Words.grouped(open)) open"]
        if present > 0 {
            parts = ["\(Words.grouped(present)) present, not opened: the keys are not here"]
        }
        if redacted > 0 { parts.append("\(Words.grouped(redacted)) of them redacted") }
        if restricted > 0 { parts.append("\(Words.grouped(restricted)) of them restricted") }
        if erased.count <= DeskLimits.namedErasures {
            for (name, commitments) in erased.sorted(by: { $0.key < $1.key }) {
                parts.append("\(Words.grouped(UInt64(commitments.count))) erased by \(name)")
            }
        } else {
            parts.append(
                "\(Words.grouped(UInt64(erasedCount))) erased by \(erased.count) erasures "
                    + "(--json names them)")
        }
        for (indexes, word) in [(missing, "missing"), (altered, "altered"), (locked, "locked")]
        where !indexes.isEmpty {
            parts.append("\(Words.grouped(UInt64(indexes.count))) \(word)")
        }
        return "  envelopes: " + parts.joined(separator: ", ")
    }

    package var json: JSONObject {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        return [
            "open": number(open), "restricted": number(restricted), "redacted": number(redacted),
            "erased": number(erasedCount),
            "erasures": .object(
                JSONObject(
                    erased.sorted { $0.key < $1.key }.map { ($0.key, number($0.value.count)) })),
            "present": number(present), "missing": number(missing.count),
            "altered": number(altered.count),
            "locked": number(locked.count),
        ]
    }
}
