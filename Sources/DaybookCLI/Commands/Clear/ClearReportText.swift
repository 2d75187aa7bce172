// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Records

/// What a clear did, for people.
struct ClearReportText {
    private let report: ClearReport

    init(_ report: ClearReport) { self.report = report }

    func say() {
        let outcome = report.outcome
        for entry in report.classes where entry.hasToStay {
            Terminal.say(
                "stays: \(Words.count(entry.records, "record")), \(entry.decision) by "
                    + "\(entry.ground)" + (entry.until.map { " until \($0)" } ?? ""))
        }
        if outcome.restricted > 0 {
            Terminal.say(
                "restricted: \(Words.count(outcome.restricted, "envelope")) "
                    + "can be neither read nor searched until then, and go on that day")
        }
        guard let receipt = outcome.receipt, let path = outcome.receiptPath else {
            return Terminal.say("nothing was cleared")
        }
        for (heading, text) in receipt.words {
            Terminal.say("\(heading): \(text)")
        }
        Terminal.say("receipt file: \(path)")
        Terminal.note("whoever gets it checks it without the book:")
        Terminal.note("  daybook receipt verify --key \"$(daybook key)\" \(path)")
    }
}
