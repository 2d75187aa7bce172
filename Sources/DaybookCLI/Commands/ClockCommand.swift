// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Records

/// `daybook clock`: whether what is due by the clock is believed.
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Say whether the clock is believed; confirm that it is right.",
        discussion: """
            A clock that jumped, or that nothing keeps right any more, suspends all clearing: what \
            is not yet due must not go. `clock confirm` says that a person looked, and is a record.

            Examples:
              daybook clock
              daybook clock confirm
            """,
        subcommands: [Show.self, Confirm.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether the clock is believed, and why. The default.")

        @OptionGroup var place: PlaceOptions

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        mutating func run() throws {
            let report = try Ground(place).clockReport()
            if json {
                Terminal.say(json: report.members)
            } else {
                Terminal.say(
                    "\(report.facts.now): " + (report.verdict.isRight ? "right: " : "doubtful: ")
                        + report.verdict.text)
                if !report.verdict.isRight {
                    Terminal.say("Clearing is suspended until `daybook clock confirm`.")
                }
            }
            if !report.verdict.isRight { throw verdictIsNo() }
        }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the clock is right now, as a record.")

        @OptionGroup var place: PlaceOptions

        mutating func run() throws {
            let report = try Ground(place).confirmClock()
            Terminal.say("\(report.facts.now) is right, as you say; clearing goes on")
        }
    }
}
