// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Records

/// A plan for people.
struct PlanText {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    func say(file: String?) {
        for line in lines { Terminal.say(line) }
        guard !plan.isEmpty else { return Terminal.note("nothing would be cleared") }
        if plan.needsApproval {
            Terminal.note(
                "a second person has to approve: \(plan.approvals.joined(separator: ", "))")
        }
        if let file {
            Terminal.note("the plan is in \(file), good until \(plan.expires):")
            if plan.needsApproval { Terminal.note("  daybook approve \(file)") }
            Terminal.note("  daybook clear --plan \(file) --apply")
        } else if plan.needsApproval {
            Terminal.note("write it with --plan FILE, for `daybook approve FILE`")
        } else {
            Terminal.note("nothing was cleared; the same with --apply does it")
        }
    }

    var lines: [String] {
        var table = TextTable([
            .left("what"), .right("records"), .right("size"), .left("oldest"), .left("newest"),
            .left("kind"), .left("by"),
        ])
        for entry in plan.classes {
            table.add([
                entry.decision, Words.grouped(entry.records), Words.bytes(entry.bytes),
                Self.day(entry.oldest), Self.day(entry.newest), entry.kind,
                entry.ground + (entry.until.map { ", until \(Self.day($0))" } ?? ""),
            ])
        }
        let books = plan.books.map(\.name).joined(separator: ", ")
        let total =
            "\(Words.count(plan.records("erase"), "record")) of \(books) would go, "
            + "\(Words.bytes(plan.bytes("erase"))) of envelopes"
        return (plan.classes.isEmpty ? [] : table.lines) + [total]
    }

    private static func day(_ instant: Timestamp?) -> String {
        instant.map { String($0.description.prefix(10)) } ?? ""
    }
}
