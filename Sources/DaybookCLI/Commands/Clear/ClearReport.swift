// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Records
import TransparencyLog

/// What a clear did, as measured.
struct ClearReport {
    private let plan: Plan
    private let outcome: ClearRun.Outcome

    init(_ plan: Plan, _ outcome: ClearRun.Outcome) {
        self.plan = plan
        self.outcome = outcome
    }

    private var classes: [Plan.Class] {
        plan.classes(decidedAgain: outcome.selection.plan)
    }

    /// Whether some of what was chosen had to stay.
    var keepsSome: Bool {
        classes.contains(where: \.hasToStay)
    }

    func say() {
        for entry in classes where entry.hasToStay {
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

    var json: JSONObject {
        var object: JSONObject = [
            "plan_digest": .string(plan.digest.hex),
            "restricted": .number(String(outcome.restricted)),
            "classes": .array(classes.map { .object($0.json) }),
        ]
        object["receipt"] = outcome.receipt.map { .object($0.record) }
        object["receipt_file"] = outcome.receiptPath.map { .string($0) }
        return object
    }
}
