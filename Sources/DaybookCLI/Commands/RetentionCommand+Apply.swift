// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records

extension RetentionCommand {
    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prune what is due now, without waiting for the next rotation.")

        @OptionGroup var place: PlaceOptions
        @OptionGroup var bookOption: BookOption

        @Flag(name: .long, help: "Say what would go; remove nothing.")
        var dryRun = false

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        mutating func run() throws {
            let (report, decision) = try Ground(place).applyRetention(
                of: bookOption.book, dryRun: dryRun)
            if json {
                return Terminal.say(json: report.json(of: decision, applied: !dryRun))
            }
            for line in report.lines(of: decision, would: dryRun) { Terminal.say(line) }
        }
    }
}
