// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Records
import Retention

/// `daybook about`: what is kept of a person, and who looked at it.
struct AboutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "about",
        abstract: "Say what is kept of a person, until when, under which rule, and who looked.",
        discussion: """
            It counts and shows no text. Reads that were withheld from the person, as those of an \
            investigation, are left out until their date; --all-reads shows them.

            Examples:
              daybook about alice
              daybook about telegram:bob7 --json
              daybook about bob --withhold-until 2027-01-31
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: "Who: a name, or an account as platform:name.")
    var person: String

    @Flag(name: .long, help: "Reads that are still withheld from the person, too.")
    var allReads = false

    @OptionGroup var withhold: WithholdOption

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let report = try ground.about(
            person, withheldUntil: withhold.instant(), includingWithheld: allReads)
        if json { return Terminal.say(json: report.json) }
        Terminal.say(report.titles.joined(separator: ", "))
        Terminal.say(
            "  \(Words.count(report.summary.records, "record")), "
                + Words.bytes(report.summary.bytes))
        Self.say(report.summary)
        for request in report.requests {
            Terminal.say(
                "request \(request.id): \(request.kind.rawValue), \(request.state(at: report.now))")
        }
        Self.say(report.reads)
    }

    private static func say(_ summary: PersonSummary) {
        guard !summary.rows.isEmpty else { return }
        var table = TextTable([
            .left("WHERE"), .right("RECORDS"), .left("SINCE"), .left("NEWEST"), .left("FATE"),
        ])
        for row in summary.rows {
            table.add([
                "\(row.platform) \(row.conversation)", Words.grouped(row.records),
                row.oldest.map { String($0.description.prefix(10)) } ?? "",
                row.newest.map { String($0.description.prefix(10)) } ?? "", row.fate,
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }

    private static func say(_ reads: PersonReads) {
        guard !reads.rows.isEmpty else { return Terminal.say("nobody has looked at it") }
        var table = TextTable([.left("LOOKED"), .left("WHO"), .left("HOW")])
        for read in reads.rows {
            table.add([read.at?.description ?? "", read.by, read.how])
        }
        for line in table.lines { Terminal.say(line) }
        if reads.withheld > 0 {
            Terminal.note(
                "\(Words.count(reads.withheld, "read")) withheld; --all-reads shows them")
        }
    }
}
