// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Intake
import Masking
import Records

/// `daybook mask`: tries the masking rules, records nothing.
struct MaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask",
        abstract: "Show lines as they would be stored, without storing them.",
        discussion: """
            Good for trying the rules of daybook.yaml. JSON lines and logs come out as records; \
            with --plain the text comes out as text.

            Examples:
              daybook mask old-bot.log | less
              daybook mask --report old-bot.log > /dev/null
              echo 'api_key=abc123def456 order-00000001' | daybook mask --plain
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(
        help: ArgumentHelp("A file; - or nothing for standard input.", valueName: "file"),
        completion: .file())
    var file: String?

    @Flag(name: .long, help: "Keep the text as it is, but for what is masked.")
    var plain = false

    @Flag(name: .long, help: "Say on standard error which rule fired where, without the values.")
    var report = false

    @Flag(name: .long, help: "Print the report as JSON. Implies --report.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let zone = try LocalZone(named: nil)
        var session = MaskingSession(ground.masker)
        let bytes = try SmallFile.read(file ?? "-", limit: 1 << 30)
        if plain {
            var text = session.maskText(String(decoding: bytes, as: UTF8.self))
            text.withUTF8 { _ = Terminal.write($0, to: Terminal.output) }
        } else {
            mask(bytes, &session, zone)
        }
        if json {
            var buffer = ByteBuffer()
            CanonicalJSON.encode(session.report.json, into: &buffer)
            Terminal.note(buffer.string)
        } else if report {
            for line in session.report.lines { Terminal.note(line) }
        }
    }

    private func mask(_ bytes: [UInt8], _ session: inout MaskingSession, _ zone: LocalZone) {
        var intake = Intake(stream: .file) { zone.utc(fromLocal: $0) }
        let refuser = intake
        let provenance = Provenance(source: file.map { "file:\($0)" } ?? "stdin")
        var output = OutputBuffer()
        func print(_ item: IntakeItem) {
            var records = MaskedRecords()
            switch item {
            case .object(let object, _):
                session.append(object: object, from: provenance, to: &records)
            case .jsonLine(let line, _):
                do throws(JSONError) {
                    try session.append(jsonLine: line, from: provenance, to: &records)
                } catch {
                    if case .object(let object, _) = refuser.refused(line) {
                        session.append(object: object, from: provenance, to: &records)
                    }
                }
            }
            for index in records.entries.indices { output.append(line: records.line(index)) }
        }
        intake.feed(bytes) { print($0) }
        intake.finish { print($0) }
        output.flush()
    }
}
