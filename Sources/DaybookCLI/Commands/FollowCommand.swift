// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Records
import Sources

/// `daybook follow`: what other programs write into log files, as they write it.
struct FollowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Record log files as they grow, through rotation and restarts.",
        discussion: """
            Follows the files that the patterns name, now and later. It goes on where it ended the \
            last time under the same --name, knows rotated files again by what is in them, and \
            records each line once. Compressed files are left alone: `daybook import` takes them.

            Structured records go into the book audit, text into chat. Quote the patterns, so that \
            files that come later are followed too.

            Examples:
              daybook follow 'bot/logs/*.log'
              daybook follow --name rustybt --exclude 'debug*' '/srv/bot/logs/*.log'
              daybook follow --once '/srv/bot/logs/*.log'
            """)

    @OptionGroup var place: PlaceOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "By which the positions are found again; begins the records' `source`.",
            valueName: "name"))
    var name = "follow"

    enum Start: String, ExpressibleByArgument, CaseIterable {
        case start, end
    }

    @Option(
        name: .long,
        help: "Where files begin that are there when this name is followed for the first time.")
    var from = Start.start

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Names that are not followed; again for more.", valueName: "pattern"))
    var exclude: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times printed without one. (default: this machine's)", valueName: "zone"))
    var zone: String?

    @Option(name: .long, help: "What is waited for before the position moves on.")
    var durability: Durability?

    @Flag(name: .long, help: "Read what is there and end, for timers.")
    var once = false

    @Flag(name: .long, help: "Print one JSON object at the end.")
    var json = false

    @Argument(help: "Files, or patterns with *, ? and […] in quotes.", completion: .file())
    var patterns: [String]

    func validate() throws {
        if let problem = SourceChoice.problem(withName: name) {
            throw ValidationError("--name: \(problem)")
        }
        if let pattern = patterns.first(where: { $0.contains("**") }) {
            throw ValidationError(
                "\(pattern): ** is not known here. Name each level: 'logs/*.log' 'logs/*/*.log'")
        }
    }

    mutating func run() throws {
        let ground = try Ground(place)
        let choice = try TailChoice(
            patterns: patterns.map { Paths.absolute($0) }, excluded: exclude,
            startsAtEnd: from == .end, zone: zone)
        let source = try TailSource(
            choice, name: name, ground, durability: durability, endsWhenRead: once)
        Interruption.listen()
        let lock = try SourceLock.take(name, ground)
        defer { lock.close() }
        let report = SourceReport(name: name, what: patterns.joined(separator: ", "))
        let stop = StopSignal()
        let watcher = Worker("interruption") {
            while !Interruption.isRequested, !stop.wait(nanoseconds: 50_000_000) {}
            stop.stop()
        }
        defer {
            stop.stop()
            watcher.join()
        }
        if !once { Terminal.note("daybook: following \(patterns.joined(separator: ", "))") }
        let sink = try BookSink(ground, name: name, durability: durability)
        do {
            try source.run(into: sink, until: stop, report)
        } catch {
            try? sink.close()
            throw error
        }
        try sink.close()
        say(report.status)
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    private func say(_ status: SourceStatus) {
        if json {
            var object: JSONObject = [
                "name": .string(name), "streams": .number(String(status.streams)),
                "records": .number(String(status.records)),
                "bytes": .number(String(status.bytes)),
                "losses": .number(String(status.losses)),
            ]
            if let error = status.lastError { object["last_error"] = .string(error) }
            return Terminal.say(json: object)
        }
        Terminal.note(
            "daybook: \(Words.count(status.records, "record")) from "
                + "\(Words.bytes(Int(status.bytes))) of \(Words.count(status.streams, "log"))")
        if let error = status.lastError { Terminal.complain(error) }
    }
}
