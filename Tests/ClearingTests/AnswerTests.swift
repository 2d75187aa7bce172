// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Retention
import Testing

@testable import Clearing

@Suite struct AnswerTests {
    static func record(
        _ index: UInt64, _ text: String, on day: String = "2026-01-01",
        state: EnvelopeState = .open
    ) -> PersonRecord {
        var facts = RecordFacts(book: "chat", index: index)
        facts.timestamp = LedgerTests.day(day)
        facts.recorded = facts.timestamp
        facts.platform = "irc"
        facts.conversation = "#desk"
        facts.kind = "chat_message"
        facts.person = 7
        facts.bytes = 100
        return PersonRecord(
            facts: facts, state: state,
            object: [
                "event": "chat_message", "event_type": "chat_message", "level": "info",
                "platform": "irc", "sender": "alice", "text": .string(text),
                "timestamp": .string(LedgerTests.day(day).description),
            ])
    }

    static func decider(rule: String? = nil, holds: [Hold] = []) -> Decider {
        Decider(
            policies: [
                ClearPolicy(
                    name: "p", select: Scope(book: "chat"), keep: KeepPeriod("90d"), rule: rule)
            ], holds: holds, now: LedgerTests.day("2026-02-01"), people: { _ in [7] })
    }

    static func document(_ records: [PersonRecord], _ decider: Decider) -> AnswerDocument {
        AnswerDocument(
            request: Request(
                id: "q-1", kind: .access, person: "alice", personID: 7,
                received: LedgerTests.day("2026-01-31")),
            made: LedgerTests.day("2026-02-01"), names: ["alice"],
            summary: PersonSummary(records, decider), records: records,
            redact: { $0.replacing("bob", with: "[someone]") })
    }

    @Test func `what is kept is summed up by place and fate`() {
        let records = [
            Self.record(1, "a"), Self.record(2, "b", on: "2026-01-09"),
            Self.record(3, "c", on: "2025-01-01"),
        ]
        let summary = PersonSummary(records, Self.decider())
        #expect(summary.records == 3 && summary.bytes == 300)
        #expect(summary.rows.map(\.decision.word) == ["erase", "keep"])
        let kept = summary.rows[1]
        #expect(kept.records == 2 && kept.oldest == LedgerTests.day("2026-01-01"))
        #expect(kept.told == "kept until 2026-04-09 at the latest")
    }

    @Test func `of a hold the person learns that there are legal reasons, and no more`() {
        let hold = LedgerTests.hold("h-secret")
        let document = Self.document([Self.record(1, "a")], Self.decider(holds: [hold]))
        #expect(document.summary.rows.map(\.told) == ["kept for legal reasons"])
        let all = document.html + JSONValue.object(document.json).description
        #expect(all.contains("kept for legal reasons"))
        #expect(!all.contains("h-secret") && !all.contains("hold"))
    }

    @Test func `an answer names the rule, and leaves others and markup out`() throws {
        let record = Self.record(1, "bob said <script>alert(1)</script> & \u{202E}left")
        let document = Self.document([record], Self.decider(rule: "us.sec.17a-4.b"))
        let page = document.html
        #expect(
            page.contains("[someone] said &lt;script&gt;alert(1)&lt;/script&gt; &amp; \u{FFFD}left")
        )
        #expect(!page.contains("bob") && !page.contains("<script"))
        #expect(page.contains("kept until 2029-01-01 at the latest under us.sec.17a-4.b"))
        let json = document.json
        let text = try #require(json["records"]?.arrayValue?.first?.objectValue?["text"])
        #expect(text.stringValue?.hasPrefix("[someone] said") == true)
        #expect(try JSONValue(parsing: JSONValue.object(json).description) == .object(json))
    }

    @Test func `what does not open is counted, not shown`() {
        let restricted = Self.record(
            1, "x", state: .restricted(until: nil, rule: "us.sec.17a-4.b"))
        let document = Self.document([restricted, Self.record(2, "y")], Self.decider())
        #expect(document.closedCount == 1)
        #expect(document.json["records"]?.arrayValue?.count == 1)
        #expect(document.html.contains("1 of these records are kept and not used"))
    }

    @Test func `who looked is told, unless it is withheld until a date`() throws {
        let viewed: (EventKind, JSONObject) = (
            .recordViewed,
            ["book": "chat", "first_index": 5, "record_count": 10, "viewed_by": "bob"]
        )
        let elsewhere: (EventKind, JSONObject) = (
            .recordViewed,
            ["book": "chat", "first_index": 50, "record_count": 10, "viewed_by": "bob"]
        )
        let searched: (EventKind, JSONObject) = (
            .searchRun, ["book": "audit,chat", "searched_by": "carol"]
        )
        let secret: (EventKind, JSONObject) = (
            .recordViewed,
            [
                "book": "chat", "first_index": 0, "record_count": 100, "viewed_by": "eve",
                "withhold_until": "2026-06-01T00:00:00.000000Z",
            ]
        )
        let ofOthers: (EventKind, JSONObject) = (
            .recordViewed,
            [
                "book": "chat", "first_index": 0, "record_count": 100, "viewed_by": "dan",
                "person": "8",
            ]
        )
        let ledger = try LedgerTests.ledger(viewed, elsewhere, searched, secret, ofOthers)
        let now = LedgerTests.day("2026-05-01")
        let reads = PersonReads(ledger, person: 7, indexes: [3, 6, 14, 15], at: now)
        #expect(reads.rows.map(\.by) == ["bob", "carol"])
        #expect(reads.rows.map(\.how) == ["read 2", "searched the book"])
        #expect(reads.withheld == 1)
        let later = PersonReads(ledger, person: 7, indexes: [3], at: LedgerTests.day("2026-06-01"))
        #expect(later.rows.map(\.by) == ["carol", "eve"])
        #expect(PersonReads(ledger, person: 7, indexes: [], at: now).rows.isEmpty)
    }

    @Test func `a person's records are found among those of others, and opened`() throws {
        func commitment(_ byte: UInt8) throws -> Commitment {
            try #require(Commitment([UInt8](repeating: byte, count: 32)))
        }
        let (hers, his) = (try commitment(1), try commitment(2))
        func line(_ commitment: Commitment) -> JSONObject {
            [
                "event": "chat_message", "event_type": "chat_message",
                "sealed": .string(Commitment.version + commitment.text),
            ]
        }
        let (books, snapshot) = try LedgerReaderTests.book { session, records in
            for commitment in [his, hers] {
                session.append(
                    object: line(commitment), from: Provenance(source: "daybook", trusted: true),
                    to: &records)
            }
        }
        defer { books.remove() }
        let inner = ##"{"platform":"irc","conversation":"#desk","text":"otc"}"##
        let records = try PersonRecords.read(
            snapshot, of: [7], filters: ["otc", "nothing"],
            opener: LedgerReaderTests.Opener(plaintexts: [hers: inner, his: inner]),
            owners: { commitments in commitments.map { $0 == hers ? 7 : 8 } })
        #expect(records.map(\.facts.index) == [1])
        let facts = try #require(records.first).facts
        #expect(facts.person == 7 && facts.conversation == "#desk" && facts.matched == ["otc"])
        #expect(facts.unknown.isEmpty && facts.commitment == hers)
        #expect(records[0].object["text"] == "otc" && records[0].object["sealed"] == nil)
    }
}
