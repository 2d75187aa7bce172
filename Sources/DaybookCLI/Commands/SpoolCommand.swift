// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records

/// `daybook spool`: records that programs left while nobody took them.
struct SpoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Records that programs left while no daemon was running.",
        discussion: """
            The Python package writes records into <directory>/spool when no daemon takes them, \
            masked already. A daemon that is started later gets them from the package; \
            `daybook spool drain` takes them without one.

            Examples:
              daybook spool
              daybook spool drain
            """,
        subcommands: [SpoolStatusCommand.self, SpoolDrainCommand.self],
        defaultSubcommand: SpoolStatusCommand.self)
}

/// `daybook spool status`.
struct SpoolStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what waits. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let folder = SpoolFolder(place.logsPath)
        let files = folder.files()
        let bytes = files.reduce(0) { $0 + $1.size }
        let refused = folder.refused()
        if json {
            Terminal.say(json: [
                "files": .number(String(files.count)), "bytes": .number(String(bytes)),
                "refused_files": .number(String(refused)),
            ])
            return
        }
        if files.isEmpty {
            Terminal.say("\(folder.path): nothing waits")
        } else {
            Terminal.say(
                "\(folder.path): \(Words.bytes(bytes)) wait in "
                    + "\(Words.count(files.count, "file")); `daybook spool drain` takes them")
        }
        if refused > 0 {
            Terminal.say(
                "\(Words.count(refused, "file")) a daemon would not take (*.refused.jsonl): look "
                    + "at them, then `daybook import` them, or delete them")
        }
    }
}

/// `daybook spool drain`.
struct SpoolDrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Record what waits, once and in order, and remove the files.",
        discussion: """
            Files that a program still writes are left to it. A drain that was killed goes on \
            where it ended: no record is lost, and none is there twice.

            Examples:
              daybook spool drain
              */5 * * * *  daybook spool drain --dir /srv/bot/logs     (in a crontab)
            """)

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let folder = SpoolFolder(place.logsPath)
        let files = folder.files()
        Interruption.listen()
        var records = 0
        var drained = 0
        var busy = 0
        if !files.isEmpty {
            let ground = try Ground(place)
            var drain = SpoolDrain(ground: ground)
            for file in files {
                switch try drain.take(file) {
                case .recorded(let count):
                    drained += 1
                    records += count
                case .busy: busy += 1
                case .interrupted: break
                }
                if Interruption.isRequested { break }
            }
        }
        if json {
            Terminal.say(json: [
                "files": .number(String(drained)), "records": .number(String(records)),
                "busy_files": .number(String(busy)),
            ])
        } else {
            var text = "\(folder.path): "
            text +=
                drained == 0
                ? "nothing to take"
                : "\(Words.count(records, "record")) from \(Words.count(drained, "file"))"
            if busy > 0 { text += "; \(Words.count(busy, "file")) still written by a program" }
            Terminal.say(text)
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }
}
