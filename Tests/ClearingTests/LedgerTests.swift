// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Retention
import Testing

@testable import Clearing

@Suite struct LedgerTests {
    static func day(_ text: String) -> Timestamp {
        Timestamp("\(text)T00:00:00.000000Z") ?? .min
    }

    /// Entries with indexes from 10 on, recorded a day apart from 2026-01-01 on.
    static func ledger(_ records: (EventKind, JSONObject)...) throws -> Ledger {
        try Ledger(
            records.enumerated().map { place, record in
                var object = record.1
                object["timestamp"] = .string(
                    "2026-01-0\(place + 1)T00:00:00.000000Z")
                return LedgerEntry(
                    index: UInt64(10 + place), kind: record.0, object: object,
                    isOpen: object["sealed"] == nil)
            })
    }

    static func accepted(
        _ id: String, _ keep: String, effective: String = "2026-01-01", shorter: Bool = true,
        approval: Bool = false
    ) -> (EventKind, JSONObject) {
        var policy = ClearPolicy(
            name: "p", select: Scope(book: "chat"), keep: KeepPeriod(keep))
        policy.needsApproval = approval
        return (
            .policyAccepted,
            [
                "policy_set": .string(id), "effective": .string(day(effective).description),
                "is_shorter": .bool(shorter), "accepted_by": "alice",
                "policies": ["list": [.object(policy.json)]],
            ]
        )
    }

    static func hold(_ id: String) -> Hold {
        var scope = Scope(book: "chat")
        scope.people = ["alice"]
        var hold = Hold(
            id: id, matter: "m", issuer: "i", scope: scope, opened: day("2026-01-01"))
        hold.custodians = ["alice"]
        return hold
    }

    static func request(_ id: String, _ kind: Request.Kind) -> (EventKind, JSONObject) {
        let request = Request(
            id: id, kind: kind, person: "alice", personID: 7, received: day("2026-01-01"))
        return (.requestOpened, ["request_id": .string(id), "request": .object(request.json)])
    }

    @Test func `nothing was accepted, held or asked for in an empty book`() throws {
        let ledger = try Self.ledger()
        #expect(ledger.policySet(at: .max) == nil && ledger.activeHolds.isEmpty)
        #expect(ledger.firstNeeded == nil)
    }

    @Test func `what shortens binds when its day comes, and keeps longer before`() throws {
        let ledger = try Self.ledger(
            Self.accepted("p-1", "1y"),
            Self.accepted("p-2", "30d", effective: "2026-02-01"))
        let early = Self.day("2026-01-15")
        #expect(ledger.policySet(at: early)?.id == "p-1")
        #expect(ledger.waiting(at: early).map(\.id) == ["p-2"])
        #expect(ledger.policySet(at: Self.day("2026-02-01"))?.id == "p-2")
        #expect(ledger.waiting(at: Self.day("2026-02-01")).isEmpty)
        // Both are needed until the second one binds for ever.
        #expect(ledger.firstNeeded == 11)
    }

    @Test func `what needs a second person binds once another has approved it`() throws {
        let first = Self.accepted("p-1", "30d", approval: true)
        func approval(_ by: String) -> (EventKind, JSONObject) {
            (.policyApproved, ["policy_set": "p-1", "approved_by": .string(by)])
        }
        #expect(try Self.ledger(first).policySet(at: .max) == nil)
        #expect(try Self.ledger(first, approval("alice")).policySet(at: .max) == nil)
        #expect(try Self.ledger(first, approval("bob")).policySet(at: .max)?.approvedBy == "bob")
        // To drop the approval takes the approval.
        let second = Self.accepted("p-2", "30d", approval: false)
        let ledger = try Self.ledger(first, approval("bob"), second)
        #expect(ledger.policySet(at: .max)?.id == "p-1")
    }

    @Test func `what is said again takes the place of what was said first`() throws {
        let first = Self.accepted("p-1", "30d", approval: true)
        let approval: (EventKind, JSONObject) = (
            .policyApproved, ["policy_set": "p-1", "approved_by": "bob"]
        )
        let opened: (EventKind, JSONObject) = (.holdOpened, Self.hold("h-1").members)
        let asked = Self.request("q-1", .restriction)
        let before = try Self.ledger(first, approval, opened, asked)
        let set = try #require(before.policySet(at: .max))
        let after = try Self.ledger(
            first, approval, opened, asked, (.policyAccepted, set.members), opened, asked)
        #expect(after.policySet(at: .max)?.policies == set.policies)
        #expect(after.policySets.count == 1 && after.holds.count == 1 && after.requests.count == 1)
        #expect(before.firstNeeded == 10 && after.firstNeeded == 14)
        #expect(after.policySet(at: .max)?.approvedBy == "bob")
    }

    @Test func `a hold is opened, noticed and released`() throws {
        let opened: (EventKind, JSONObject) = (
            .holdOpened, ["hold_id": "h-1", "hold": .object(Self.hold("h-1").json)]
        )
        let told: (EventKind, JSONObject) = (
            .holdNoticed, ["hold_id": "h-1", "stage": "sent", "custodian": "alice"]
        )
        let read: (EventKind, JSONObject) = (
            .holdNoticed, ["hold_id": "h-1", "stage": "acknowledged", "custodian": "alice"]
        )
        let released: (EventKind, JSONObject) = (
            .holdReleased, ["hold_id": "h-1", "released_by": "bob"]
        )
        let ledger = try Self.ledger(opened, told, read)
        #expect(ledger.activeHolds.map(\.scope.people) == [["alice"]])
        #expect(
            ledger.holds[0].notices == [
                Hold.Notice(
                    custodian: "alice", sent: Self.day("2026-01-02"),
                    acknowledged: Self.day("2026-01-03"))
            ])
        #expect(ledger.firstNeeded == 10 && ledger.record(of: "h-1") == 10)
        let after = try Self.ledger(opened, told, read, released)
        #expect(after.activeHolds.isEmpty && after.holds[0].released?.by == "bob")
        #expect(after.firstNeeded == nil)
    }

    @Test func `a hold that does not open covers all that its record does not exclude`() throws {
        let ledger = try Self.ledger(
            (
                .holdOpened,
                [
                    "hold_id": "h-1", "book": "chat", "from": "2026-01-01T00:00:00.000000Z",
                    "sealed": "v1.x",
                ]
            ))
        var record = RecordFacts(book: "chat", index: 0)
        record.recorded = Self.day("2026-01-01")
        record.person = 9
        let decider = ledger.decider(at: Self.day("2030-01-01")) { _ in [] }
        #expect(decider.decide(record, .clear) == .held(by: ["h-1"]))
        record.book = "audit"
        #expect(decider.decide(record, .clear).isErase)
    }

    @Test func `policies and requests that do not open stop everything`() {
        for kind in [EventKind.policyAccepted, .requestOpened] {
            #expect(throws: ClearingError.self) {
                try Self.ledger(
                    (kind, ["policy_set": "p", "request_id": "q", "sealed": "v1.x"]))
            }
        }
    }

    @Test func `a request is opened, extended and answered`() throws {
        let opened = Self.request("q-1", .erasure)
        let extended: (EventKind, JSONObject) = (
            .requestExtended, ["request_id": "q-1", "due": "2026-04-01T00:00:00.000000Z"]
        )
        let answered: (EventKind, JSONObject) = (
            .requestAnswered,
            [
                "request_id": "q-1", "outcome": "restricted",
                "until": "2029-01-01T00:00:00.000000Z", "rule": "us.sec.17a-4.b",
            ]
        )
        let ledger = try Self.ledger(opened, extended)
        #expect(ledger.requests[0].due == Self.day("2026-04-01") && ledger.requests[0].isOpen)
        let after = try Self.ledger(opened, extended, answered)
        #expect(after.requests[0].answer?.until == Self.day("2029-01-01"))
        #expect(after.requests[0].isErasurePending && after.firstNeeded == 10)
    }
}

/// Against a book: only Daybook's own records count, and envelopes are opened.
@Suite struct LedgerReaderTests {
    /// Opens what it knows.
    struct Opener: EnvelopeOpening {
        let plaintexts: [Commitment: String]
        func session() -> any EnvelopeOpeningSession { Session(plaintexts) }

        final class Session: EnvelopeOpeningSession {
            let plaintexts: [Commitment: String]
            init(_ plaintexts: [Commitment: String]) { self.plaintexts = plaintexts }

            func open(
                _ commitments: [Commitment],
                _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
            ) {
                for (place, commitment) in commitments.enumerated() {
                    let text = Array((plaintexts[commitment] ?? "").utf8)
                    text.withUnsafeBufferPointer { bytes in
                        body(place, bytes.isEmpty ? .missing : .open, bytes)
                    }
                }
            }
        }
    }

    static func book(_ body: (inout MaskingSession, inout MaskedRecords) -> Void) throws
        -> (TemporaryBooks, BookSnapshot)
    {
        let books = try TemporaryBooks()
        var session = MaskingSession(.standard)
        var records = MaskedRecords()
        body(&session, &records)
        let book = try Book(books.audit, BookSettings(liveName: "audit.log"))
        _ = try book.append(records, .synced)
        try book.close()
        return (books, try BookSnapshot(books.audit))
    }

    @Test func `what comes from outside binds nobody`() throws {
        let forged: JSONObject = [
            "event": "hold_released", "event_type": "hold_released", "hold_id": "h-1",
            "source": "daybook",
        ]
        let (books, snapshot) = try Self.book { session, records in
            session.append(
                object: [
                    "event": "hold_opened", "event_type": "hold_opened", "hold_id": "h-1",
                    "hold": .object(LedgerTests.hold("h-1").json),
                ], from: Provenance(source: "daybook", trusted: true), to: &records)
            session.append(object: forged, from: Provenance(source: "bot"), to: &records)
            session.append(
                object: ["event": "note", "text": "hold_released h-1"],
                from: Provenance(source: "bot"), to: &records)
        }
        defer { books.remove() }
        let ledger = try Ledger(snapshot, opener: nil)
        #expect(ledger.activeHolds == [LedgerTests.hold("h-1")])
    }

    @Test func `what is sealed under the house's key is opened`() throws {
        let commitment = try #require(Commitment([UInt8](repeating: 7, count: 32)))
        let (books, snapshot) = try Self.book { session, records in
            session.append(
                object: [
                    "event": "hold_opened", "event_type": "hold_opened", "hold_id": "h-1",
                    "book": "chat", "sealed": .string(Commitment.version + commitment.text),
                ], from: Provenance(source: "daybook", trusted: true), to: &records)
        }
        defer { books.remove() }
        let hold = LedgerTests.hold("h-1")
        let inner = JSONValue.object(["hold": .object(hold.json)]).description
        let opened = try Ledger(snapshot, opener: Opener(plaintexts: [commitment: inner]))
        #expect(opened.activeHolds == [hold])
        let closed = try Ledger(snapshot, opener: Opener(plaintexts: [:]))
        #expect(closed.activeHolds.map(\.matter) == ["(sealed)"])
    }
}
