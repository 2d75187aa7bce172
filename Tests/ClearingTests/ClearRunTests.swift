// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Foundation
import Records
import Retention
import Testing
import TransparencyLog
import Vault

/// Clears from plan to receipt, cut off at every step, twice, and against holds.
@Suite("Clears")
struct ClearRunTests {
    private let world: ClearWorld
    private static let count = 12

    init() throws {
        world = try ClearWorld()
        try world.chat(
            (1...Self.count).map { day in
                .init(
                    sender: day % 2 == 0 ? "bob" : "carol", text: "secret of day \(day)",
                    at: "2026-11-\(day < 10 ? "0" : "")\(day)T10:00:00Z")
            })
    }

    private struct Crash: Error {}

    private func plan(
        _ days: Int = 13, _ purpose: Plan.Purpose = .clear, run: ClearRun? = nil
    ) throws -> Plan {
        var selectors = Selectors()
        selectors.olderThan = .days(days)
        return try (run ?? ClearRun(world)).plan(selectors, for: purpose, in: ["chat"]).plan
    }

    @Test("what was planned goes, the rest opens, and the receipt says it to a stranger")
    func whole() throws {
        let plan = try plan()
        #expect(plan.records("erase") == 7)
        let outcome = try ClearRun(world).apply(plan)
        #expect(try world.open() == Self.count - 7)
        let receipt = try #require(outcome.receipt)
        let path = try #require(outcome.receiptPath)
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        #expect(try Receipt(parsing: bytes) == receipt)
        #expect(receipt.reasons(trusting: receipt.key) == [])
        #expect(receipt.count("record_count") == 7 && receipt.count("envelopes") == 7)
        #expect(receipt.count("requery_hits") == 0)
        #expect(receipt.record.text("commitments_digest") == plan.commitments)
        #expect(receipt.record.text("plan_digest") == plan.digest.hex)
        #expect(receipt.record.text("duties") == "no separation of duties")
        #expect(receipt.count("epoch_to") == (receipt.count("epoch_from") ?? 0) + 1)
        #expect(receipt.words.count > 8)
        // Nobody is named in it, nor what was chosen.
        let text = String(decoding: bytes, as: UTF8.self)
        for word in ["bob", "carol", "alice", "secret", "#desk", "older"] {
            #expect(!text.contains(word), "\(word)")
        }
        let erasure = try #require(receipt.erasure)
        #expect(try world.vault.erasure(erasure)?.record == UInt64(receipt.index))
        #expect(try world.entries(.clearPlanned).count == 1)
    }

    @Test("a receipt that was changed, or is of another key, is refused")
    func forged() throws {
        let receipt = try #require(try ClearRun(world).apply(plan()).receipt)
        let text = String(decoding: receipt.fileBytes, as: UTF8.self)
        let forged = text.replacing(#"\"record_count\":7"#, with: #"\"record_count\":6"#)
        #expect(forged != text)
        let read = try Receipt(parsing: Array(forged.utf8))
        #expect(read.reasons(trusting: receipt.key) != [])
        let other = try NoteKey(generate: receipt.key.name).verifier
        #expect(receipt.reasons(trusting: other) != [])
        // Any other record of the book is no receipt.
        let prover = try BookProver(world.place("audit"))
        let planned = try #require(try world.entries(.clearPlanned).first).index
        let wrong = try Receipt(
            line: prover.snapshot.line(at: planned), proof: prover.prove(planned),
            key: receipt.key)
        #expect(wrong.reasons(trusting: receipt.key) != [])
        for count in stride(from: 0, to: text.utf8.count - 3, by: 97) {
            #expect(throws: ClearingError.self) {
                try Receipt(parsing: Array(text.utf8.prefix(count)))
            }
        }
    }

    @Test("cut off before any step, the next run ends it: once, with one receipt")
    func crashes() throws {
        let shredSteps = ShredStep.allCases.map { "shred.\($0.rawValue)" }
        for name in ClearRun.Step.allCases.map(\.rawValue) + shredSteps {
            let world = try ClearWorld()
            try world.chat(
                (1...6).map { .init(text: "t \($0)", at: "2026-10-0\($0)T10:00:00Z") })
            var selectors = Selectors()
            selectors.indexes = [0, 1, 3]
            let plan = try ClearRun(world).plan(selectors, for: .clear, in: ["chat"]).plan
            let crashing = ClearRun(
                world, before: { if $0.rawValue == name { throw Crash() } },
                beforeShred: { step throws(VaultError) in
                    if "shred." + step.rawValue == name { throw VaultError(.request, "crash") }
                })
            #expect(throws: (any Error).self, "\(name)") { try crashing.apply(plan) }
            // A new process: the vault finishes its shred, the run its receipt.
            try world.reopen()
            let outcome = try ClearRun(world).apply(plan)
            #expect(try world.open() == 3, "\(name)")
            let receipts = try world.entries(.clearRun)
            #expect(receipts.count == 1, "\(name)")
            let erasures = try world.vault.erasures()
            #expect(erasures.count == 1 && erasures[0].record == receipts[0].index, "\(name)")
            #expect(receipts[0].object.text("commitments_digest") == plan.commitments, "\(name)")
            let erasure = try #require(receipts[0].object.text("erasure"))
            let file = URL(filePath: "\(world.logs)/receipts/\(erasure).receipt")
            let receipt = try Receipt(parsing: Array(Data(contentsOf: file)))
            #expect(receipt.reasons(trusting: nil) == [], "\(name)")
            if let again = outcome.receipt { #expect(again == receipt) }
            #expect(!FileManager.default.fileExists(atPath: "\(world.logs)/vault/clearing"))
        }
    }

    @Test("full at any write of the note and the receipt: once there is space the next run ends it")
    func fullDisk() throws {
        for writes in 0..<10 {
            let world = try ClearWorld()
            try world.chat(
                (1...6).map { .init(text: "t \($0)", at: "2026-10-0\($0)T10:00:00Z") })
            var selectors = Selectors()
            selectors.keepLast = 2
            let plan = try ClearRun(world).plan(selectors, for: .clear, in: ["chat"]).plan
            let full = FullDisk(after: writes)
            world.disk = full
            let first = Result { try ClearRun(world).apply(plan) }
            if full.wasFull { #expect(throws: (any Error).self) { try first.get() } }
            world.disk = PosixDisk()
            _ = try ClearRun(world).apply(plan)
            #expect(try world.open() == 2)
            #expect(try world.entries(.clearRun).count == 1)
            #expect(try world.vault.erasures().map(\.record) == [world.entries(.clearRun)[0].index])
            if !full.wasFull { return }
        }
        Issue.record("the disk was full for ever")
    }

    @Test("a second run clears nothing twice, and two at once are one after the other")
    func twice() throws {
        let plan = try plan()
        _ = try ClearRun(world).apply(plan)
        let again = try ClearRun(world).apply(plan)
        #expect(again.receipt == nil && again.selection.erasedBefore == 7)
        #expect(try world.entries(.clearRun).count == 1)
        let other = try self.plan(10)
        let outer = world
        var refused: ClearingError?
        let run = ClearRun(
            world,
            before: { step in
                guard step == .shred else { return }
                do { _ = try ClearRun(outer).apply(other) } catch let error as ClearingError {
                    refused = error
                }
            })
        #expect(try run.apply(other).receipt != nil)
        #expect(refused?.code == .busy)
    }

    @Test("a hold that comes between plan and apply keeps what it covers, and that is a record")
    func heldBetween() throws {
        let plan = try plan()
        var scope = Scope(book: "chat")
        scope.people = ["carol"]
        try world.hold(scope)
        let outcome = try ClearRun(world).apply(plan)
        #expect(outcome.selection.plan.records("erase") == 3)
        #expect(outcome.selection.plan.records("held") == 4)
        #expect(try world.open() == Self.count - 3)
        let refusals = try world.entries(.clearRefused)
        #expect(refusals.contains { $0.object.text("ground") == "hold h-1" })
        #expect(outcome.receipt?.words.contains { $0.0 == "held" } == true)
        try world.release()
        #expect(try ClearRun(world).apply(plan).selection.plan.records("erase") == 4)
    }

    @Test("more than was planned never goes, whatever comes in")
    func neverMore() throws {
        let plan = try plan()
        try world.chat([.init(text: "late", at: "2026-11-01T00:00:00Z")])
        world.clock.advance(days: 6)
        _ = try ClearRun(world).apply(plan)
        #expect(try world.open() == Self.count - 7 + 1)
    }

    @Test("a stepped clock: back an hour refuses the plan, ten years forward too")
    func clock() throws {
        let plan = try plan()
        world.clock.instant = Timestamp(
            microseconds: world.clock.instant.microseconds - 3_600_000_000)
        #expect(throws: ClearingError.self) { try ClearRun(world).apply(plan) }
        world.clock.advance(days: 3650)
        #expect(throws: ClearingError.self) { try ClearRun(world).apply(plan) }
        #expect(try world.open() == Self.count)
    }

    @Test(
        "without the approval that a policy asks for nothing goes; with it the receipt names the key"
    )
    func approval() throws {
        var policy = ClearPolicy(name: "all", select: Scope(book: "chat"), keep: .days(400))
        policy.needsApproval = true
        try world.accept([policy])
        let plan = try plan()
        #expect(plan.approvals == ["all"])
        do {
            _ = try ClearRun(world).apply(plan)
            Issue.record("it was applied")
        } catch let error as ClearingError {
            #expect(error.code == .refused)
        }
        #expect(try world.open() == Self.count)
        #expect(try world.entries(.clearRefused).count == 1)
        let signed = try #require(try Self.signed(plan))
        var members = signed.json
        members["approved_by"] = "bob of compliance"
        _ = try world.keep(.clearApproved, members, sealing: ["approved_by"])
        let receipt = try #require(try ClearRun(world).apply(plan).receipt)
        #expect(receipt.record.text("duties") == "approved by another user of the operating system")
        #expect(
            receipt.record["approver_fingerprints"]
                == .array([.string(signed.key.fingerprint)]))
    }

    private static func signed(_ plan: Plan) throws -> Approval? {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        process.arguments = ["-q", "-t", "ed25519", "-N", "", "-f", "key"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        let key = try SSHKeyFile(
            Array(Data(contentsOf: folder.appending(path: "key"))), path: "key")
        return try Approval(
            plan.digest,
            SSHSignature(
                signing: Approval.message(plan.digest), Approval.namespace, with: key))
    }

    @Test("a person's erasure before a floor restricts, and the person is not forgotten yet")
    func restricted() throws {
        try world.accept([
            ClearPolicy(name: "all", select: Scope(book: "chat"), rule: "us.sec.17a-4.b")
        ])
        let bob = try #require(world.people("bob").first)
        var selectors = Selectors()
        selectors.scope.personIDs = [bob]
        let run = ClearRun(world)
        var plan = try run.plan(selectors, for: .erasure(request: "r-1"), in: ["chat"]).plan
        plan.forget = [bob]
        let outcome = try run.apply(plan)
        #expect(outcome.restricted == 6 && outcome.receipt == nil)
        let states = try world.states()
        #expect(states.count { if case .restricted = $0 { true } else { false } } == 6)
        #expect(world.people("bob") == [bob])
        #expect(try world.entries(.restrictionSet).count == 1)
        // On its day it goes, and the person with it.
        world.clock.advance(days: 3 * 366)
        var due = try run.plan(selectors, for: .erasure(request: "r-1"), in: ["chat"]).plan
        due.forget = [bob]
        #expect(due.records("erase") == 6)
        #expect(try run.apply(due).receipt?.count("people_forgotten") == 1)
        #expect(world.people("bob") == [])
        #expect(try world.open() == 6)
    }

    @Test("entries and 1,000 stored proofs are the same before and after")
    func proofs() throws {
        try world.chat((0..<1000).map { .init(text: "m \($0)", at: "2026-10-01T10:00:00Z") })
        let place = world.place("chat")
        let before = try BookProver(place)
        let lines = try (0..<1000).map { try before.snapshot.line(at: $0) }
        let proofs = try (0..<1000 as Range<UInt64>).map { try before.prove($0).bytes }
        _ = try ClearRun(world, threads: 2).apply(plan(20))
        let after = try BookProver(place)
        #expect(try (0..<1000).map { try after.snapshot.line(at: $0) } == lines)
        #expect(try (0..<1000 as Range<UInt64>).map { try after.prove($0).bytes } == proofs)
    }
}
