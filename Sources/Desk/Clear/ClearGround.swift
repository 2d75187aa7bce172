// SPDX-License-Identifier: Apache-2.0

package import Book
package import Clearing
import Query
package import Records
import Retention
package import Vault

/// The place that a clear works in, as the command line has it.
package struct ClearGround: ClearDesk {
    package typealias Derivative = ShredOrder.Derivative

    package let ground: Ground
    package let vault: Vault
    /// What the last plan came from: who applies it at once need not decide again.
    private let decided = Monitor<Selection.Outcome?>(nil)

    /// - Throws: when nothing was ever sealed here: there is nothing to clear.
    package init(_ ground: Ground) throws {
        guard let vault = try ground.houseVault() else {
            throw DeskFailure(
                .noInput,
                "nothing in \(ground.logs) was ever sealed, so there is nothing to clear. Whole "
                    + "days go with `daybook retention`.")
        }
        self.ground = ground
        self.vault = vault
    }

    package var logs: String { ground.logs }
    package var now: Timestamp { ground.now }
    package var userName: String { ground.userName }
    package var disk: any Disk { place("audit").disk }

    package func place(_ book: String) -> BookPlace { ground.place(book) }
    package func ledger() throws -> Ledger { try ground.ledger() }

    package func keep(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws
        -> UInt64
    {
        try ground.keepHouse(kind, members, sealing: names)
    }

    package func checkpoint() throws {
        let audit = try ground.open("audit")
        defer { try? audit.close() }
        try audit.checkpoint()
    }

    // MARK: - With words for people who wait

    private var run: ClearRun { ClearRun(self, threads: machineThreads()) }

    package func plan(_ selectors: Selectors, for purpose: Plan.Purpose, in books: [String]) throws
        -> Plan
    {
        if let path = try run.finishPending() {
            ground.voice.note("a clear that was cut off is finished: \(path)")
        }
        if !Selection.mayPlanSealed(selectors) { try recordLook(selectors, books) }
        defer { ground.voice.endProgress() }
        let found = try run.plan(selectors, for: purpose, in: books) { done, total in
            ground.voice.progress("looking", done, of: total, "record")
        }
        if found.undecided > 0 {
            ground.voice.complain(
                "\(Words.count(found.undecided, "record")) cannot be told to be meant or not: "
                    + "their envelopes do not open. `daybook keys status` says more.")
        }
        if found.missing > 0 {
            ground.voice.complain(
                "\(Words.count(found.missing, "envelope")) are missing without a receipt; "
                    + "`daybook verify` names them.")
        }
        decided.withLock { $0 = found }
        return found.plan
    }

    /// A plan by content looks into envelopes, and how many it counts tells something of them.
    private func recordLook(_ selectors: Selectors, _ books: [String]) throws {
        try ground.keepHouse(
            .searchRun,
            [
                "query": .string(selectors.words), "searched_by": .string(userName),
                "book": .string(books.joined(separator: ",")),
            ], sealing: ["query", "searched_by"])
    }

    /// Records that a plan was made, so that it can be approved.
    package func keepPlanned(_ plan: Plan) throws {
        try run.keepPlanned(plan, try ledger())
    }

    package func apply(_ plan: Plan, redact: (() throws -> [Derivative])?) throws
        -> ClearRun.Outcome
    {
        defer { ground.voice.endProgress() }
        let decided = decided.withLock { decided in
            defer { decided = nil }
            return decided
        }
        return try run.apply(plan, decided: decided, redact: redact) { step, done, total in
            ground.voice.progress(step, done, of: total, "record")
        }
    }
}

extension Selection {
    /// Whether selectors can be answered without looking into envelopes.
    package static func mayPlanSealed(_ selectors: Selectors) -> Bool {
        selectors.scope.needs.isDisjoint(with: .sealed)
    }
}
