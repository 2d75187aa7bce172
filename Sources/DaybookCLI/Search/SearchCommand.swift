// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Query
import Records

/// `daybook search`: records that pass a filter, and what pipes make of them.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find records, and count, sum, sort and draw what was found.",
        discussion: """
            A query is a filter, then pipes. Fields: event_type:order_filled, \
            asset:(AAPL or MSFT), fill_price > 150.25, reason:"too late", asset:BTC*, \
            parent_order_id:*; words alone are looked for in all texts; and, or, not, \
            parentheses. Pipes: fields, stats, sort, limit, top, rename, timeline, lifecycle. \
            Numbers are exact. docs/guides/search.md has the whole language.

            On a terminal the result is a table; into a pipe it is JSON Lines, whole records \
            byte by byte as they are stored. Sealed records are opened for whoever has the keys, \
            in memory, and come as they were before; restricted ones are left out and counted. \
            Searching the book chat is itself recorded, in the book audit, before the first \
            envelope is opened. The sealed details of other books, such as who asked for a hold, \
            stay closed unless --open is given, which makes the search a record, too.

            Exit codes: 0 something was found; 1 nothing was; 64 the query or the command was \
            wrong; 130 Ctrl-C; others as for every command.

            Examples:
              daybook search 'event_type:order_rejected and asset:(AAPL or MSFT)' --since 1d
              daybook search 'event_type:order_filled | stats sum(commission), count() by asset'
              daybook search 'level:error | timeline 5m' --from 2026-11-20
              daybook search '| lifecycle order-00000012'
              daybook search 'fill_price > 150 | sort -fill_price | limit 10' --wide
              daybook search -f 'level:(error or critical)'
              daybook search '"client list"' --books chat --withhold-until 2027-01-31
              daybook search --books audit --open 'event_type:hold_opened and zeppelin'
              daybook search 'asset:AAPL | fields timestamp, fill_price' --output fills.parquet
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(
        help: ArgumentHelp(
            "What to look for; without it every record. In single quotes, for the shell.",
            valueName: "query"))
    var query: [String] = []

    @OptionGroup var times: SearchTimes

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Books, by commas. (default: all that can be read)", valueName: "books"))
    var books: String?

    @Flag(name: [.short, .long], help: "Go on with new records as they come.")
    var follow = false

    @Flag(
        name: .long,
        help: "Open what is sealed in every book: in audit names, reasons and queries, too.")
    var open = false

    @OptionGroup var form: SearchForm
    @OptionGroup var withhold: WithholdOption

    @Option(
        name: .long,
        help: ArgumentHelp("Megabytes that the query may hold in memory.", valueName: "MB"))
    var memory = SearchForm.memoryMegabytes

    func validate() throws {
        guard (16...65_536).contains(memory) else {
            throw ValidationError("--memory counts megabytes: 16 to 65536.")
        }
        try form.validate(following: follow)
    }

    mutating func run() throws {
        let text = query.joined(separator: " ")
        let zone = try times.queryZone()
        let plan = try Self.plan(text, zone)
        let range = try times.range(zone)
        if follow { try refuseFollowing(plan, range) }
        let ground = try Ground(place)
        let sources = try self.sources(ground)
        Interruption.listen()
        let watch = SearchWatch()
        let run = QueryRun(
            plan, over: sources, time: range, zone: zone,
            settings: ScanSettings(
                threads: machineThreads(), memoryBytesMax: memory << 20,
                isCancelled: { Interruption.isRequested || watch.isOver },
                progress: { watch.report($0, of: $1) }))
        let viewing = SearchRecord(
            ground: ground, query: text, books: sources.map(\.name),
            isOpening: sources.contains { $0.opener != nil },
            withheldUntil: try withhold.instant())
        // Before the first envelope is opened, and so before it is known how many there are.
        if sources.contains(where: { $0.opener != nil }) {
            try viewing.keep(hits: nil)
        }
        var printer = try form.printer(
            run: run, watch: watch, isFollowing: follow, viewing: viewing)
        let matched = try finish(run, text, &printer, watch)
        if follow, !watch.isOver {
            let restricted = run.restrictedCount
            try SearchFollower(run, printer.shownCount).follow(into: &printer)
            Self.tell(restricted: run.restrictedCount - restricted)
        }
        try printer.end()
        if let code = Interruption.exitCode { throw ExitCode(code) }
        if matched == 0, printer.shownCount == 0 { throw verdictIsNo() }
    }

    /// Runs it; the records that were found.
    private func finish(
        _ run: QueryRun, _ text: String, _ printer: inout ResultPrinter, _ watch: SearchWatch
    ) throws -> UInt64 {
        do throws(QueryError) {
            let summary = try run.run(into: &printer)
            watch.end()
            Self.tell(restricted: summary.restricted, closed: summary.closed)
            for (name, count) in summary.skipped {
                Terminal.complain(
                    "\(name) leaves out \(Words.count(count, "value")) that "
                        + (count == 1 ? "is no number." : "are no numbers."))
            }
            return summary.matched
        } catch {
            watch.end()
            if let failure = printer.failure { throw failure }
            guard error.code == .cancelled, let code = Interruption.exitCode else {
                if printer.isReaderGone { throw ExitCode(0) }
                throw DeskFailure(error, in: text)
            }
            printer.abandon()
            Terminal.complain(
                "stopped after \(watch.doneText); "
                    + "\(Words.count(printer.shownCount, "row")) shown.")
            throw ExitCode(code)
        }
    }

    /// What the result does not show.
    private static func tell(restricted: UInt64, closed: UInt64 = 0) {
        if restricted > 0 {
            Terminal.complain(
                "\(Words.count(restricted, "restricted record")) left out: kept for legal "
                    + "reasons, and not to be used.")
        }
        if closed > 0 {
            Terminal.complain(
                "\(Words.count(closed, "envelope")) cannot be opened, and no receipt says why: "
                    + "`daybook verify --book chat` tells more.")
        }
    }

    private static func plan(_ text: String, _ zone: QueryZone) throws -> QueryPlan {
        do throws(QueryError) {
            return try QueryPlan(try Query(parsing: text, zone: zone), zone: zone)
        } catch {
            throw DeskFailure(error, in: text)
        }
    }

    private func refuseFollowing(_ plan: QueryPlan, _ range: TimeRange) throws {
        guard plan.isStreaming else {
            throw DeskFailure(
                .usage,
                "-f shows records as they come; sort, stats, top, timeline and lifecycle need all "
                    + "of them first. Without -f they work.")
        }
        guard range.to == nil else {
            throw DeskFailure(.usage, "-f has no end, so --to and --until do not go with it.")
        }
    }

    // MARK: - Books

    private func sources(_ ground: Ground) throws -> [QueryRun.Source] {
        if let books {
            var names: [String] = []
            for name in books.split(separator: ",", omittingEmptySubsequences: false) {
                let known = try ground.known(String(name.filter { $0 != " " }))
                if !names.contains(known) { names.append(known) }
            }
            return try names.map { try source($0, try ground.snapshot($0), ground) }
        }
        var sources: [QueryRun.Source] = []
        for name in ground.existingBooks {
            if let snapshot = try Self.readable(ground.place(name)) {
                sources.append(try source(name, snapshot, ground))
            }
        }
        guard !sources.isEmpty else {
            // The error of a book that is not there says what makes one.
            _ = try ground.snapshot("audit")
            return []
        }
        return sources
    }

    /// Nil for a book that this user may not read; naming it with --books says so.
    private static func readable(_ place: BookPlace) throws(BookError) -> BookSnapshot? {
        do throws(BookError) {
            return try BookSnapshot(place)
        } catch {
            if error.underlying?.isPermission == true { return nil }
            throw error
        }
    }

    private func source(
        _ name: String, _ snapshot: BookSnapshot, _ ground: Ground
    ) throws -> QueryRun.Source {
        let opener = try ground.opener(for: name, evenDetails: open)
        // What is opened is in memory alone.
        return QueryRun.Source(
            name: name, snapshot: snapshot, maySpill: name != "chat" && opener == nil,
            opener: opener)
    }
}
