// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
package import Retention

/// What is kept of a person, until when, under which rule, and who looked: figures, no text.
package struct PersonReport: Sendable {
    /// Names, then accounts.
    package let titles: [String]
    package let summary: PersonSummary
    package let reads: PersonReads
    package let requests: [Request]
    package let now: Timestamp

    package var json: JSONObject {
        [
            "names": .array(titles.map { .string($0) }),
            "records": .number(String(summary.records)),
            "bytes": .number(String(summary.bytes)),
            "kept": .array(summary.rows.map { .object($0.json) }),
            "reads": .array(reads.rows.map { .object($0.json) }),
            "requests": .array(requests.map { .object($0.json) }),
        ]
    }

    /// As the person may see it: of a hold no more than that there are legal reasons, and of
    /// requests only their own words.
    package var toldJSON: JSONObject {
        [
            "names": .array(titles.map { .string($0) }),
            "records": .number(String(summary.records)),
            "bytes": .number(String(summary.bytes)),
            "kept": .array(
                summary.rows.map { row in
                    .object([
                        "platform": .string(row.platform),
                        "conversation": .string(row.conversation),
                        "records": .number(String(row.records)),
                        "oldest": row.oldest.map { .string($0.description) } ?? .null,
                        "newest": row.newest.map { .string($0.description) } ?? .null,
                        "fate": .string(row.told),
                    ])
                }),
            "reads": .array(reads.rows.map { .object($0.json) }),
            "requests": .array(requests.map { .object($0.publicJSON(at: now)) }),
        ]
    }
}

extension Request {
    /// What the person themself sees of it.
    package func publicJSON(at now: Timestamp) -> JSONObject {
        [
            "id": .string(id), "kind": .string(kind.rawValue),
            "received": .string(received.description), "due": .string(due.description),
            "state": .string(state(at: now)),
        ]
    }
}

extension Ground {
    /// Looks at what is kept of a person, which is recorded first.
    ///
    /// - Parameters:
    ///   - text: a name, or an account as `platform:name`.
    ///   - withheld: before it the person is not told of this look.
    ///   - includingWithheld: whether the report has reads that the person is not told of yet.
    package func about(
        _ text: String, withheldUntil withheld: Timestamp? = nil, includingWithheld: Bool = false
    ) throws -> PersonReport {
        let found = try person(text)
        let ledger = try ledger(more: [.recordViewed, .searchRun])
        let now = now
        let decider = try decider(ledger, at: now)
        try recordReading(of: found, for: "about", withholdingUntil: withheld)
        let records = try records(of: found, decider)
        let reads = PersonReads(
            ledger, person: found.number, indexes: records.map(\.facts.index), at: now,
            includingWithheld: includingWithheld)
        return PersonReport(
            titles: found.titles, summary: PersonSummary(records, decider), reads: reads,
            requests: ledger.requests.filter { $0.personID == found.number }, now: now)
    }
}

extension PersonSummary.Row {
    /// The fate as those who keep the records see it.
    package var fate: String {
        let end = until.map { " until \($0.description.prefix(10)) at the latest" } ?? ""
        switch decision {
        case .held, .erase: return decision.words
        case .restricted: return "restricted\(end) (\(decision.ground))"
        case .keep: return "kept\(end) (\(decision.ground))"
        }
    }

    package var json: JSONObject {
        [
            "platform": .string(platform), "conversation": .string(conversation),
            "records": .number(String(records)), "bytes": .number(String(bytes)),
            "oldest": oldest.map { .string($0.description) } ?? .null,
            "newest": newest.map { .string($0.description) } ?? .null,
            "decision": .string(decision.word), "ground": .string(decision.ground),
            "until": until.map { .string($0.description) } ?? .null,
        ]
    }
}
