// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import Query
import Records
import ServiceLifecycle

/// `GET /v1/tail`: records as they are written, as server-sent events.
package struct TailRoutes: RouteGroup {
    private let core: DaemonCore
    private let hub: TailHub
    private let gate = SearchGate()

    package init(_ core: DaemonCore) {
        self.core = core
        hub = TailHub(core.ground)
    }

    package var routes: [Route] {
        [
            Route(.get, "/v1/tail", access: .roles(ReadRights.readers), operation: Self.operation) {
                [self] request, context in try await tail(request, context)
            }
        ]
    }

    private func tail(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let principal = try context.caller
        let ground = core.ground(of: principal)
        guard hub.count < ServerLimits.tails else {
            throw HTTPFailure(
                .tooManyRequests, "\(ServerLimits.tails) live tails run already",
                headers: [.retryAfter: "5"])
        }
        let values = RequestValues(request)
        let last = try values.number("last", in: 0...ServerLimits.tailLast) ?? 0
        var known: String?
        if let name = HTTPField.Name("last-event-id") { known = request.headers[name] }
        let (live, older) = (BytePipe(), BytePipe())
        let id = known
        let start = try await core.blocking { [hub] in
            let question = try SearchQuestion(request, principal, ground)
            guard question.plan.isStreaming, question.plan.stages.isEmpty else {
                throw HTTPFailure(
                    .badRequest,
                    "q: a tail shows records as they come; only a filter, `fields` and `rename` go "
                        + "with it")
            }
            let run = try question.run(ground) { older.isClosed }
            let key = TailGroup.Key(
                query: question.text, books: question.books, rights: question.rights,
                isOpening: run.sources.contains { $0.opener != nil })
            let positions = hub.subscribe(key, run, live)
            guard positions.count == run.sources.count else {
                throw HTTPFailure(.serviceUnavailable, "the daemon is about to end")
            }
            return TailStart(run, positions, after: id, last: last)
        }
        do {
            // Where nothing lies between there is nothing to read, and no thread to wait for.
            if start.isCurrent {
                start.catchUp(into: older)
            } else {
                // After a restart all clients come back at once, and a browser that is refused does
                // not come back again.
                try await gate.start(within: ServerLimits.tailPatience) {
                    start.catchUp(into: older)
                }
            }
        } catch {
            older.close()
            live.close()
            throw error
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
            ], body: body(older, live, request, context))
    }

    /// First what came before, then what comes; ends with the rights of whoever looks on.
    private func body(
        _ older: BytePipe, _ live: BytePipe, _ request: Request, _ context: DaemonContext
    ) -> ResponseBody {
        context.channel.closeFuture.whenComplete { _ in
            older.close()
            live.close()
        }
        let recheck = context.recheck
        let principal = context.principal
        return ResponseBody { writer in
            defer {
                older.close()
                live.close()
            }
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await Self.watch(principal, recheck)
                        older.finish()
                        live.finish()
                    }
                    while let chunk = await older.next() { try await writer.write(chunk) }
                    while let chunk = await live.next() { try await writer.write(chunk) }
                    group.cancelAll()
                }
                try await writer.finish(nil)
            } onCancelOrGracefulShutdown: {
                older.close()
                live.finish()
            }
        }
    }

    /// Returns when the rights are no longer what they were.
    private static func watch(
        _ principal: Principal?, _ recheck: @escaping @Sendable () async throws -> Principal?
    ) async {
        while true {
            do {
                try await Task.sleep(for: .seconds(ServerLimits.recheckSeconds))
                guard try await recheck() == principal else { return }
            } catch {
                return
            }
        }
    }

    private static let operation = Operation(
        "tail", "Records as they are written, as server-sent events.",
        parameters: [
            .init("q", "A filter, and `fields` or `rename`."),
            .init("books", "Books by commas; without it all that the caller may read."),
            .init(
                "last", type: "integer", "Begins so many records back; those that pass are sent."),
            .init("reason", "Why people's own words are read; needed for the book chat."),
            .init("Last-Event-ID", in: .header, "Goes on behind that event: nothing is missed."),
        ],
        answers: [
            (
                200,
                "An event `ready`, then one for each record. A stream that ends is taken up "
                    + "again with Last-Event-ID.", "text/event-stream"
            ),
            (400, "The query is wrong, or has pipes that need all records.", nil),
            (429, "Too many live tails at once.", nil),
        ])
}

/// Where a tail begins, and the records between what its client has and what comes live.
struct TailStart: Sendable {
    private let run: QueryRun
    /// For each book: from here on the records come live.
    private let positions: [UInt64]
    private let begin: [UInt64]

    init(_ run: QueryRun, _ positions: [UInt64], after id: String?, last: Int) {
        self.run = run
        self.positions = positions
        let known = id.flatMap { TailOutput.positions($0, of: run.sources.map(\.name)) }
        begin = zip(run.sources, positions).enumerated().map { place, pair in
            let (source, position) = pair
            let wanted = known?[place] ?? (position - min(position, UInt64(last)))
            return min(max(wanted, source.snapshot.firstKept), position)
        }
    }

    /// Whether nothing lies between what its client has and what comes live.
    var isCurrent: Bool { begin == positions }

    /// Writes what lies between, and then that it is ready. Blocks; on a thread of its own.
    func catchUp(into pipe: BytePipe) {
        let live = LiveBox(run)
        let sink = TailSink(TailOutput(run, from: begin))
        defer {
            if let rest = sink.with({ $0.take() }) { _ = pipe.put(rest) }
            pipe.finish()
        }
        sink.with { output in
            output.event("begin", ["books": .array(run.sources.map { .string($0.name) })])
        }
        if !isCurrent, let older = older() {
            var collector = CatchUp(live: live, sink: sink, pipe: pipe)
            do throws(QueryError) {
                _ = try older.run(into: &collector)
            } catch {
                return
            }
        }
        sink.with { output in
            for (book, position) in positions.enumerated() { output.move(book, to: position) }
            output.event("ready", [:])
        }
    }

    /// The same filter over the records between.
    private func older() -> QueryRun? {
        var sources: [QueryRun.Source] = []
        for (place, source) in run.sources.enumerated() {
            // Newer than that of the run: what was written before the tail began has to be in it.
            guard let snapshot = try? BookSnapshot(source.snapshot.place) else { return nil }
            sources.append(
                QueryRun.Source(
                    name: source.name, snapshot: snapshot, maySpill: source.maySpill,
                    opener: source.opener, range: begin[place]..<positions[place]))
        }
        guard let plan = try? QueryPlan(Query(filter: run.plan.filter)) else { return nil }
        return QueryRun(plan, over: sources, settings: run.settings)
    }
}

private final class LiveBox {
    var live: QueryRun.Live
    init(_ run: QueryRun) { live = QueryRun.Live(run) }
}

private struct CatchUp: QueryOutput {
    let live: LiveBox
    var sink: TailSink
    let pipe: BytePipe

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool { true }

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        sink.look(at: record.book, record.index)
        _ = try live.live.give(record.line, of: record.book, index: record.index, to: &sink)
        guard sink.with({ $0.isLarge }), let chunk = sink.with({ $0.take() }) else { return true }
        return pipe.put(chunk)
    }
}
