// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Records

/// `daybook schedule`: policies run by themselves.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Let policies run by themselves, by the machine's own timer.",
        discussion: """
            Installs a systemd timer, or a line in your crontab where there is no systemd, that \
            runs `daybook retain run` for these books.

            Examples:
              daybook schedule install --daily 03:10
              daybook schedule show
              daybook schedule show --for launchd > ~/Library/LaunchAgents/daybook.plist
              daybook schedule remove
            """,
        subcommands: [Show.self, Install.self, Remove.self], defaultSubcommand: Show.self)

    /// How often.
    struct Pace: ParsableArguments {
        @Option(
            name: .long,
            help: ArgumentHelp(
                "Every day at this time. (default: 03:10)",
                valueName: "hh:mm"))
        var daily: String?

        @Flag(name: .long, help: "Every hour.")
        var hourly = false

        func pace() throws -> Schedule.Pace {
            guard let daily else { return hourly ? .hourly : .daily(hour: 3, minute: 10) }
            guard !hourly else { throw DeskFailure(.usage, "--daily or --hourly, not both.") }
            let parts = daily.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }),
                let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
                (0..<60).contains(minute)
            else { throw DeskFailure(.usage, "--daily takes a time such as 03:10.") }
            return .daily(hour: hour, minute: minute)
        }
    }

    enum System: String, ExpressibleByArgument, CaseIterable {
        case systemd, cron, launchd, windows
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is installed, or what would be. The default.")

        @OptionGroup var place: PlaceOptions
        @OptionGroup var pace: Pace

        @Option(name: .customLong("for"), help: "Print what this system needs.")
        var system: System?

        mutating func run() throws {
            let schedule = try ScheduleCommand.schedule(place, pace.pace())
            switch system {
            case .systemd:
                Terminal.say("# \(schedule.name).service\n\(schedule.service)")
                Terminal.say("# \(schedule.name).timer\n\(schedule.timer)")
            case .cron: Terminal.say(schedule.cronLine)
            case .launchd: Terminal.say(schedule.launchd)
            case .windows: Terminal.say(schedule.windows)
            case nil:
                let found = ScheduleDesk(schedule).installed
                guard !found.isEmpty else {
                    return Terminal.say(
                        "nothing runs by itself; `daybook schedule install` changes that")
                }
                for line in found { Terminal.say(line) }
            }
        }
    }

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Install the timer, or put another in its place.")

        @OptionGroup var place: PlaceOptions
        @OptionGroup var pace: Pace

        mutating func run() throws {
            let ground = try Ground(place)
            let schedule = try ScheduleCommand.schedule(place, pace.pace())
            let kind = try ScheduleDesk(schedule).install()
            try ground.keepHouse(
                .scheduleChanged,
                [
                    "action": "installed", "kind": .string(kind),
                    "when": .string(schedule.paceText), "changed_by": .string(ground.userName),
                ], sealing: ["changed_by"])
            Terminal.say("policies run \(schedule.paceText), by \(kind)")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the timer.")

        @OptionGroup var place: PlaceOptions

        mutating func run() throws {
            let ground = try Ground(place)
            let schedule = try ScheduleCommand.schedule(place, .hourly)
            let kinds = try ScheduleDesk(schedule).remove()
            guard !kinds.isEmpty else { return Terminal.say("nothing was installed") }
            try ground.keepHouse(
                .scheduleChanged,
                [
                    "action": "removed", "kind": .string(kinds.joined(separator: ", ")),
                    "when": "never", "changed_by": .string(ground.userName),
                ], sealing: ["changed_by"])
            Terminal.say("policies no longer run by themselves")
        }
    }

    private static func schedule(_ place: PlaceOptions, _ pace: Schedule.Pace) throws -> Schedule {
        Schedule(
            program: ScheduleDesk.program, logs: ScheduleDesk.whole(place.logsPath),
            keys: ScheduleDesk.whole(place.keysPath), pace: pace)
    }
}
