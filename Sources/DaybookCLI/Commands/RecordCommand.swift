// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Intake
import Masking
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybook record`: standard input to the book.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record lines from standard input.",
        discussion: """
            Each line is masked, then recorded. With --format jsonl a line is one JSON object; a \
            line that is none is kept too, as a text record that says why. With --format text \
            the known formats (Python logging, structlog, ccxt, ibapi, OANDA) become records \
            with their own time and level, and all else is text.

            Structured records go into the book audit and text into chat, which can be cleared; \
            --book puts all into one.

            Examples:
              tail -F trades.jsonl | daybook record
              zcat old.log.gz | daybook record --format text --source old-bot
              daybook record --durability synced < trades.jsonl
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case jsonl, text
    }

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "The one book that takes all. (default: audit, and chat for text)")
    var book: String?

    @Option(name: .long, help: "How lines are read.")
    var format = Format.jsonl

    @Option(
        name: .long,
        help: "What is waited for before more is read when the input pauses, and at the end.")
    var durability: Durability?

    @Option(
        name: .long, help: ArgumentHelp("What the records name as their source.", valueName: "name")
    )
    var source = "stdin"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times printed without one. (default: this machine's)", valueName: "zone"))
    var zone: String?

    @Flag(name: .long, help: "Say which masking rule fired where, without the values.")
    var report = false

    @Flag(name: .long, help: "Print the counts as JSON.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let localZone = try LocalZone(named: zone)
        Interruption.listen()
        var recorder = try Recorder(ground, source: source, only: book, durability: durability)
        var reader = LineReader(0)
        var tally = Tally()
        switch format {
        case .jsonl: try recordJSON(&reader, &recorder, &tally)
        case .text: try recordText(&reader, &recorder, &tally, localZone)
        }
        try recorder.finish()
        tally.progress.end()
        say(tally, recorder.counts, recorder.report)
        if let code = reader.failure {
            throw DeskFailure(
                .inputOutput,
                "standard input broke off: \(String(cString: strerror(code))). What came before "
                    + "is recorded.")
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    private struct Tally {
        var lines: UInt64 = 0
        var asText: UInt64 = 0
        var empty: UInt64 = 0
        var progress = Progress("record")
        let start = SystemClock().monotonic()

        var seconds: Double { Double(SystemClock().monotonic() - start) / 1e9 }
    }

    private func recordJSON(
        _ reader: inout LineReader, _ recorder: inout Recorder, _ tally: inout Tally
    ) throws {
        while reader.read() {
            while let line = reader.next() {
                takeJSON(line, &recorder, &tally)
                if recorder.isFull { try recorder.handOver(isPause: false) }
            }
            if !reader.hasMore { try recorder.handOver(isPause: true) }
            tally.progress.report(tally.lines, of: nil, "line")
        }
        if let line = reader.takeRest() { takeJSON(line, &recorder, &tally) }
    }

    private func takeJSON(
        _ line: UnsafeBufferPointer<UInt8>, _ recorder: inout Recorder, _ tally: inout Tally
    ) {
        tally.lines += 1
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else {
            tally.empty += 1
            return
        }
        var reason = "not a JSON object"
        if first == UInt8(ascii: "{") {
            do throws(JSONError) {
                return try recorder.take(jsonLine: line, .audit)
            } catch {
                reason = "not a JSON object: \(error)"
            }
        }
        tally.asText += 1
        recorder.take(object: .refusedLine(line, because: reason), .chat)
    }

    private func recordText(
        _ reader: inout LineReader, _ recorder: inout Recorder, _ tally: inout Tally,
        _ zone: LocalZone
    ) throws {
        var taker = IntakeTaker(stream: .file, zone: zone)
        while reader.read() {
            while let line = reader.next() {
                tally.lines += 1
                taker.feed(line: line, to: &recorder)
                if recorder.isFull { try recorder.handOver(isPause: false) }
            }
            if !reader.hasMore {
                // Silence ends a record that could have had more lines.
                var wanted = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
                let patience = Int32(CommandLimits.silenceNanoseconds / 1_000_000)
                if poll(&wanted, 1, patience) == 0 { taker.flush(to: &recorder) }
                try recorder.handOver(isPause: true)
            }
            tally.progress.report(tally.lines, of: nil, "line")
        }
        if let line = reader.takeRest() {
            tally.lines += 1
            taker.feed(line: line, to: &recorder)
        }
        taker.finish(to: &recorder)
    }

    private func say(_ tally: Tally, _ counts: [Recorder.Count], _ masking: MaskingReport) {
        let seconds = tally.seconds
        if json {
            var object: JSONObject = [
                "lines": .number(String(tally.lines)), "as_text": .number(String(tally.asText)),
                "empty": .number(String(tally.empty)),
                "records": .object(
                    JSONObject(counts.map { ($0.book, .number(String($0.records))) })),
                "seconds": .number(String((seconds * 1000).rounded() / 1000)),
            ]
            if report { object["masking"] = masking.json }
            Terminal.say(json: object)
        } else {
            let books = counts.filter { $0.records > 0 }
                .map { "\(Words.count($0.records, "record")) in \($0.book)" }
            var text = "daybook: \(Words.count(tally.lines, "line")) read: "
            text += books.isEmpty ? "nothing to record" : books.joined(separator: ", ")
            if tally.asText > 0 {
                text += "; \(Words.grouped(tally.asText)) of them no JSON objects, kept as text"
            }
            if tally.empty > 0 { text += "; \(Words.count(tally.empty, "empty line"))" }
            Terminal.note(text + "; \((seconds * 10).rounded() / 10) s")
            if report { for line in masking.lines { Terminal.note(line) } }
        }
    }
}
