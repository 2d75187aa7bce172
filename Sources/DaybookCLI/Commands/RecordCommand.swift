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
              daybook record --threads 1 < trades.jsonl
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

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Threads that parse and mask JSON Lines. (default: one a core, at most 8)",
            valueName: "n"))
    var threads: Int?

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
        case .jsonl: try recordJSON(&reader, &recorder, &tally, ground.masker)
        case .text: try recordText(&reader, &recorder, &tally, localZone)
        }
        try recorder.finish()
        tally.progress.end()
        var masked = recorder.report
        masked.merge(tally.report)
        say(tally, recorder.counts, masked)
        if let code = reader.failure {
            throw DeskFailure(
                .inputOutput,
                "standard input broke off: \(String(cString: strerror(code))). What came before "
                    + "is recorded.")
        }
        if let code = Interruption.exitCode { throw ExitCode(code) }
    }

    func validate() throws {
        guard let threads, !(1...64).contains(threads) else { return }
        throw ValidationError("--threads takes a number from 1 to 64")
    }

    private struct Tally {
        var counts = LineTally()
        /// Of lines that were masked elsewhere than in the recorder.
        var report = MaskingReport()
        var progress = Progress("record")
        let start = SystemClock().monotonic()

        var seconds: Double { Double(SystemClock().monotonic() - start) / 1e9 }
    }

    private func recordJSON(
        _ reader: inout LineReader, _ recorder: inout Recorder, _ tally: inout Tally,
        _ masker: Masker
    ) throws {
        var masking = OrderedMasking(
            masker, recorder.provenance, recorder.sealRules,
            threads: threads ?? OrderedMasking.threads)
        while reader.read() {
            while let lines = reader.nextLines(upTo: OrderedMasking.runBytes) {
                try masking.take(lines) { masked throws(BookError) in
                    tally.counts += masked.tally
                    try recorder.take(&masked)
                }
            }
            if !reader.hasMore {
                try finish(&masking, &recorder, &tally)
                try recorder.handOver(isPause: true)
            }
            tally.progress.report(tally.counts.lines, of: nil, "line")
        }
        if let line = reader.takeRest() {
            try masking.take(line) { masked throws(BookError) in
                tally.counts += masked.tally
                try recorder.take(&masked)
            }
        }
        try finish(&masking, &recorder, &tally)
        tally.report = masking.report
    }

    /// Waits for the lines that are being masked.
    private func finish(
        _ masking: inout OrderedMasking, _ recorder: inout Recorder, _ tally: inout Tally
    ) throws(BookError) {
        try masking.drain { masked throws(BookError) in
            tally.counts += masked.tally
            try recorder.take(&masked)
        }
    }

    private func recordText(
        _ reader: inout LineReader, _ recorder: inout Recorder, _ tally: inout Tally,
        _ zone: LocalZone
    ) throws {
        var taker = IntakeTaker(stream: .file, zone: zone)
        while reader.read() {
            while let line = reader.next() {
                tally.counts.lines += 1
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
            tally.progress.report(tally.counts.lines, of: nil, "line")
        }
        if let line = reader.takeRest() {
            tally.counts.lines += 1
            taker.feed(line: line, to: &recorder)
        }
        taker.finish(to: &recorder)
    }

    private func say(_ tally: Tally, _ counts: [Recorder.Count], _ masking: MaskingReport) {
        let seconds = tally.seconds
        if json {
            var object: JSONObject = [
                "lines": .number(String(tally.counts.lines)),
                "as_text": .number(String(tally.counts.asText)),
                "empty": .number(String(tally.counts.empty)),
                "records": .object(
                    JSONObject(counts.map { ($0.book, .number(String($0.records))) })),
                "seconds": .number(String((seconds * 1000).rounded() / 1000)),
            ]
            if report { object["masking"] = masking.json }
            Terminal.say(json: object)
        } else {
            let books = counts.filter { $0.records > 0 }
                .map { "\(Words.count($0.records, "record")) in \($0.book)" }
            var text = "daybook: \(Words.count(tally.counts.lines, "line")) read: "
            text += books.isEmpty ? "nothing to record" : books.joined(separator: ", ")
            if tally.counts.asText > 0 {
                text +=
                    "; \(Words.grouped(tally.counts.asText)) of them no JSON objects, kept as text"
            }
            if tally.counts.empty > 0 {
                text += "; \(Words.count(tally.counts.empty, "empty line"))"
            }
            Terminal.note(text + "; \((seconds * 10).rounded() / 10) s")
            if report { for line in masking.lines { Terminal.note(line) } }
        }
    }
}
