// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Daybook
import Desk
import Vault

/// `daybook service`: the daemon as a service of this machine.
struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Let the daemon run by itself, as a user of its own.",
        discussion: """
            Installs a systemd unit that starts `daybook serve` with the machine, as the user \
            daybook, with no right that it does not need. The command line of other users then \
            becomes its client, as far as `access.local_users` of daybook.yaml lets them. The books \
            are in /var/lib/daybook and the keys in /var/lib/daybook-keys, unless --dir and --keys \
            say otherwise.

            Examples:
              sudo daybook service install
              sudo daybook service install --dir /srv/daybook --keys /srv/daybook-keys
              daybook service install --root /srv/image
              daybook service show
              sudo daybook service remove
            """,
        subcommands: [Show.self, Install.self, Remove.self], defaultSubcommand: Show.self)

    /// Where the service keeps its books: a place of the machine's, not of whoever installs it.
    struct Places: ParsableArguments {
        // The same options as of every other command: two of one name would hide each other.
        @OptionGroup var place: PlaceOptions

        private var dir: String { place.dir ?? "/var/lib/daybook" }
        private var keys: String { place.keys ?? "/var/lib/daybook-keys" }

        @Option(name: .long, help: "The user that it runs as; made when it is not there.")
        var user = ServiceUnit.name

        @Option(
            name: .long,
            help: ArgumentHelp(
                "A directory with log files that it follows; more than one may be named.",
                valueName: "directory"),
            completion: .directory)
        var follow: [String] = []

        @Option(
            name: .long,
            help: ArgumentHelp(
                "The encrypted credential that guards the vault's keys, as `systemd-creds encrypt "
                    + "--name=daybook-vault` writes it.", valueName: "file"),
            completion: .file())
        var credential: String?

        func unit() throws -> ServiceUnit {
            for path in [dir, keys] + follow where !path.hasPrefix("/") {
                throw DeskFailure(.usage, "\(path): a service needs a whole path, from /.")
            }
            guard !keys.hasPrefix(dir + "/"), keys != dir else {
                throw DeskFailure(
                    .usage, "--keys: keep the keys outside the directory of the books.")
            }
            return ServiceUnit(
                program: ScheduleDesk.program, logs: dir, keys: keys, user: user,
                credential: credential, readable: follow)
        }
    }

    struct ImageOption: ParsableArguments {
        @Option(
            name: .long,
            help: ArgumentHelp(
                "The tree of another machine, such as an image that is being made: files are put "
                    + "there, and nothing is started.", valueName: "directory"),
            completion: .directory)
        var root: String?

        var chosen: ServiceImage? {
            get throws {
                guard let root else { return nil }
                guard root.hasPrefix("/") else {
                    throw DeskFailure(.usage, "\(root): expected a whole path, from /.")
                }
                return ServiceImage(root: root == "/" ? "" : root)
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the unit. The default.")

        @OptionGroup var places: Places

        mutating func run() throws { Terminal.say(try places.unit().text) }
    }

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Install the unit and start it, or put another in its place.")

        @OptionGroup var places: Places

        @OptionGroup var image: ImageOption

        mutating func run() throws {
            let unit = try places.unit()
            if let image = try image.chosen {
                try image.install(unit)
                return Terminal.say(
                    "in \(image.root): daybook runs when that machine starts, as the user "
                        + "\(unit.user), which it makes then")
            }
            try ServiceDesk(unit: unit).install()
            Terminal.say("daybook runs, as the user \(unit.user), with the books in \(unit.logs)")
            Terminal.note("  journalctl -u daybook      says what it says, and the first link")
            Terminal.note("  systemctl reload daybook   reads \(unit.logs)/daybook.yaml again")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop the service and remove its unit. Books, keys and user stay.")

        @OptionGroup var image: ImageOption

        mutating func run() throws {
            Terminal.say(
                try image.chosen?.remove() ?? ServiceDesk.remove()
                    ? "removed; books and keys are where they were"
                    : "nothing was installed")
        }
    }
}
