// SPDX-License-Identifier: Apache-2.0

import Book
package import Records
import Retention
package import Vault

/// One pass over the policies in force and the erasures whose day has come: tells people, clears
/// what is due and was told of, and records what came of it.
///
/// Everything that it goes by is in the books, so a pass that was cut off is simply run again.
package struct RetainPass {
    /// What became of one policy or request.
    package struct Report: Sendable {
        /// `policy NAME` or `request ID`.
        package var name: String
        package var cleared = 0
        /// Records that a hold or a rule kept.
        package var kept = 0
        /// Until when people have to be told before more goes; nil when nothing waits.
        package var noticeUntil: Timestamp?
        /// The date of a restriction came: the records are used again.
        package var isEnded = false
        /// Why it could not be carried out.
        package var failure: String?
        package var receipt: String?
    }

    let desk: any ClearDesk
    let books: [String]
    let sender: NoticeSender
    /// Only these policies, and no requests; nil is all.
    package var only: Set<String>?
    /// What made it run, for the record: `by hand`, `schedule`, or a triggering record.
    package var cause = "by hand"
    /// What takes the place of other people's envelopes that name a person who is erased.
    package var redact: ((PersonID) throws -> [ShredOrder.Derivative])?
    private let threads: Int

    package init(
        _ desk: any ClearDesk, books: [String], sender: NoticeSender, threads: Int = 1
    ) {
        self.desk = desk
        self.books = books
        self.sender = sender
        self.threads = threads
    }

    /// - Throws: `busy` while another pass runs; what books, vault and disk throw before the first
    ///   policy. What befalls one policy stops no other: it is in its report.
    package func run() throws -> [Report] {
        let lock = try desk.disk.lock(desk.logs + "/vault/retain.lock", mode: 0o600)
        guard let lock else {
            throw ClearingError(.busy, "policies are running already; the next run goes on.")
        }
        defer { desk.disk.close(lock) }
        var reports: [Report] = []
        if try ClearRun(desk, threads: threads).finishPending() != nil {
            var report = Report(name: "a clear that was cut off")
            report.receipt = "written"
            reports.append(report)
        }
        let ledger = try desk.ledger()
        var board = NoticeBoard(ledger.entries(of: .notificationSent))
        try retry(&board)
        for policy in ledger.policies(at: desk.now) where only?.contains(policy.name) ?? true {
            reports.append(run(policy, &board))
        }
        if only == nil {
            for request in ledger.requests where isDue(request) {
                reports.append(run(request))
            }
            let restricting = ledger.requests.filter { $0.isRestricting && !$0.isOpen }
            // Before others are renewed: one that stays may be of the same person.
            for request in restricting where !request.isRestricting(at: desk.now) {
                reports.append(end(request))
            }
            for request in restricting where request.isRestricting(at: desk.now) {
                if let report = renew(request) { reports.append(report) }
            }
        }
        try keep(reports)
        return reports
    }

    private func keep(_ reports: [Report]) throws {
        var members: JSONObject = [
            "cause": .string(cause),
            "cleared_count": .number(String(reports.reduce(0) { $0 + $1.cleared })),
            "kept_count": .number(String(reports.reduce(0) { $0 + $1.kept })),
            "failed_count": .number(String(reports.count { $0.failure != nil })),
            "by": .string(desk.userName),
        ]
        if let only { members["policy"] = .string(only.sorted().joined(separator: ",")) }
        _ = try desk.keep(.retainRun, members, sealing: ["by"])
    }

    // MARK: - A policy

    private func run(_ policy: ClearPolicy, _ board: inout NoticeBoard) -> Report {
        var report = Report(name: "policy \(policy.name)")
        do {
            try tell(policy, &board, &report)
            guard
                let until = board.mayClear(
                    policy.name, noticeDays: policy.noticeDays, at: desk.now)
            else { return report }
            var plan = try plan(policy, at: until)
            // Counted from now: what was due at an earlier instant is so still.
            let life = plan.expires.microseconds - plan.made.microseconds
            plan.made = desk.now
            plan.expires = Timestamp(microseconds: desk.now.microseconds + life)
            report.kept = plan.records("held") + plan.records("restrict")
            guard plan.records("erase") > 0 else { return report }
            let outcome = try ClearRun(desk, threads: threads).apply(plan)
            report.cleared = outcome.selection.plan.records("erase")
            report.receipt = outcome.receiptPath
            guard report.cleared > 0, policy.noticeDays > 0 else { return report }
            let notice = Notice(
                id: Self.code(), policy: policy.name, stage: .after, records: report.cleared,
                until: desk.now)
            for channel in sender.channels { try attempt(notice, channel, 1, &board) }
        } catch let error as ClearingError {
            report.failure = error.message
        } catch {
            report.failure = "\(error)"
        }
        return report
    }

    private func plan(_ policy: ClearPolicy, at instant: Timestamp) throws -> Plan {
        var selectors = Selectors()
        selectors.policy = policy.name
        let chosen = policy.select.book.map { book in books.filter { $0 == book } } ?? books
        let run = ClearRun(DeskAt(desk: desk, now: instant), threads: threads)
        return try run.plan(selectors, for: .expiry, in: chosen).plan
    }

    // MARK: - Telling people

    private func tell(
        _ policy: ClearPolicy, _ board: inout NoticeBoard, _ report: inout Report
    ) throws {
        guard
            let until = board.needsNotice(policy.name, noticeDays: policy.noticeDays, at: desk.now)
        else { return }
        let records = try plan(policy, at: until).records("erase")
        guard records > 0 else { return }
        report.noticeUntil = until
        let notice = Notice(
            id: Self.code(), policy: policy.name, stage: .before, records: records, until: until)
        for channel in sender.channels { try attempt(notice, channel, 1, &board) }
    }

    /// Tries again what failed, through the channels that are still named.
    private func retry(_ board: inout NoticeBoard) throws {
        for failed in board.failing where sender.channels.contains(failed.channel) {
            try attempt(failed.notice, failed.channel, failed.number + 1, &board)
        }
    }

    private func attempt(
        _ notice: Notice, _ channel: String, _ number: Int, _ board: inout NoticeBoard
    ) throws {
        let attempt = NoticeAttempt(
            notice: notice, channel: channel, at: desk.now, number: number,
            failure: sender.send(notice, through: channel))
        _ = try desk.keep(
            .notificationSent, attempt.members(recipient: sender.recipient(channel)),
            sealing: ["recipient", "reason"])
        board.add(attempt)
    }

    private static func code() -> String {
        var random = SystemRandomNumberGenerator()
        return "n-" + String(random.next(), radix: 36)
    }

    // MARK: - A request

    /// Renews a restriction that stays, for accounts that were linked to the person since.
    ///
    /// - Returns: nil when there is nothing to say.
    private func renew(_ request: Request) -> Report? {
        do throws(VaultError) {
            try desk.vault.restrict(
                PersonID(rawValue: request.personID), until: request.answer?.until,
                rule: request.ground)
            return nil
        } catch {
            return Report(name: "request \(request.id)", failure: error.message)
        }
    }

    /// Ends a restriction whose date has come.
    private func end(_ request: Request) -> Report {
        var report = Report(name: "request \(request.id)")
        do {
            try desk.vault.endRestriction(rule: request.ground)
            _ = try desk.keep(
                .requestAnswered,
                [
                    "request_id": .string(request.id),
                    "outcome": .string(Request.Outcome.ended.rawValue),
                ], sealing: [])
            report.isEnded = true
        } catch let error as ClearingError {
            report.failure = error.message
        } catch let error as VaultError {
            report.failure = error.message
        } catch {
            report.failure = "\(error)"
        }
        return report
    }

    /// Whether the day has come that the person was told.
    private func isDue(_ request: Request) -> Bool {
        guard request.isErasurePending, let until = request.answer?.until else { return false }
        return until <= desk.now
    }

    private func run(_ request: Request) -> Report {
        var report = Report(name: "request \(request.id)")
        do {
            var selectors = Selectors()
            selectors.scope.personIDs = [request.personID]
            let run = ClearRun(desk, threads: threads)
            var plan = try run.plan(selectors, for: .erasure(request: request.id), in: books).plan
            plan.forget = [request.personID]
            let person = PersonID(rawValue: request.personID)
            let outcome = try run.apply(
                plan, redact: redact.map { redact in { try redact(person) } })
            let done = outcome.selection.plan
            report.cleared = done.records("erase")
            report.kept = done.records("held") + done.records("restrict")
            report.receipt = outcome.receiptPath
            guard report.kept == 0 else { return report }
            _ = try desk.keep(
                .requestAnswered,
                [
                    "request_id": .string(request.id),
                    "outcome": .string(Request.Outcome.done.rawValue),
                ], sealing: [])
        } catch let error as ClearingError {
            report.failure = error.message
        } catch {
            report.failure = "\(error)"
        }
        return report
    }
}

/// The same place at another instant: what would be due then.
private struct DeskAt: ClearDesk {
    let desk: any ClearDesk
    let now: Timestamp

    var vault: Vault { desk.vault }
    var logs: String { desk.logs }
    var userName: String { desk.userName }
    var disk: any Disk { desk.disk }

    func place(_ book: String) -> BookPlace { desk.place(book) }
    func ledger() throws -> Ledger { try desk.ledger() }
    func checkpoint() throws { try desk.checkpoint() }

    func keep(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws -> UInt64 {
        try desk.keep(kind, members, sealing: names)
    }
}
