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

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Do not tell the person of this look before the date.", valueName: "date"))
    var withholdUntil: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let found = try ground.person(person)
        let ledger = try ground.ledger(more: [.recordViewed, .searchRun])
        let now = ground.now
        let decider = try ground.decider(ledger, at: now)
        let withheld = try withholdUntil.map { try ScopeOptions.instant($0, "--withhold-until") }
        try ground.recordReading(of: found, for: "about", withholdingUntil: withheld)
        let records = try ground.records(of: found, decider)
        let summary = PersonSummary(records, decider)
        let indexes = records.map(\.facts.index)
        let reads = PersonReads(
            ledger, person: found.number, indexes: indexes, at: now, includingWithheld: allReads)
        if json {
            return Terminal.say(
                json: [
                    "names": .array(found.titles.map { .string($0) }),
                    "records": .number(String(summary.records)),
                    "bytes": .number(String(summary.bytes)),
                    "kept": .array(summary.rows.map { .object($0.json) }),
                    "reads": .array(reads.rows.map { .object($0.json) }),
                    "requests": .array(
                        ledger.requests.filter { $0.personID == found.number }.map {
                            .object($0.json)
                        }),
                ])
        }
        Terminal.say(found.titles.joined(separator: ", "))
        Terminal.say(
            "  \(Words.count(summary.records, "record")), \(Words.bytes(summary.bytes))")
        Self.say(summary)
        for request in ledger.requests where request.personID == found.number {
            Terminal.say(
                "request \(request.id): \(request.kind.rawValue), \(request.state(at: now))")
        }
        Self.say(reads)
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

extension PersonSummary.Row {
    /// The fate as those who keep the records see it.
    var fate: String {
        let end = until.map { " until \($0.description.prefix(10)) at the latest" } ?? ""
        switch decision {
        case .held, .erase: return decision.words
        case .restricted: return "restricted\(end) (\(decision.ground))"
        case .keep: return "kept\(end) (\(decision.ground))"
        }
    }

    var json: JSONObject {
        [
            "platform": .string(platform), "conversation": .string(conversation),
            "records": .number(String(records)), "bytes": .number(String(bytes)),
            "oldest": oldest.map { .string($0.description) } ?? .null,
            "newest": newest.map { .string($0.description) } ?? .null,
            "decision": .string(decision.word), "ground": .string(decision.ground),
            "until": until.map { .string($0.description) } ?? .null,
        ]
    }
}
