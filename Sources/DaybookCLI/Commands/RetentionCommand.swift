// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records
import Retention

/// `daybook retention`: what is kept how long, and what is due.
struct RetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Say how long records are kept and what is due; accept or apply a rule.",
        discussion: """
            daybook.yaml proposes `keep`, `keep_at_least` and `max_size` for a book. A change that \
            lets any record go earlier binds only once it is accepted; every accepted change is a \
            record. Days past the rule are pruned at each rotation.

            Examples:
              daybook retention
              daybook retention accept --dry-run
              daybook retention apply --dry-run
            """,
        subcommands: [Show.self, Accept.self, Apply.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is in force, what is proposed, what is due. The default.")

        @OptionGroup var place: PlaceOptions

        @Option(name: .long, help: "Only this book.")
        var book: String?

        @Flag(name: .long, help: "Print one JSON object a book.")
        var json = false

        mutating func run() throws {
            let ground = try Ground(place)
            let names = try book.map { [try ground.known($0)] } ?? ground.existingBooks
            guard !names.isEmpty else { throw ground.nothingHere }
            for name in names {
                let report = try RetentionReport(name, ground)
                if json {
                    Terminal.say(json: report.json)
                } else {
                    for line in report.lines { Terminal.say(line) }
                }
            }
        }
    }

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put what daybook.yaml proposes for a book in force, as a record.")

        @OptionGroup var place: PlaceOptions
        @OptionGroup var bookOption: BookOption

        @Flag(name: .long, help: "Say what would change and what would go; change nothing.")
        var dryRun = false

        mutating func run() throws {
            let ground = try Ground(place)
            let report = try ground.retention(of: bookOption.book)
            let name = report.name
            let proposed = report.proposed
            guard proposed != report.inForce?.policy else {
                return Terminal.say("\(name): \(proposed) is in force already")
            }
            let decision = report.decision(proposed)
            if dryRun {
                let now = report.inForce.map { "\($0.policy)" } ?? "nothing readable"
                Terminal.say("\(name): \(now) would become \(proposed)")
                for line in report.lines(of: decision, would: true) { Terminal.say(line) }
                return
            }
            let accepted = try ground.acceptRetention(report)
            Terminal.say(
                "\(name): \(proposed) is in force, by record \(Words.grouped(accepted.record ?? 0))"
            )
            if !decision.days.isEmpty {
                Terminal.say(
                    "  \(Words.count(decision.records, "record")) of "
                        + "\(Words.count(decision.days.count, "file")) are due: they go at the next "
                        + "rotation, or now with `daybook retention apply`")
            }
        }
    }
}
