// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Records
import Retention

/// `daybook hold`: legal holds.
struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep records for a legal matter, whatever policies and people say.",
        discussion: """
            A hold beats expiry, clearing, size ceilings and erasure until it is released. What \
            Daybook cannot tell to be outside it is inside. People whose records it keeps are told \
            "kept for legal reasons", not more.

            Examples:
              daybook hold open --matter "2026-17 complaint" --custodian alice --from 2026-01-01
              daybook hold open --matter "desk review" --book chat --conversation "#desk"
              daybook hold list
              daybook hold notice h-7k2m9q4x --custodian alice
              daybook hold release h-7k2m9q4x --reason "settled"
            """,
        subcommands: [HoldList.self, HoldOpen.self, HoldNotice.self, HoldRelease.self],
        defaultSubcommand: HoldList.self)
}

struct HoldOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a hold; it binds when the command returns.")

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "The matter, as the lawyers name it.")
    var matter: String

    @Option(name: .long, help: "Why.")
    var reason: String?

    @Option(name: .long, help: "Who issued it. (default: you)")
    var issuer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A person whose records it is about, by name or platform:account; more than once for "
                + "more people. (default: everybody)", valueName: "person"))
    var custodian: [String] = []

    @OptionGroup var scope: ScopeOptions

    mutating func run() throws {
        let ground = try Ground(place)
        var order = HoldOrder(matter: matter, scope: try scope.form.scope(in: ground))
        order.reason = reason
        order.issuer = issuer
        order.custodians = custodian
        let opened = try ground.openHold(order)
        Terminal.say(
            "hold \(opened.hold.id) is open, by record \(Words.grouped(opened.record)): "
                + opened.hold.scope.words)
    }
}

/// What a hold, or anything else, is about.
struct ScopeOptions: ParsableArguments {
    @Option(name: .long, help: "Only this book. (default: every book)")
    var book: String?

    @Option(name: .long, help: "Only this platform, such as slack.")
    var platform: [String] = []

    @Option(name: .long, help: "Only this conversation, such as #desk.")
    var conversation: [String] = []

    @Option(name: .long, help: "Only events of this kind, such as chat_message.")
    var kind: [String] = []

    @Option(name: .long, help: "Only records that pass this filter.")
    var matching: String?

    @Option(name: .long, help: "Only records of this date or instant, and later.")
    var from: String?

    @Option(name: .long, help: "Only records before this date or instant.")
    var to: String?

    var form: ScopeForm {
        var form = ScopeForm()
        form.book = book
        form.platforms = platform
        form.conversations = conversation
        form.kinds = kind
        form.matching = matching
        form.from = from
        form.to = to
        form.mark = "--"
        return form
    }
}

struct HoldList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The holds that bind. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Released ones, too.")
    var all = false

    @Flag(name: .long, help: "Print one JSON object a hold.")
    var json = false

    mutating func run() throws {
        let holds = try Ground(place).holds(all: all)
        if json {
            for hold in holds { Terminal.say(json: hold.json) }
            return
        }
        guard !holds.isEmpty else { return Terminal.say("no hold binds") }
        var table = TextTable([
            .left("HOLD"), .left("OPENED"), .left("MATTER"), .left("TOLD"), .left("COVERS"),
        ])
        for hold in holds {
            let told = hold.notices.filter { $0.sent != nil || $0.acknowledged != nil }.count
            table.add([
                hold.id, String(hold.opened.description.prefix(10)),
                hold.matter + (hold.isActive ? "" : " (released)"),
                "\(told) of \(hold.custodians.count)", hold.scope.words,
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

struct HoldNotice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notice",
        abstract: "Note that a custodian was told of a hold, or said that they had read it.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The hold's code.", valueName: "code"))
    var hold: String

    @Option(name: .long, help: ArgumentHelp("Whom.", valueName: "person"))
    var custodian: String

    @Flag(name: .long, help: "They said that they had read it.")
    var acknowledged = false

    mutating func run() throws {
        try Ground(place).noteHold(hold, custodian: custodian, isAcknowledged: acknowledged)
        Terminal.say("noted")
    }
}

struct HoldRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Release a hold; what it alone kept goes when its policies say so.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The hold's code.", valueName: "code"))
    var hold: String

    @Option(name: .long, help: "Why.")
    var reason: String?

    mutating func run() throws {
        let released = try Ground(place).releaseHold(hold, reason: reason)
        guard let record = released.record else {
            return Terminal.say("hold \(hold) was released already")
        }
        Terminal.say("hold \(hold) is released, by record \(Words.grouped(record))")
        if released.waiting > 0 {
            Terminal.say(
                "\(Words.count(released.waiting, "request")) for erasure may have waited for it: "
                    + "`daybook retain run` carries out what is due")
        }
    }
}
