// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CDaybook
import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The command line's root. Without a command it says what is here and what to do next.
struct DaybookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "Tamper-evident records of what a trading program did and said.",
        discussion: """
            Start your program under Daybook, and everything that it prints is masked, recorded \
            and provable:

              daybook run -- python bot.py

            Exit codes: 0 yes; 1 the verdict is no; 64 the command was wrong; 65 the input was; \
            66 there is no such book or file; 69 to 75 the system said no.
            """,
        version: "daybook \(DaybookVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Recording",
                subcommands: [
                    RunCommand.self, RecordCommand.self, FollowCommand.self, ImportCommand.self,
                    SpoolCommand.self,
                ]),
            CommandGroup(
                name: "Reading",
                subcommands: [
                    SearchCommand.self, TailCommand.self, CatCommand.self, ExportCommand.self,
                ]),
            CommandGroup(
                name: "Proving",
                subcommands: [
                    VerifyCommand.self, ProveCommand.self, VerifyProofCommand.self,
                    ExtendsCommand.self, PublishCommand.self, KeyCommand.self,
                ]),
            CommandGroup(
                name: "Chat and people", subcommands: [PeopleCommand.self, KeysCommand.self]),
            CommandGroup(
                name: "Clearing",
                subcommands: [
                    ClearCommand.self, EraseCommand.self, ApproveCommand.self, ReceiptCommand.self,
                    PolicyCommand.self, HoldCommand.self, RequestCommand.self, AboutCommand.self,
                    RetainCommand.self, ScheduleCommand.self, ClockCommand.self,
                ]),
            CommandGroup(
                name: "Care",
                subcommands: [
                    StatusCommand.self, DoctorCommand.self, RotateCommand.self, SealCommand.self,
                    SegmentsCommand.self, RetentionCommand.self, MaskCommand.self,
                    ServeCommand.self, ServiceCommand.self, TokenCommand.self,
                    DemoCommand.self,
                ]),
        ],
        defaultSubcommand: nil)

    @OptionGroup var place: PlaceOptions

    mutating func run() throws {
        try StatusReport.print(place, asJSON: false)
    }
}

/// The version that `--version` prints.
enum DaybookVersion {
    static let text = "0.1.0"
}

@main
struct Main {
    static func main() {
        // What was masked, or erased later, must not turn up in a core file.
        daybook_refuse_core_dumps()
        Interruption.unblock()
        do {
            let arguments = try takePlace(Array(CommandLine.arguments.dropFirst()))
            if let code = try ControlClient.run(arguments) { exit(code) }
            try refuseUnknownCommand(arguments)
            var command = try DaybookCommand.parseAsRoot(arguments)
            try command.run()
        } catch let failure as DeskFailure {
            Terminal.complain(failure.message)
            exit(failure.code.rawValue)
        } catch let verdict as ExitCode {
            exit(verdict.rawValue)
        } catch {
            let failure = DeskFailure(known: error)
            guard let failure else { DaybookCommand.exit(withError: error) }
            Terminal.complain(failure.message)
            exit(failure.code.rawValue)
        }
    }

    /// `daybook --dir x verify` means the same as `daybook verify --dir x`.
    private static func takePlace(_ arguments: [String]) throws -> [String] {
        var rest = arguments[...]
        let variables = ["--dir": "DAYBOOK_DIR", "--keys": "DAYBOOK_KEYS"]
        while let option = rest.first, let variable = variables[option], rest.count > 1 {
            setenv(variable, rest[rest.startIndex + 1], 1)
            rest = rest.dropFirst(2)
        }
        return Array(rest)
    }

    /// The parser would call it an unexpected argument; a typo deserves the nearest command.
    private static func refuseUnknownCommand(_ arguments: [String]) throws {
        guard let first = arguments.first, !first.hasPrefix("-"), first != "help" else { return }
        var names: [String] = []
        for group in DaybookCommand.configuration.groupedSubcommands {
            for command in group.subcommands { names.append(command._commandName) }
        }
        guard !names.contains(first) else { return }
        let nearest = Spelling.nearest(to: first, among: names)
        throw DeskFailure(
            .usage,
            "there is no command '\(first)'."
                + (nearest.map { " Did you mean '\($0)'?" } ?? "")
                + " `daybook --help` lists them.")
    }
}
