// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Daybook
import Desk
import Records
import Retention
import Vault

/// `daybook retain`: what is due, goes.
struct RetainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retain",
        abstract: "Run the policies that are in force.",
        discussion: """
            Tells people what will go, clears what is due and was told of, carries out erasures \
            whose day has come, and finishes what was cut off. Two never run at once. A clock that \
            jumped suspends it (`daybook clock`).

            Examples:
              daybook retain run
              daybook retain run --watch
              daybook schedule install
            """,
        subcommands: [Run.self], defaultSubcommand: Run.self)

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One pass over all policies. The default.")

        @OptionGroup var place: PlaceOptions

        @Flag(
            name: .long,
            help: "Go on, and run policies when a record triggers them (`on` in daybook.yaml).")
        var watch = false

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            guard !(watch && json) else { throw ValidationError("--json is for one pass.") }
        }

        mutating func run() throws {
            let ground = try Ground(place)
            let desk = RetainDesk(ground)
            let reports = try desk.pass(only: nil, cause: watch ? "watch" : "run")
            json ? sayJSON(reports) : RetainDesk.say(reports)
            if watch {
                var watcher = try RetainWatcher(desk)
                return try watcher.watch()
            }
            if reports.contains(where: { $0.failure != nil }) { throw verdictIsNo() }
        }

        private func sayJSON(_ reports: [RetainPass.Report]) {
            Terminal.say(json: [
                "policies": .array(
                    reports.map { report in
                        var object: JSONObject = [
                            "name": .string(report.name),
                            "cleared": .number(String(report.cleared)),
                            "kept": .number(String(report.kept)),
                        ]
                        object["notice_until"] = report.noticeUntil.map {
                            .string($0.description)
                        }
                        if report.isEnded { object["ended"] = .bool(true) }
                        object["failure"] = report.failure.map { .string($0) }
                        object["receipt"] = report.receipt.map { .string($0) }
                        return .object(object)
                    })
            ])
        }
    }
}

extension RetainDesk {
    /// - Parameter isAside: whether it is said beside the output of another program.
    static func say(_ reports: [RetainPass.Report], isAside: Bool = false) {
        let say = isAside ? { Terminal.note($0) } : { Terminal.say($0) }
        if reports.isEmpty { say("no policy is in force") }
        for report in reports {
            var text = "\(report.name): "
            text +=
                report.isEnded
                ? "the restriction ended on its date"
                : "cleared \(Words.count(report.cleared, "record"))"
            if report.kept > 0 { text += ", \(Words.grouped(report.kept)) stay" }
            if let until = report.noticeUntil {
                text += "; people were told of what is due until \(until.description.prefix(10))"
            }
            if let receipt = report.receipt { text += "; receipt: \(receipt)" }
            if let failure = report.failure { text += "; not done: \(failure)" }
            say(text)
        }
    }
}

extension RetainWatcher {
    /// Until somebody asks us to end.
    mutating func watch() throws {
        guard !isEmpty else {
            throw DeskFailure(
                .usage, "no policy in force has an `on`, so there is nothing to watch for.")
        }
        Interruption.listen()
        while !Interruption.isRequested {
            try look()
            try run(isEnd: false) { RetainDesk.say($0) }
            sleepFor(nanoseconds: Self.pause)
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }
}
