// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Records

/// `daybook demo`: a simulated desk, through the library's public API.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Record a simulated trading desk.",
        discussion: """
            Strategies, orders with every life they can have, rejects, a circuit breaker. The same \
            seed gives the same events; the desk's own clock begins on 20 November 2026. Ctrl-C \
            ends it.

            Examples:
              daybook demo
              daybook demo --events 1000000
              daybook demo --rate 20 --seed 7 & daybook tail -f
              daybook demo --chat --until-now && daybook demo --chat --now --events 1000000
            """)

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "How many events.")
    var events = 10_000

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Events a second. (default: as fast as they can be recorded)", valueName: "rate"))
    var rate: Double?

    @Option(name: .long, help: "What the random numbers come from.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "People of the desk chat, too.")
    var chat = false

    @Flag(name: .long, help: "The desk's clock ends now: its events are those of the last hours.")
    var untilNow = false

    @Flag(
        name: .long,
        help: "The desk's clock is the present: --rate is how fast it goes (default: 10 a second).")
    var now = false

    @Flag(name: .long, help: "Print the counts as JSON.")
    var json = false

    func validate() throws {
        guard events >= 0 else { throw ValidationError("--events counts: 0 or more.") }
        if let rate, !(rate > 0) { throw ValidationError("--rate is above 0.") }
        guard !(now && untilNow) else {
            throw ValidationError("--now begins now, and --until-now ends now: choose one.")
        }
    }

    mutating func run() throws {
        Interruption.listen()
        let daybook = try Daybook(directory: place.logsPath, keys: place.keysPath)
        let clock = SystemClock()
        let start = clock.monotonic()
        var progress = Progress("demo")
        var recorded: UInt64 = 0
        let demo = DemoClock()
        if chat, !now { try recordChat(demo, in: daybook) }
        var messages = chat && now ? demo.liveChat(seed: seed).makeIterator() : nil
        var message = messages?.next()
        for event in desk(demo) {
            if Interruption.isRequested { break }
            if now, let instant = event.timestamp {
                guard DemoClock.wait(until: instant) else { break }
                if let due = message?.timestamp, due <= instant, let said = message {
                    try daybook.append(said, durability: .written)
                    message = messages?.next()
                }
            } else if let rate {
                wait(until: start + UInt64(Double(recorded) / rate * 1e9), clock)
            }
            try daybook.append(event, durability: rate == nil && !now ? .queued : .written)
            recorded += 1
            if recorded & 0xFFF == 0 || rate != nil || now {
                progress.report(recorded, of: UInt64(events), "event")
            }
        }
        try daybook.close()
        progress.end()
        let seconds = Double(clock.monotonic() - start) / 1e9
        if json {
            Terminal.say(json: [
                "events": .number(String(recorded)), "seed": .number(String(seed)),
                "seconds": .number(String((seconds * 1000).rounded() / 1000)),
            ])
        } else {
            let each = seconds > 0 ? Int(Double(recorded) / seconds) : 0
            Terminal.say(
                "recorded \(Words.count(recorded, "event")) of seed \(seed) in "
                    + "\((seconds * 10).rounded() / 10) s (\(Words.grouped(each)) a second), "
                    + "synced and signed")
            Terminal.say(
                "Next: daybook verify; daybook tail; daybook cat | jq -r .event_type | sort | uniq -c"
            )
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    private func desk(_ demo: DemoClock) -> DemoDesk {
        if now { return demo.live(seed: seed, events: events, rate: rate ?? 10) }
        if untilNow { return demo.past(seed: seed, events: events) }
        return DemoDesk(seed: seed, events: events)
    }

    private func recordChat(_ demo: DemoClock, in daybook: Daybook) throws {
        guard untilNow else {
            for message in DemoChat(seed: seed, messages: DemoClock.messages) {
                try daybook.append(message, durability: .queued)
            }
            return
        }
        for message in demo.pastChat(seed: seed) {
            try daybook.append(message, durability: .queued)
        }
    }

    private func wait(until instant: UInt64, _ clock: SystemClock) {
        let now = clock.monotonic()
        if instant > now { sleepFor(nanoseconds: instant - now) }
    }
}
