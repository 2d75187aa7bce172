// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook rotate`: closes the live file now.
struct RotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Close the live file under its date and begin a new one.",
        discussion: """
            Happens by itself every midnight in the configured zone, or at a size. Works while \
            programs are recording.

            Example:
              daybook rotate --book chat
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Flag(name: .long, help: "Print what happened as JSON.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let name = try ground.known(bookOption.book)
        guard ground.existingBooks.contains(name) else { throw ground.nothingHere }
        let book = try ground.open(name)
        let size = try book.rotate()
        try book.close()
        let files = try ground.snapshot(name).files
        let closed = files.dropLast().last?.name
        if json {
            Terminal.say(json: [
                "book": .string(name), "records": .number(String(size)),
                "closed_file": closed.map { .string($0) } ?? .null,
                "live_file": .string(files.last?.name ?? ""),
            ])
        } else {
            Terminal.say(
                "\(name): \(Words.count(size, "record")); the closed file is \(closed ?? "none: the live file is empty")"
            )
        }
    }
}
