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
        let ledger = try ground.ledger()
        var hold = Hold(
            id: ShortCode.make("h"), matter: matter, issuer: issuer ?? ground.userName,
            scope: try scope.scope(ground), opened: ground.now)
        hold.reason = reason
        hold.custodians = custodian
        hold.scope.people += custodian
        hold.scope.personIDs = try hold.scope.people.flatMap(ground.personNumbers)
        for name in hold.scope.people where try ground.personNumbers(name).isEmpty {
            Terminal.note(
                "nobody here is called \(name) yet; what comes in under that name is held")
        }
        // Pinned first: from here on no program prunes it, whatever happens to this one.
        try ground.storePins(ledger, adding: hold)
        let record = try ground.keepHouse(.holdOpened, hold.members, sealing: ["hold"])
        let after = try ground.ledger()
        guard after.hold(hold.id)?.scope == hold.scope else {
            throw DeskFailure(
                .badInput,
                "hold \(hold.id) is open, but record \(record) does not say all that was asked: "
                    + "masking took something out. Open it again without secrets in its words, and "
                    + "release this one.")
        }
        try ground.storePins(after)
        Terminal.say(
            "hold \(hold.id) is open, by record \(Words.grouped(record)): \(hold.scope.words)")
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

    func scope(_ ground: Ground) throws -> Scope {
        var scope = Scope(book: try book.map(ground.known))
        scope.platforms = platform.map { $0.lowercased() }
        scope.conversations = conversation
        scope.kinds = kind
        if let matching, let problem = FilterCheck.problem(matching) {
            throw DeskFailure(.usage, "--matching: \(problem)")
        }
        scope.matching = matching
        scope.from = try from.map { try Self.instant($0, "--from") }
        scope.to = try to.map { try Self.instant($0, "--to") }
        return scope
    }

    static func instant(_ text: String, _ option: String) throws -> Timestamp {
        let whole = text.utf8.count == 10 ? "\(text)T00:00:00.000000Z" : text
        guard let instant = Timestamp(whole) else {
            throw DeskFailure(
                .usage, "\(option): expected a date or an instant, such as 2026-01-31")
        }
        return instant
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
        let ground = try Ground(place)
        let ledger = try ground.ledger()
        if ground.existingBooks.contains("audit") { try ground.storePins(ledger) }
        let holds = all ? ledger.holds : ledger.activeHolds
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
        let ground = try Ground(place)
        let found = try ground.ledger().known(hold)
        guard found.custodians.contains(custodian) else {
            throw DeskFailure(
                .usage,
                "\(custodian) is no custodian of \(hold); its custodians: "
                    + found.custodians.joined(separator: ", "))
        }
        try ground.keepHouse(
            .holdNoticed,
            [
                "hold_id": .string(hold), "stage": acknowledged ? "acknowledged" : "sent",
                "custodian": .string(custodian),
            ], sealing: ["custodian"])
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
        let ground = try Ground(place)
        let ledger = try ground.ledger()
        guard try ledger.known(hold).isActive else {
            return Terminal.say("hold \(hold) was released already")
        }
        var members: JSONObject = ["hold_id": .string(hold)]
        members["released_by"] = .string(ground.userName)
        members["reason"] = reason.map { .string($0) }
        let record = try ground.keepHouse(
            .holdReleased, members, sealing: ["released_by", "reason"])
        // Unpinned last: a crash before this leaves more kept, not less.
        let after = try ground.ledger()
        try ground.storePins(after)
        Terminal.say("hold \(hold) is released, by record \(Words.grouped(record))")
        let waiting = after.requests.filter(\.isErasurePending)
        if !waiting.isEmpty {
            Terminal.say(
                "\(Words.count(waiting.count, "request")) for erasure may have waited for it: "
                    + "`daybook retain run` carries out what is due")
        }
    }
}

extension Ledger {
    /// A hold by its code.
    func known(_ id: String) throws -> Hold {
        if let hold = hold(id) { return hold }
        let nearest = Spelling.nearest(to: id, among: holds.map(\.id))
        throw DeskFailure(
            .usage,
            "there is no hold \(id)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " `daybook hold list --all` lists them.")
    }
}
