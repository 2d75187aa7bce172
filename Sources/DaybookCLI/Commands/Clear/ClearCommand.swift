// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk

/// `daybook clear`: say what would go, and let it go.
struct ClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Clear messages by age, size, person, content; first a plan, then --apply.",
        discussion: """
            Without --apply it says what would go and what stays, and why: a legal hold, a rule. All \
            that is given has to fit; --keep-last and --down-to then take from that. What is \
            cleared is rendered unreadable for good; the book still verifies, and a receipt says \
            what was done.

            --plan FILE writes the plan without --apply, and reads it with --apply: what it names \
            goes, or less where a hold came between, never more. It is good for seven days.

            Exit codes: 0 all that was chosen goes or went; 1 some of it has to stay; others as for \
            every command.

            Examples:
              daybook clear --older-than 90d
              daybook clear --older-than 90d --apply
              daybook clear --conversation "#desk" --down-to 100MB
              daybook clear --person telegram:alice --matching birthday --plan plan.json
              daybook approve plan.json --key ~/.ssh/id_ed25519
              daybook clear --plan plan.json --apply
              daybook clear --files ~/chatlogs --older-than 30d
              daybook clear --files ~/chatlogs --older-than 30d --import-first --apply
              daybook clear --files old --match '*.txt' --then encrypt --recipient age1…
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup(title: "Which records") var records: ClearSelectors
    @OptionGroup(title: "Files of a directory") var files: ClearFilesOptions
    @OptionGroup var form: ClearForm

    mutating func run() throws {
        let ground = try Ground(place)
        if files.files != nil { return try clearFiles(ground) }
        // What is due by age is so by the clock.
        if form.apply, records.olderThan != nil || records.policy != nil {
            try ground.requireRightClock()
        }
        let desk = try ClearGround(ground)
        if form.apply, let path = form.plan, records.isGiven {
            throw DeskFailure(
                .usage, "\(path) says which records; leave the other options out, or --plan.")
        }
        let plan: Plan
        if form.apply, let path = form.plan {
            plan = try Plan(parsing: SmallFile.read(path, limit: Clearing.Limits.planBytes))
            if plan.isByAge { try ground.requireRightClock() }
        } else {
            plan = try desk.plan(records.choice)
        }
        try form.finish(plan, desk)
    }

    private func clearFiles(_ ground: Ground) throws {
        guard form.plan == nil, !records.isGivenForRecordsAlone else {
            throw DeskFailure(
                .usage,
                "--files goes with --older-than, --down-to, --match, --containing, --then and "
                    + "--import-first; the other options are for records.")
        }
        try ClearFilesRun(
            ground, files, olderThan: records.olderThan, downTo: records.downTo, apply: form.apply,
            json: form.json
        ).run()
    }
}

/// What becomes of a plan.
struct ClearForm: ParsableArguments {
    @Flag(name: .long, help: "Do it. Without this, only the plan is shown.")
    var apply = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the plan here; with --apply, read it from here.", valueName: "file"),
        completion: .file())
    var plan: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    /// Shows the plan, or writes it, or carries it out.
    func finish(
        _ plan: Plan, _ desk: ClearGround,
        redact: (() throws -> [ClearGround.Derivative])? = nil
    ) throws {
        guard apply else {
            if let path = self.plan {
                try SmallFile.write(plan.fileBytes, to: path)
                try desk.keepPlanned(plan)
            }
            if json { Terminal.say(json: plan.json) } else { PlanText(plan).say(file: self.plan) }
            if plan.keepsSome { throw verdictIsNo() }
            return
        }
        let report = ClearReport(plan, try desk.apply(plan, redact: redact))
        if json { Terminal.say(json: report.json) } else { ClearReportText(report).say() }
        if report.keepsSome { throw verdictIsNo() }
    }
}
