// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Records
import Retention

/// `daybook request`: what people ask about the data that is kept of them.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Take and answer what people ask about the data that is kept of them.",
        discussion: """
            An answer is due within a month. Access and portability are answered with a page and a \
            JSON file about that person alone; erasure before a rule's period is over becomes a \
            restriction with a date, and is carried out on that date.

            Examples:
              daybook request open alice --kind access --verified-by "passport"
              daybook request list
              daybook request answer q-7k2m9q4x --out answers
              daybook request extend q-7k2m9q4x --reason "many accounts"
            """,
        subcommands: [
            RequestList.self, RequestOpen.self, RequestAnswer.self, RequestExtend.self,
        ], defaultSubcommand: RequestList.self)
}

extension Request.Kind: ExpressibleByArgument {
    package var defaultValueDescription: String { rawValue }
}

struct RequestOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Note that a request came in.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "Who asks: a name, or an account as platform:name.")
    var person: String

    @Option(name: .long, help: "access, portability, erasure or restriction.")
    var kind: Request.Kind

    @Option(name: .long, help: "The date on which it came in. (default: today)")
    var received: String?

    @Option(name: .long, help: "How it was made sure that it is they who ask.")
    var verifiedBy: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let received = try self.received.map { try ScopeForm.instant($0, "--received") }
        let opened = try ground.openRequest(
            person, kind, received: received, verifiedBy: verifiedBy, mark: "--")
        let request = opened.request
        if json { return Terminal.say(json: request.json) }
        Terminal.say(
            "request \(request.id) is open, by record \(Words.grouped(opened.record)); its answer "
                + "is due on \(request.due.description.prefix(10))")
        if kind == .restriction {
            Terminal.say(
                "from now on no policy and no clear takes what is \(opened.person.name)'s; "
                    + "`daybook request answer \(request.id)` takes it out of search, too")
        }
        if verifiedBy == nil {
            Terminal.note("nobody said how it was made sure who asks: --verified-by notes it")
        }
    }
}

struct RequestList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The requests that wait. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Answered ones, too.")
    var all = false

    @Flag(name: .long, help: "Print one JSON object a request.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let now = ground.now
        let requests = try ground.requests(all: all)
        if json {
            for request in requests { Terminal.say(json: request.json) }
            return
        }
        guard !requests.isEmpty else { return Terminal.say("no request waits") }
        var table = TextTable([
            .left("REQUEST"), .left("KIND"), .left("RECEIVED"), .left("DUE"), .left("STATE"),
            .left("PERSON"),
        ])
        for request in requests {
            table.add([
                request.id, request.kind.rawValue, String(request.received.description.prefix(10)),
                String(request.due.description.prefix(10)), request.state(at: now), request.person,
            ])
        }
        for line in table.lines { Terminal.say(line) }
    }
}

struct RequestExtend: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Note that the person was told that their answer takes two more months.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The request's code.", valueName: "code"))
    var request: String

    @Option(name: .long, help: "Why, as the person was told.")
    var reason: String

    mutating func run() throws {
        let due = try Ground(place).extendRequest(request, reason: reason)
        Terminal.say("the answer to \(request) is due on \(due.description.prefix(10))")
    }
}
