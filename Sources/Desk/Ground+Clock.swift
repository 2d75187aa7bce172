// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
package import Records

/// What the clock says, and whether it is believed.
package struct ClockReport {
    package let facts: ClockFacts
    package let mark: ClockMark?
    package let verdict: ClockGuard.Verdict

    /// The members of its record.
    package var members: JSONObject {
        var members: JSONObject = [
            "is_right": .bool(verdict.isRight), "why": .string(verdict.text),
        ]
        for member in facts.members { members[member.key] = member.value }
        return members
    }
}

extension Ground {
    /// Looks at the clock. Changes nothing.
    package func clockReport() throws -> ClockReport {
        let snapshot = existingBooks.contains("audit") ? try self.snapshot("audit") : nil
        let facts = ClockFacts.current(at: now)
        let mark = try snapshot.flatMap { try ClockMark.newest(in: $0) }
        let newest = try snapshot?.newestRecorded()
        let verdict = ClockGuard(settings.clock).verdict(facts, mark: mark, newest: newest)
        return ClockReport(facts: facts, mark: mark, verdict: verdict)
    }

    /// Looks at the clock before something is cleared by age, and records it.
    ///
    /// - Throws: `temporary` when it cannot be believed: nothing is cleared until someone confirms.
    package func requireRightClock() throws {
        let report = try clockReport()
        try keepHouse(.clockChecked, report.members, sealing: [])
        guard !report.verdict.isRight else { return }
        throw DeskFailure(
            .temporary,
            "nothing is cleared: \(report.verdict.text). Look at the clock (`date`); if it is right, "
                + "say `daybook clock confirm`.")
    }
}

extension Ground {
    /// Says that the clock is right now, as a record: a person looked.
    @discardableResult
    package func confirmClock() throws -> ClockReport {
        let report = try clockReport()
        var members = report.members
        members["confirmed_by"] = .string(userName)
        try keepHouse(.clockConfirmed, members, sealing: ["confirmed_by"])
        return report
    }
}
