// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook tail`: the newest records.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the newest records.",
        discussion: """
            On a terminal records are shown for people; into a pipe, or with --json, they come \
            exactly as stored. --open shows what is sealed. Reading the book chat, and opening \
            any, is itself recorded.

            Examples:
              daybook tail
              daybook tail -f -n 0 --book chat --open
              daybook tail -f | jq -r 'select(.level == "error") | .event'
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Option(name: .short, help: ArgumentHelp("How many records.", valueName: "count"))
    var n = 10

    @Flag(name: [.short, .long], help: "Go on as records come, across rotations.")
    var follow = false

    @Flag(name: .long, help: "Open envelopes: show what is sealed.")
    var open = false

    @OptionGroup var withhold: WithholdOption

    @Flag(name: .long, help: "Print the lines as they are stored, on a terminal too.")
    var json = false

    func validate() throws {
        guard n >= 0 else { throw ValidationError("-n counts records: 0 or more.") }
    }

    mutating func run() throws {
        let ground = try Ground(place)
        let snapshot = try ground.snapshot(bookOption.book)
        let first = snapshot.size - min(UInt64(n), snapshot.size)
        try ground.recordViewing(
            of: bookOption.book, first..<snapshot.size, isOpened: open,
            withheldUntil: withhold.instant())
        let isPretty = !json && Terminal.isTerminal(Terminal.output)
        var output = OutputBuffer()
        var reader = EnvelopeReader(open ? ground.houseOpener : nil)
        for line in try snapshot.lastLines(n) { line.withUnsafeBufferPointer { reader.add($0) } }
        try reader.flush { print($0, isPretty, &output) }
        output.flush()
        guard follow else { return }
        let follower = BookFollower(behind: snapshot)
        while true {
            let isActive = try follower.readLines { reader.add($1) }
            try reader.flush { print($0, isPretty, &output) }
            output.flush()
            if !isActive { sleepFor(nanoseconds: CommandLimits.followNanoseconds) }
        }
    }

    private func print(
        _ line: UnsafeBufferPointer<UInt8>, _ isPretty: Bool, _ output: inout OutputBuffer
    ) {
        if isPretty {
            output.append(line: RecordText.render(line))
        } else {
            output.append(line: line)
        }
    }
}
