// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook import`: what other programs have written already.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Record existing log files and chat logs.",
        discussion: """
            `daybook import FILE…` takes the logs of programs, `daybook import chat FILE…` those of \
            conversations. Either says more with --help.

            Examples:
              daybook import logs.old/rustybt.log*
              daybook import chat "WhatsApp Chat with Desk.txt"
            """,
        subcommands: [ImportLogsCommand.self, ImportChatCommand.self],
        defaultSubcommand: ImportLogsCommand.self)
}

/// `daybook import logs`, also without the word: logs that are there already.
struct ImportLogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Record existing log files. The default.",
        discussion: """
            Takes JSON lines and text logs, rotated and compressed ones (.gz, .zst) too, in the \
            order of time. The book remembers how far each file came, by the hash of its content: \
            the same file again adds nothing, under whatever name; a file that has grown adds what \
            is new; an import that was cut off goes on where it ended.

            Examples:
              daybook import logs.old/rustybt.log*
              daybook import --zone America/New_York bot.log bot.log.1.gz
            """)

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "The one book that takes all. (default: audit, and chat for text)")
    var book: String?

    @Option(name: .long, help: "What is waited for at the end of each file.")
    var durability: Durability?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times printed without one. (default: this machine's)", valueName: "zone"))
    var zone: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    @Argument(help: "The files.", completion: .file())
    var files: [String]

    mutating func run() throws {
        let ground = try Ground(place)
        let zone = try LocalZone(named: zone)
        Interruption.listen()
        // All are looked at before the first is recorded: a wrong name shall not cost a half import.
        let candidates = try files.map { path in
            let stream = try ImportStream(path)
            var lead = [UInt8](repeating: 0, count: CommandLimits.importLeadBytes)
            let count = stream.read(&lead, lead.count)
            return ImportOrder.Candidate(path: path, lead: Array(lead[..<count]))
        }
        let first = try book.map { try ground.known($0) } ?? "audit"
        var memory = try ImportMemory(
            ground.place(first), opener: ground.houseOpener)
        let importer = FileImporter(ground: ground, only: book, durability: durability, zone: zone)
        var outcomes: [FileImporter.Outcome] = []
        for file in ImportOrder.sorted(candidates) {
            let outcome = try importer.run(file, &memory)
            outcomes.append(outcome)
            if !json { say(outcome) }
            if outcome.wasInterrupted { break }
        }
        if json { sayJSON(outcomes) }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    private func say(_ outcome: FileImporter.Outcome) {
        var text = "\(outcome.path): "
        if outcome.newBytes == 0 {
            text += outcome.oldBytes > 0 ? "nothing new, it is in the book" : "empty"
        } else {
            text += Words.count(outcome.records, "record")
            text += " from \(Words.bytes(outcome.newBytes))"
            if outcome.oldBytes > 0 {
                text += "; the first \(Words.bytes(outcome.oldBytes)) were in the book"
            }
        }
        if outcome.wasInterrupted { text += "; stopped here, and goes on here next time" }
        Terminal.say(text)
    }

    private func sayJSON(_ outcomes: [FileImporter.Outcome]) {
        Terminal.say(json: [
            "files": .array(
                outcomes.map { outcome in
                    .object([
                        "file": .string(outcome.path),
                        "records": .number(String(outcome.records)),
                        "new_bytes": .number(String(outcome.newBytes)),
                        "known_bytes": .number(String(outcome.oldBytes)),
                        "interrupted": .bool(outcome.wasInterrupted),
                    ])
                }),
            "records": .number(String(outcomes.reduce(0) { $0 + $1.records })),
        ])
    }
}
