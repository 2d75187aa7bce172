// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Chat
import Daybook
import Desk
import Records

extension ChatFormat: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
}

extension DateOrder: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
}

/// `daybook import chat`: conversations from other programs' files.
struct ImportChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Record chat logs, every message sealed under its sender's key.",
        discussion: """
            Reads plain lines, logs of IRC clients, WhatsApp's text, JSON Lines, CSV, Slack's zip, \\
            Telegram's result.json and DiscordChatExporter's JSON, compressed (.gz, .zst) too. \\
            What a file is, it tells by how it begins.

            The same file again adds nothing, nor does another export that overlaps it; what was \\
            erased does not come back; an import that was cut off goes on where it ended. A line \\
            that cannot be read is kept, sealed, and named with its number. Of JSON Lines and CSV, \\
            --map says which field is what: roles are sender, sender_id, text, time, id, \\
            conversation, platform, reply_to, kind, file.

            Examples:
              daybook import chat "WhatsApp Chat with Desk.txt"
              daybook import chat --platform irc --conversation '#desk' irclogs/#desk.log*
              daybook import chat --map sender=from,text=body,time=ts bot-messages.jsonl
              daybook import chat --dry-run slack-export.zip
            """)

    @OptionGroup var place: PlaceOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "auto, \(ChatFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "format"))
    var format = "auto"

    @Option(name: .long, help: "Where the messages are from, such as irc. (default: by the format)")
    var platform: String?

    @Option(
        name: .long, help: "Which conversation. (default: what the file, else its name, says)")
    var conversation: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times printed without one. (default: this machine's)", valueName: "zone"))
    var zone: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How dates such as 5/11/2026 are ordered: dmy, mdy, ymd. (default: as the file shows)",
            valueName: "order"))
    var dates: DateOrder?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The day of times printed without one, such as 2026-11-20. (default: the file's name)",
            valueName: "day"))
    var day: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Which field is what, for jsonl and csv: sender=from,text=body,time=ts",
            valueName: "role=field,…"))
    var map: String?

    @Flag(name: .long, help: "Read and count; record nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    @Argument(help: "The files.", completion: .file())
    var files: [String]

    mutating func run() throws {
        let ground = try Ground(place)
        let wishes = try wishes()
        Interruption.listen()
        // All are looked at before the first is recorded: a wrong name shall not cost half an import.
        let sources = try files.map { try ChatSource($0, wishes) }
        var importer = try ChatImporter(ground, isDryRun: dryRun)
        var outcomes: [(ChatSource, ChatImporter.Counts)] = []
        for source in sources {
            let counts = try importer.run(source)
            outcomes.append((source, counts))
            if !dryRun { try Self.keep(source, counts, ground, path: source.path) }
            if !json { say(source, counts) }
            if counts.wasInterrupted { break }
        }
        try importer.finish()
        if json { sayJSON(outcomes) }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    private func wishes() throws -> ChatSource.Wishes {
        var wishes = ChatSource.Wishes(zone: try LocalZone(named: zone))
        if format != "auto" {
            guard let known = ChatFormat(rawValue: format) else {
                let names = ["auto"] + ChatFormat.allCases.map(\.rawValue)
                throw DeskFailure(
                    .usage,
                    "there is no format '\(format)'. Formats: \(names.joined(separator: ", ")).")
            }
            wishes.format = known
        }
        wishes.platform = platform
        wishes.conversation = conversation
        wishes.dates = dates
        if let day {
            guard let known = CivilDate(day) else {
                throw DeskFailure(.usage, "--day '\(day)' is no day; write it as 2026-11-20.")
            }
            wishes.day = known
        }
        if let map {
            do throws(FieldMapError) {
                wishes.map = try FieldMap(map)
            } catch {
                throw DeskFailure(.usage, error.message)
            }
        }
        return wishes
    }

    // MARK: - What came of it

    /// Says in the book `audit` what came in; names and paths under the house's key.
    static func keep(
        _ source: ChatSource, _ counts: ChatImporter.Counts, _ ground: Ground, path: String
    ) throws {
        guard counts.recorded > 0 || counts.wasInterrupted else { return }
        try ground.keepHouse(
            .importProgress,
            [
                "kind": "chat", "format": .string(source.format.rawValue),
                "recorded": .number(String(counts.recorded)),
                "known": .number(String(counts.known)), "erased": .number(String(counts.erased)),
                "unread": .number(String(counts.unread)),
                "interrupted": .bool(counts.wasInterrupted), "path": .string(path),
                "platform": .string(source.platform),
            ], sealing: ["path", "platform"])
    }

    private func say(_ source: ChatSource, _ counts: ChatImporter.Counts) {
        var parts: [String] = []
        if counts.recorded > 0 {
            parts.append(
                Words.count(counts.recorded, dryRun ? "new record" : "record")
                    + (dryRun ? " would be made" : ""))
        }
        if counts.edits > 0 { parts.append("\(Words.grouped(counts.edits)) of them edits") }
        if counts.known > 0 {
            parts.append("\(Words.count(counts.known, "message")) in the book already")
        }
        if counts.erased > 0 {
            parts.append(
                "\(Words.count(counts.erased, "message")) left out: something of that account and "
                    + "day was erased, or the person was")
        }
        if counts.unread > 0 {
            parts.append("\(Words.count(counts.unread, "line")) not understood, kept as text")
        }
        if parts.isEmpty { parts.append("no messages") }
        if counts.recorded == 0, counts.known > 0 { parts.insert("nothing new", at: 0) }
        var text = "\(source.path) (\(source.format.rawValue)): " + parts.joined(separator: "; ")
        if counts.wasInterrupted { text += "; stopped here, and goes on here next time" }
        Terminal.say(text)
        for problem in counts.problems {
            Terminal.note("  \(problem.part), line \(problem.line): \(problem.problem)")
        }
        let more = counts.unread - counts.problems.count
        if more > 0 { Terminal.note("  and \(Words.count(more, "line")) more") }
    }

    private func sayJSON(_ outcomes: [(ChatSource, ChatImporter.Counts)]) {
        let files: [JSONValue] = outcomes.map { source, counts in
            .object([
                "file": .string(source.path), "format": .string(source.format.rawValue),
                "platform": .string(source.platform),
                "records": .number(String(counts.recorded)),
                "edits": .number(String(counts.edits)), "known": .number(String(counts.known)),
                "erased": .number(String(counts.erased)),
                "unread": .number(String(counts.unread)),
                "unread_lines": .array(
                    counts.problems.map { problem in
                        .object([
                            "part": .string(problem.part),
                            "line": .number(String(problem.line)),
                            "problem": .string(problem.problem),
                        ])
                    }),
                "interrupted": .bool(counts.wasInterrupted),
            ])
        }
        Terminal.say(json: [
            "dry_run": .bool(dryRun), "files": .array(files),
            "records": .number(String(outcomes.reduce(0) { $0 + $1.1.recorded })),
        ])
    }
}
