// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records
import TransparencyLog

/// `daybook key`: what others check signatures with.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the book's verifier key.",
        discussion: """
            It is public: give it to whoever shall check proofs and checkpoints, by a way that \
            does not pass through whom they check.

            Example:
              daybook key --book audit > audit.vkey
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Flag(name: .long, help: "Print it as JSON, with the origin.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let book = try ground.known(bookOption.book)
        let key = try ground.verifierKey(of: book)
        if json {
            Terminal.say(json: [
                "book": .string(book), "origin": .string(key.name),
                "verifier_key": .string(key.description),
            ])
        } else {
            Terminal.say(key.description)
        }
    }
}
