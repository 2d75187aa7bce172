// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
import Records
import Vault

extension Ground {
    /// Looks at the envelopes that a book's lines speak of, and adds what is wrong with them to the
    /// verdict.
    ///
    /// - Returns: nil when the book has none, or when they could not be looked at; a note says so.
    func checkEnvelopes(_ book: String, _ verdict: inout Verdict) throws -> EnvelopeCheck.Report? {
        let opener: any EnvelopeOpening
        do throws(VaultError) {
            opener = try door.vault(create: false)?.openerOfRestricted ?? door
        } catch {
            verdict.notes.append("The envelopes were not looked at. \(error.message)")
            return nil
        }
        var progress = Progress("envelopes of \(book)")
        defer { progress.end() }
        let report = try EnvelopeCheck(opener).run(BookSnapshot(place(book))) {
            progress.report($0, of: nil, "envelope")
        }
        guard report.count > 0 else { return nil }
        judge(report, &verdict)
        return report
    }

    private func judge(_ report: EnvelopeCheck.Report, _ verdict: inout Verdict) {
        let path = logs + "/vault/envelopes.sqlite"
        func no(_ indexes: [UInt64], _ what: String, _ remedy: String) {
            guard let first = indexes.first, let last = indexes.last else { return }
            let named = indexes.prefix(CommandLimits.namedEnvelopes).map { String($0) }
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
    var text: String {
        var parts = ["\(Terminal.grouped(open)) open"]
        if redacted > 0 { parts.append("\(Terminal.grouped(redacted)) of them redacted") }
        if restricted > 0 { parts.append("\(Terminal.grouped(restricted)) of them restricted") }
        for (name, commitments) in erased.sorted(by: { $0.key < $1.key }) {
            parts.append("\(Terminal.grouped(UInt64(commitments.count))) erased by \(name)")
        }
        for (indexes, word) in [(missing, "missing"), (altered, "altered"), (locked, "locked")]
        where !indexes.isEmpty {
            parts.append("\(Terminal.grouped(UInt64(indexes.count))) \(word)")
        }
        return "  envelopes: " + parts.joined(separator: ", ")
    }

    var json: JSONObject {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        return [
            "open": number(open), "restricted": number(restricted), "redacted": number(redacted),
            "erased": number(erasedCount),
            "erasures": .object(
                JSONObject(
                    erased.sorted { $0.key < $1.key }.map { ($0.key, number($0.value.count)) })),
            "missing": number(missing.count), "altered": number(altered.count),
            "locked": number(locked.count),
        ]
    }
}
