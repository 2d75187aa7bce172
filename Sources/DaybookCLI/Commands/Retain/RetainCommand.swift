// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Daybook
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
            let desk = RetainDesk(ground: ground)
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
                        object["failure"] = report.failure.map { .string($0) }
                        object["receipt"] = report.receipt.map { .string($0) }
                        return .object(object)
                    })
            ])
        }
    }
}

/// Passes over the policies, as the command line runs them.
struct RetainDesk {
    let ground: Ground

    /// - Returns: none when nothing was ever sealed here.
    func pass(only: Set<String>?, cause: String) throws -> [RetainPass.Report] {
        guard let vault = try ground.houseVault() else { return [] }
        try ground.requireRightClock()
        let desk = try ClearGround(ground)
        var pass = RetainPass(
            desk, books: ground.existingBooks,
            sender: NoticeSender(ground.settings.notices), threads: machineThreads())
        pass.only = only
        pass.cause = cause
        pass.redact = { person in
            guard let known = try vault.people.person(person) else { return [] }
            return try desk.redactions(of: known)
        }
        let reports = try pass.run()
        try ground.storePins(try ground.ledger())
        return reports
    }

    /// - Parameter isAside: whether it is said beside the output of another program.
    static func say(_ reports: [RetainPass.Report], isAside: Bool = false) {
        let say = isAside ? { Terminal.note($0) } : { Terminal.say($0) }
        if reports.isEmpty { say("no policy is in force") }
        for report in reports {
            var text = "\(report.name): cleared \(Terminal.count(report.cleared, "record"))"
            if report.kept > 0 { text += ", \(Terminal.grouped(report.kept)) stay" }
            if let until = report.noticeUntil {
                text += "; people were told of what is due until \(until.description.prefix(10))"
            }
            if let receipt = report.receipt { text += "; receipt: \(receipt)" }
            if let failure = report.failure { text += "; not done: \(failure)" }
            say(text)
        }
    }
}

/// Looks at new records for those that trigger a policy.
struct RetainWatcher {
    let desk: RetainDesk
    private var triggers: TriggerWatch
    private var reader: [String: FactReader] = [:]
    private var seen: [String: UInt64] = [:]

    private static let pause: UInt64 = 500_000_000

    init(_ desk: RetainDesk) throws {
        self.desk = desk
        let ground = desk.ground
        triggers = TriggerWatch(try ground.ledger().policies(at: ground.now))
        for book in ground.existingBooks {
            seen[book] = try ground.snapshot(book).size
            reader[book] = try FactReader(
                book: book, filters: triggers.filters, opener: nil, person: { _ in nil })
        }
    }

    var isEmpty: Bool { triggers.isEmpty }

    /// Starts at an earlier record than the newest.
    mutating func begin(_ book: String, at index: UInt64) { seen[book] = index }

    /// Takes what the records say of earlier runs, so that policies do not run too often.
    mutating func recall() throws {
        let ground = desk.ground
        guard ground.existingBooks.contains("audit") else { return }
        let runs = try LedgerReader.entries(
            of: [.retainRun], in: try ground.snapshot("audit"), opener: nil)
        for run in runs {
            guard let policy = run.object["policy"]?.stringValue, let at = run.recorded else {
                continue
            }
            let age = (ground.now.microseconds - at.microseconds) / 1_000_000
            triggers.noteRun(of: policy, at: Self.seconds - age)
        }
    }

    /// Until somebody asks us to end.
    mutating func watch() throws {
        guard !isEmpty else {
            throw CommandFailure(
                .usage, "no policy in force has an `on`, so there is nothing to watch for.")
        }
        Interruption.listen()
        while !Interruption.isRequested {
            try look()
            try run(isEnd: false)
            sleepFor(nanoseconds: Self.pause)
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    /// Takes the records that came since the last look.
    mutating func look() throws {
        let now = Self.seconds
        for (book, reader) in reader {
            let snapshot = try desk.ground.snapshot(book)
            let start = max(seen[book] ?? 0, snapshot.firstKept)
            guard snapshot.size > start else { continue }
            for index in start..<snapshot.size {
                let line = try snapshot.line(at: index)
                let facts = try reader.facts(of: line, at: index)
                triggers.hear(facts, source: Self.source(of: line), at: now)
            }
            seen[book] = snapshot.size
        }
    }

    /// Runs the policies that are to run.
    mutating func run(isEnd: Bool) throws {
        for (policy, cause) in triggers.due(at: Self.seconds, isEnd: isEnd) {
            do {
                RetainDesk.say(try desk.pass(only: [policy], cause: cause), isAside: isEnd)
            } catch {
                Terminal.complain(CommandFailure(known: error)?.message ?? "\(error)")
            }
        }
    }

    private static var seconds: Int64 { Int64(SystemClock().monotonic() / 1_000_000_000) }

    private static func source(of line: [UInt8]) -> String? {
        guard
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self)),
            case .string(let source)? = object["source"]
        else { return nil }
        return source
    }
}
