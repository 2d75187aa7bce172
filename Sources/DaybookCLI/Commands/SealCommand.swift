// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook seal`: closed days become Parquet now.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Close the live file and seal every closed day as Parquet now.",
        discussion: """
            Happens by itself after each rotation. A segment is read back and compared with the \
            tree before it counts; the plain lines stay for `plain_keep`. Works while programs are \
            recording.

            Example:
              daybook seal && duckdb -c "select * from 'logs/audit/*.parquet' limit 5"
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Flag(name: .long, help: "Print one JSON object a sealed file.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let name = try ground.known(bookOption.book)
        guard ground.existingBooks.contains(name) else { throw ground.nothingHere }
        let book = try ground.open(name)
        defer { try? book.close() }
        let sealed = try book.seal()
        for segment in sealed {
            if json {
                Terminal.say(json: SegmentRow(segment).json)
            } else {
                Terminal.say(
                    "\(name): sealed \(segment.date), \(Words.count(segment.records, "record")), "
                        + "\(Words.bytes(segment.lineBytes)) of lines in "
                        + "\(Words.bytes(segment.segmentBytes)): \(segment.file)")
            }
        }
        if sealed.isEmpty, !json {
            Terminal.say("\(name): nothing to seal; every record is in a segment already")
        }
    }
}
