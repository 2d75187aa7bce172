// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records

struct PolicyExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what becomes of one record, when, and who says so.",
        discussion: """
            Examples:
              daybook policy explain 4711
              daybook policy explain 17 --book audit --json
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The record's index.")
    var index: UInt64

    @Option(name: .long, help: "The book: audit, chat, or one named in daybook.yaml.")
    var book = "chat"

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let explanation = try Ground(place).explain(book, index)
        if json { return Terminal.say(json: explanation.json) }
        for line in explanation.lines { Terminal.say(line) }
    }
}
