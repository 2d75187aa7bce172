// SPDX-License-Identifier: Apache-2.0

import Clearing
import Masking
import Records
import Retention
import Testing
import TransparencyLog

@Suite("Plans")
struct PlanTests {
    static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    static func plan() throws -> Plan {
        var scope = Scope(book: "chat")
        scope.conversations = ["desk \"x\""]
        scope.personIDs = [7]
        var selectors = Selectors(scope: scope)
        selectors.olderThan = .days(90)
        selectors.downTo = 1000
        selectors.keepLast = 3
        selectors.policy = "chat-90d"
        var plan = Plan(purpose: .clear, selectors: selectors, made: now, madeBy: "alice")
        var book = Plan.Book(name: "chat", origin: "desk-chat", treeSize: 100)
        for index in [0, 1, 2, 7, 99] as [UInt64] { book.erase.append(index) }
        book.restrict.append(50)
        plan.books = [book]
        var entry = Plan.Class(
            book: "chat", kind: "chat_message", decision: "erase", ground: "chosen", until: nil)
        entry.records = 5
        entry.bytes = 640
        entry.oldest = now
        entry.newest = now
        plan.classes = [entry]
        plan.envelopes = 5
        plan.approvals = ["chat-90d"]
        return plan
    }

    @Test("a plan file reads back as the same plan, with the same digest")
    func roundTrip() throws {
        var plan = try Self.plan()
        for purpose in [.clear, .expiry, .erasure(request: nil), .erasure(request: "r1")]
            as [Plan.Purpose]
        {
            plan.purpose = purpose
            let read = try Plan(parsing: plan.fileBytes)
            #expect(read == plan)
            #expect(read.digest == plan.digest)
        }
    }

    @Test("any change of a plan file is found")
    func changed() throws {
        let text = String(decoding: try Self.plan().fileBytes, as: UTF8.self)
        for (old, new) in [
            (#""erase":[[0,3]"#, #""erase":[[0,4]"#), (#""tree_size":100"#, #""tree_size":101"#),
            (#""approvals":["chat-90d"]"#, #""approvals":[]"#), ("alice", "mallory"),
            (#""older_than":"90d""#, #""older_than":"9d""#), ("2026-11-25", "2036-11-25"),
        ] {
            #expect(text.contains(old), "\(old)")
            let bad = text.replacing(old, with: new)
            #expect(throws: ClearingError.self) { try Plan(parsing: Array(bad.utf8)) }
        }
        for count in stride(from: 0, to: text.utf8.count - 2, by: 11) {
            #expect(throws: ClearingError.self) {
                try Plan(parsing: Array(text.utf8.prefix(count)))
            }
        }
    }

    @Test("a plan expires after seven days, and is refused by a clock before it")
    func expiry() throws {
        let plan = try Self.plan()
        let day: Int64 = 86_400_000_000
        let at = { (days: Int64) in Timestamp(microseconds: Self.now.microseconds + days * day) }
        #expect(plan.staleness(at: at(0)) == nil)
        #expect(plan.staleness(at: at(6)) == nil)
        #expect(plan.staleness(at: at(7))?.code == .stale)
        #expect(plan.staleness(at: at(3650))?.code == .stale)
        #expect(plan.staleness(at: at(-1))?.code == .clock)
    }

    @Test("runs of indexes: found by halving, refused when they touch or fall")
    func ranges() throws {
        var ranges = RecordRanges()
        let indexes = (0..<300 as Range<UInt64>).filter { $0 % 7 < 3 }
        for index in indexes { ranges.append(index) }
        #expect(ranges.count == indexes.count)
        for index in 0..<310 as Range<UInt64> {
            #expect(ranges.contains(index) == indexes.contains(index))
        }
        #expect(RecordRanges(ranges.json) == ranges)
        for text in [
            "[[0,2],[2,1]]", "[[5,1],[0,1]]", "[[0,0]]", "[[0]]", "7", "[[18446744073709551615,2]]",
        ] {
            #expect(RecordRanges(try JSONValue(parsing: text)) == nil, "\(text)")
        }
    }

    @Test("the digest over commitments minds neither order nor repetition")
    func digest() throws {
        let commitments = (0..<50 as Range<UInt8>).compactMap { first in
            Commitment((0..<32).map { UInt8(truncatingIfNeeded: Int(first) * 37 + $0) })
        }
        let digest = CommitmentDigest.of(commitments)
        #expect(CommitmentDigest.of(commitments.reversed() + commitments) == digest)
        #expect(CommitmentDigest.of(Array(commitments.dropLast())) != digest)
        #expect(
            CommitmentDigest.of([]).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
