// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import Records
import Retention

extension Examination {
    /// How long the book is kept, and whether what is due goes.
    mutating func examineRetention(of name: String, _ ground: Ground) {
        let report: RetentionReport
        do {
            report = try RetentionReport(name, ground)
        } catch {
            // Why the book cannot be read is said already.
            return
        }
        guard let inForce = report.inForce else {
            return wrong(
                "\(name) retention", report.trouble ?? "",
                "`daybook retention --book \(name)` shows it")
        }
        let chosen = try? ground.settings.choice(for: name).policy
        if report.proposed != inForce.policy {
            return warn(
                "\(name) retention",
                "\(inForce.policy) is in force, daybook.yaml proposes \(report.proposed)",
                "`daybook retention accept --book \(name) --dry-run` shows the difference")
        }
        if chosen == nil, inForce.policy.keepsEverything {
            return warn(
                "\(name) retention", "everything is kept for ever: nobody has chosen yet",
                "set `keep` for the book in daybook.yaml, such as 7y, or `keep: forever`")
        }
        let decision = report.decision(inForce.policy)
        if let blocker = decision.blocker {
            return warn(
                "\(name) retention", "\(inForce.policy), but \(blocker)",
                "`daybook retention --book \(name)` shows what is due")
        }
        ok("\(name) retention", "\(inForce.policy)")
    }
}
