// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Query
import Records
import Retention
import Synchronization
import Vault

/// The place that a clear works in, as the command line has it.
struct ClearGround: ClearDesk {
    typealias Derivative = ShredOrder.Derivative

    let ground: Ground
    let vault: Vault

    /// - Throws: when nothing was ever sealed here: there is nothing to clear.
    init(_ ground: Ground) throws {
        guard let vault = try ground.houseVault() else {
            throw CommandFailure(
                .noInput,
                "nothing in \(ground.logs) was ever sealed, so there is nothing to clear. Whole "
                    + "days go with `daybook retention`.")
        }
        self.ground = ground
        self.vault = vault
    }

    var logs: String { ground.logs }
    var now: Timestamp { ground.now }
    var userName: String { Ground.userName }
    var disk: any Disk { place("audit").disk }

    func place(_ book: String) -> BookPlace { ground.place(book) }
    func ledger() throws -> Ledger { try ground.ledger() }

    func keep(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws -> UInt64 {
        try ground.keepHouse(kind, members, sealing: names)
    }

    func checkpoint() throws {
        let audit = try ground.open("audit")
        defer { try? audit.close() }
        try audit.checkpoint()
    }

    // MARK: - With words for people who wait

    private var run: ClearRun { ClearRun(self, threads: machineThreads()) }

    func plan(_ selectors: Selectors, for purpose: Plan.Purpose, in books: [String]) throws -> Plan
    {
        if let path = try run.finishPending() {
            Terminal.note("a clear that was cut off is finished: \(path)")
        }
        if !Selection.mayPlanSealed(selectors) { try recordLook(selectors, books) }
        let progress = Mutex(Progress("looking"))
        defer { progress.withLock { $0.end() } }
        let found = try run.plan(selectors, for: purpose, in: books) { done, total in
            progress.withLock { $0.report(done, of: total, "record") }
        }
        if found.undecided > 0 {
            Terminal.complain(
                "\(Terminal.count(found.undecided, "record")) cannot be told to be meant or not: "
                    + "their envelopes do not open. `daybook keys status` says more.")
        }
        if found.missing > 0 {
            Terminal.complain(
                "\(Terminal.count(found.missing, "envelope")) are missing without a receipt; "
                    + "`daybook verify` names them.")
        }
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

    func write(_ plan: Plan, to path: String) throws {
        try SmallFile.write(plan.fileBytes, to: path)
        try run.keepPlanned(plan, try ledger())
    }

    func apply(_ plan: Plan, redact: (() throws -> [Derivative])?) throws -> ClearRun.Outcome {
        let progress = Mutex<(word: String, line: Progress)>(("", Progress("")))
        defer { progress.withLock { $0.line.end() } }
        return try run.apply(plan, redact: redact) { word, done, total in
            progress.withLock { state in
                if state.word != word {
                    state.line.end()
                    state = (word, Progress(word))
                }
                state.line.report(done, of: total, "record")
            }
        }
    }
}

extension Selection {
    /// Whether selectors can be answered without looking into envelopes.
    static func mayPlanSealed(_ selectors: Selectors) -> Bool {
        selectors.scope.needs.isDisjoint(with: .sealed)
    }
}
