// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import TransparencyLog

/// `daybook publish`: the book as static tiles.
struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write the book in the layout that third-party checkers read.",
        discussion: """
            Writes checkpoint, tile/<level>/... and tile/entries/... as C2SP tlog-tiles says, to \
            be served as static files by any web server. The entries are the records: publish \
            only what may be seen.

            Example:
              daybook publish --to public/audit
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Option(
        name: .long, help: ArgumentHelp("The directory to write.", valueName: "directory"),
        completion: .directory)
    var to: String

    @Flag(name: .long, help: "Print what was written as JSON.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let book = try ground.known(bookOption.book)
        if book == "chat" {
            let size = try ground.snapshot(book).size
            try ground.recordViewing(of: book, 0..<size, isOpened: false)
        }
        let prover = try BookProver(ground.place(book))
        var progress = Progress("publish \(book)")
        let files = try prover.publish(to: to) {
            progress.report(UInt64($0), of: UInt64($1), "tile")
        }
        progress.end()
        let checkpoint = prover.signed.checkpoint
        if json {
            Terminal.say(json: [
                "book": .string(book), "directory": .string(to),
                "origin": .string(checkpoint.origin), "size": .number(String(checkpoint.size)),
                "root": .string(checkpoint.root.base64), "files": .number(String(files)),
            ])
        } else {
            Terminal.say(
                "published \(Words.count(checkpoint.size, "record")) of \(book) to \(to)")
        }
    }
}
