// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Retention
import TransparencyLog
package import Vault

/// Carries out what a plan says: plan, refusals and receipt are records, the erasing is the vault's.
///
/// Every step can be done again. What is killed midway is finished by the next run: the vault
/// finishes a shred that it began, and `finishPending` writes the receipt that is missing.
package struct ClearRun {
    /// Where a run is; tests stop it before each.
    package enum Step: String, Sendable, CaseIterable {
        case record, restrict, note, shred, requery, receipt, file, done
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// What was decided now, which may be less than was planned.
        package var selection: Selection.Outcome
        /// nil when nothing was erased.
        package var receipt: Receipt?
        /// Where the receipt's file is.
        package var receiptPath: String?
        /// Envelopes that a restriction was put on.
        package var restricted = 0
    }

    let desk: any ClearDesk
    let threads: Int
    let before: (Step) throws -> Void
    private let beforeShred: (ShredStep) throws(VaultError) -> Void

    package init(
        _ desk: any ClearDesk, threads: Int = 1, before: @escaping (Step) throws -> Void = { _ in },
        beforeShred: @escaping (ShredStep) throws(VaultError) -> Void = { _ throws(VaultError) in }
    ) {
        self.desk = desk
        self.threads = threads
        self.before = before
        self.beforeShred = beforeShred
    }

    // MARK: - Planning

    /// Looks at books and says what a clear would do.
    package func plan(
        _ selectors: Selectors, for purpose: Plan.Purpose, in books: [String],
        progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> Selection.Outcome {
        var allowed: RecordRanges?
        if !selectors.indexes.isEmpty {
            guard books.count == 1 else {
                throw ClearingError(.usage, "records by number are of one book; name it.")
            }
            let snapshot = try BookSnapshot(desk.place(books[0]))
            var ranges = RecordRanges()
            for index in Set(selectors.indexes).sorted() {
                // Says what is wrong with a number that is none of a record that is there.
                try snapshot.checkIsThere(index)
                ranges.append(index)
            }
            allowed = ranges
        }
        let sources = try books.map { name in
            Selection.Source(
                name: name, snapshot: try BookSnapshot(desk.place(name)), allowed: allowed)
        }
        return try select(
            selectors, for: purpose, in: sources, ledger: try desk.ledger(), progress: progress)
    }

    private func select(
        _ selectors: Selectors, for purpose: Plan.Purpose, in sources: [Selection.Source],
        ledger: Ledger, progress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) throws -> Selection.Outcome {
        // Before anything is decided: what comes meanwhile then makes another basis.
        let basis = try basis(ledger)
        let selection = try Selection(
            selectors, for: purpose, in: sources, vault: desk.vault, ledger: ledger, now: desk.now,
            threads: threads)
        var outcome = try selection.run(madeBy: desk.userName, progress: progress)
        outcome.basis = basis
        return outcome
    }

    // MARK: - Applying

    /// Clears what a plan names, as far as holds and rules still allow.
    ///
    /// - Parameters:
    ///   - plan: as it was made, or read from its file.
    ///   - decided: what the plan came from, by who made it a moment ago; it is not decided again where
    ///     nothing that it rests on has changed.
    ///   - redact: makes of what will be erased the envelopes that take the place of other people's,
    ///     which name them; asked once, before anything is done.
    ///   - progress: words for people who wait.
    /// - Throws: `ClearingError`: `busy`, `stale`, `refused`, `clock`; what the vault, the books and
    ///   the disk throw. What was done until then stays done, and the next run goes on.
    package func apply(
        _ plan: Plan, decided: Selection.Outcome? = nil,
        redact: (() throws -> [ShredOrder.Derivative])? = nil,
        progress: @escaping @Sendable (String, UInt64, UInt64) -> Void = { _, _, _ in }
    ) throws -> Outcome {
        let lock = try takeLock()
        defer { desk.disk.close(lock) }
        try finishPending()
        if let stale = plan.staleness(at: desk.now) { throw stale }
        let ledger = try desk.ledger()
        var found =
            try standing(decided, of: plan, ledger)
            ?? select(plan, ledger) { done, total in progress("checking", done, total) }
        let approvals = Approvals(for: plan.digest, in: ledger)
        let now = found.plan
        if !found.erase.isEmpty, let missing = approvals.missing(for: now, runBy: desk.userName) {
            try refuse(plan, missing, records: now.records("erase"))
            throw ClearingError(.refused, missing)
        }
        try before(.record)
        try keepPlanned(plan, ledger)
        try keepRefusals(plan, now)
        try before(.restrict)
        var outcome = Outcome(selection: found)
        outcome.restricted = try restrict(found, plan)
        let derivatives = try redact?() ?? []
        let originals = derivatives.map(\.original)
        found = found.adding(originals)
        let forget = forgotten(plan, now)
        guard !found.erase.isEmpty || !forget.isEmpty else { return outcome }
        let order = ShredOrder(
            name: Self.randomName(), commitments: found.erase, forget: forget,
            derivatives: derivatives)
        let pending = PendingClear(
            erasure: order.name, plan: plan.digest, purpose: plan.purpose, started: desk.now,
            books: now.books, classes: plan.classes(decidedAgain: now),
            approvals: approvals.fingerprints,
            isSeparated: approvals.isSeparated(runBy: desk.userName),
            approvers: approvals.people.count)
        try before(.note)
        try pending.store(desk.logs, desk.disk)
        try before(.shred)
        let shredded = try desk.vault.shred(
            order, progress: { progress("shredding", UInt64($0.done), UInt64($0.of)) },
            before: beforeShred)
        let report = ReceiptReport(
            pending: pending, erased: found.erase, shredded: shredded,
            selectors: plan.selectors.words, received: received(plan, ledger))
        (outcome.receipt, outcome.receiptPath) = try conclude(report, ledger)
        return outcome
    }

    private func basis(_ ledger: Ledger) throws -> Selection.Basis {
        Selection.Basis(
            ledger: ledger.lastState, keys: try desk.vault.keyMark(), now: desk.now)
    }

    /// A decision that is a plan's, and would be the same now; nil when it has to be made again.
    private func standing(
        _ decided: Selection.Outcome?, of plan: Plan, _ ledger: Ledger
    ) throws -> Selection.Outcome? {
        guard let decided, let old = decided.basis else { return nil }
        let new = try basis(ledger)
        let age = new.now.microseconds - old.now.microseconds
        guard old.ledger == new.ledger, old.keys == new.keys,
            (0..<Limits.decisionMicroseconds).contains(age)
        else { return nil }
        // Who is forgotten is said after the decision.
        var same = decided.plan
        same.forget = plan.forget
        guard same == plan else { return nil }
        return decided.of(plan)
    }

    /// Decides again over the records that a plan names: those that it erases and restricts.
    private func select(
        _ plan: Plan, _ ledger: Ledger,
        _ progress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) throws -> Selection.Outcome {
        let sources = try plan.books.map { book in
            let snapshot = try BookSnapshot(desk.place(book.name))
            guard snapshot.manifest.origin == book.origin, snapshot.size >= book.treeSize else {
                throw ClearingError(
                    .stale,
                    "the book \(book.name) is not the one that the plan was made for: it was moved, "
                        + "or cut back. Make a new plan.")
            }
            return Selection.Source(
                name: book.name, snapshot: snapshot, allowed: book.all, counted: book.erase)
        }
        // What was chosen is in the plan; only what becomes of it is asked again.
        var selectors = Selectors()
        selectors.policy = plan.selectors.policy
        let found = try select(
            selectors, for: plan.purpose, in: sources, ledger: ledger, progress: progress)
        let erase = CommitmentDigest.unique(found.counted)
        guard CommitmentDigest.of(sorted: erase).hex == plan.commitments else {
            throw ClearingError(
                .stale,
                "the records are not those that the plan was made for. Make a new plan; `daybook "
                    + "verify` tells whether somebody changed them.")
        }
        return found
    }

    /// The commitments of records, in their order.
    func commitments(of ranges: RecordRanges, in snapshot: BookSnapshot) throws -> [Commitment] {
        var found: [Commitment] = []
        found.reserveCapacity(ranges.count)
        var reader = SealedLineReader()
        try snapshot.forEachLine(of: ranges.ranges, in: 0..<snapshot.size) { index, line in
            if let record = reader.read(line, at: index) { found.append(record.commitment) }
            return true
        }
        return found
    }

    /// Clears one after the other: a lock that dies with the process.
    private func takeLock() throws -> OpenFile {
        guard let lock = try desk.disk.lock("\(desk.logs)/vault/clear.lock", mode: 0o600) else {
            throw ClearingError(
                .busy, "another clear runs in \(desk.logs). Wait until it is done.")
        }
        return lock
    }

    /// People of whom nothing remains: those that the plan forgets, unless some of what is theirs
    /// has to stay.
    private func forgotten(_ plan: Plan, _ now: Plan) -> [PersonID] {
        guard now.records("restricted") == 0, now.records("held") == 0, now.records("keep") == 0,
            plan.records("held") == 0, plan.records("keep") == 0
        else { return [] }
        return plan.forget.map { PersonID(rawValue: $0) }
    }

    // MARK: - Plans, refusals and restrictions

    /// Records that a plan was made, once.
    package func keepPlanned(_ plan: Plan, _ ledger: Ledger) throws {
        let digest = plan.digest.hex
        guard
            !ledger.entries(of: .clearPlanned).contains(where: {
                $0.object.text("plan_digest") == digest
            })
        else { return }
        _ = try desk.keep(
            .clearPlanned,
            [
                "plan_digest": .string(digest),
                "record_count": .number(String(plan.records("erase"))),
                "expires_at": .string(plan.expires.description),
                "commitments_digest": .string(plan.commitments),
                "planned_by": .string(plan.madeBy), "selectors": .string(plan.selectors.words),
            ], sealing: ["planned_by", "selectors"])
    }

    private func keepRefusals(_ plan: Plan, _ now: Plan) throws {
        for entry in plan.classes(decidedAgain: now)
        where entry.decision == "held" || entry.decision == "keep" && entry.ground.isRule {
            try refuse(plan, entry.ground, records: entry.records, until: entry.until)
        }
    }

    private func refuse(
        _ plan: Plan, _ ground: String, records: Int, until: Timestamp? = nil
    ) throws {
        var members: JSONObject = [
            "ground": .string(ground), "record_count": .number(String(records)),
            "plan_digest": .string(plan.digest.hex),
        ]
        members["until"] = until.map { .string($0.description) }
        _ = try desk.keep(.clearRefused, members, sealing: [])
    }

    private func restrict(_ found: Selection.Outcome, _ plan: Plan) throws -> Int {
        var count = 0
        for (day, rule, commitments) in found.restrict {
            let until = day.map { Timestamp(microseconds: Int64($0) * 86_400_000_000) }
            let done = try desk.vault.restrict(commitments, until: until, rule: rule)
            count += done
            var members: JSONObject = ["request_id": .string(plan.digest.hex)]
            if case .erasure(let request?) = plan.purpose {
                members["request_id"] = .string(request)
            }
            members["until"] = until.map { .string($0.description) }
            members["rule"] = .string(rule)
            members["record_count"] = .number(String(done))
            _ = try desk.keep(.restrictionSet, members, sealing: [])
        }
        return count
    }

    private func received(_ plan: Plan, _ ledger: Ledger) -> Timestamp? {
        guard case .erasure(let request?) = plan.purpose else { return nil }
        return ledger.request(request)?.received
    }

    private static func randomName() -> String {
        Digest(SystemEntropy().bytes(32))?.hex.prefix(32).description ?? ""
    }
}

extension String {
    /// Whether a ground is a rule's: a floor, which a refusal is recorded for.
    fileprivate var isRule: Bool { hasPrefix("rule ") }
}

extension Plan.Book {
    /// Records that go and records that are restricted, in their order.
    var all: RecordRanges {
        var all = RecordRanges()
        var indexes = (erase.ranges + restrict.ranges).sorted { $0.lowerBound < $1.lowerBound }[...]
        while let range = indexes.popFirst() {
            for index in range { all.append(index) }
        }
        return all
    }
}

extension Selection.Outcome {
    /// The same of a plan that differs in nothing that was decided.
    fileprivate func of(_ plan: Plan) -> Selection.Outcome {
        Selection.Outcome(
            plan: plan, erase: erase, restrict: restrict, erasedBefore: erasedBefore,
            missing: missing, undecided: undecided, counted: counted, basis: basis)
    }

    /// The same with other people's envelopes that are replaced.
    func adding(_ originals: [Commitment]) -> Selection.Outcome {
        guard !originals.isEmpty else { return self }
        return Selection.Outcome(
            plan: plan, erase: CommitmentDigest.unique(erase + originals), restrict: restrict,
            erasedBefore: erasedBefore, missing: missing, undecided: undecided, counted: counted)
    }
}
