// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Records
package import Retention

// How long whole days of a book are kept.
extension Ground {
    /// How long a book is kept: in force, proposed, due.
    ///
    /// - Parameter book: as somebody wrote it.
    package func retention(of book: String) throws -> RetentionReport {
        let name = try known(book)
        guard existingBooks.contains(name) else { throw nothingHere }
        return try RetentionReport(name, self)
    }

    /// Puts what daybook.yaml proposes for a book in force, as a record.
    package func acceptRetention(_ report: RetentionReport) throws -> PolicyInForce {
        let book = try open(report.name)
        defer { try? book.close() }
        return try RetentionDesk.accept(
            report.proposed, for: book, by: userName, mode: book.settings.mode)
    }

    /// Prunes what is due now, without waiting for the next rotation.
    ///
    /// - Parameter dryRun: remove nothing, and say what would go.
    /// - Returns: as it was before, with what was decided.
    package func applyRetention(of book: String, dryRun: Bool) throws
        -> (report: RetentionReport, decision: PruneDecision)
    {
        var report = try retention(of: book)
        let name = report.name
        if !dryRun, report.isStoppedByState {
            try restate(ledger())
            report = try RetentionReport(name, self)
        }
        guard let inForce = report.inForce else {
            throw DeskFailure(.badInput, report.trouble ?? "no policy is in force")
        }
        let decision = report.decision(inForce.policy)
        guard !dryRun else { return (report, decision) }
        if let end = decision.end {
            let book = try open(name)
            defer { try? book.close() }
            try book.prune(PrunePlan(until: end, rule: decision.ruleText))
        }
        try recordRefusal(of: decision, in: name)
        return (report, decision)
    }
}
