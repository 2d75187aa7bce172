// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import Retention

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
            let ground = try Ground(place)
            let name = try ground.known(bookOption.book)
            guard ground.existingBooks.contains(name) else { throw ground.nothingHere }
            var report = try RetentionReport(name, ground)
            if !dryRun, report.isStoppedByState {
                try ground.restate(ground.ledger())
                report = try RetentionReport(name, ground)
            }
            guard let inForce = report.inForce else {
                throw DeskFailure(.badInput, report.trouble ?? "no policy is in force")
            }
            let decision = report.decision(inForce.policy)
            if !dryRun, let end = decision.end {
                let book = try ground.open(name)
                defer { try? book.close() }
                try book.prune(PrunePlan(until: end, rule: decision.ruleText))
            }
            if !dryRun { try ground.recordRefusal(of: decision, in: name) }
            if json {
                return Terminal.say(json: report.json(of: decision, applied: !dryRun))
            }
            for line in report.lines(of: decision, would: dryRun) { Terminal.say(line) }
        }
    }
}
