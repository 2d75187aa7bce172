// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Query

/// `GET /v1/search`: the query language over HTTP, streamed.
package struct SearchRoutes: RouteGroup {
    private let core: DaemonCore
    private let gate: SearchGate

    init(_ core: DaemonCore, _ gate: SearchGate) {
        self.core = core
        self.gate = gate
    }

    package var routes: [Route] {
        [
            Route(
                .get, "/v1/search", access: .roles(ReadRights.readers), operation: Self.operation
            ) { [self] request, context in try await search(request, context) }
        ]
    }

    private func search(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let principal = try context.caller
        let pipe = BytePipe()
        let ground = core.ground(of: principal)
        let (question, run) = try await core.blocking {
            let question = try SearchQuestion(request, principal, ground)
            return (question, try question.run(ground) { pipe.isClosed })
        }
        try gate.start { Self.write(question, run, pipe) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/jsonl", .cacheControl: "no-store"],
            body: pipe.body(context))
    }

    private static func write(_ question: SearchQuestion, _ run: QueryRun, _ pipe: BytePipe) {
        var writer = SearchWriter(question, run, pipe)
        do throws(QueryError) {
            let summary = try run.run(into: &writer)
            writer.end(summary, isStreaming: run.plan.isStreaming)
        } catch {
            if error.code != .cancelled { writer.fail(error.explained(in: question.text)) }
        }
        pipe.finish()
    }

    private static let operation = Operation(
        "search",
        "Records that pass a filter, and what pipes make of them (docs/guides/search.md).",
        parameters: [
            .init("q", "The query, such as `event_type:order_filled | limit 10`; all without it."),
            .init("books", "Books by commas; without it all that the caller may read."),
            .init("from", "From an instant, date or so long ago on."),
            .init("to", "Through an instant or date."),
            .init("limit", type: "integer", "Rows of this answer at most; 1000 without it."),
            .init("cursor", "Goes on where the answer with this cursor ended."),
            .init("reason", "Why people's own words are read; needed for the book chat."),
        ],
        answers: [
            (
                200,
                "A line `search`, a line for each record or row, and a line `end` with the cursor.",
                "application/jsonl"
            ),
            (400, "The query, a time or the cursor is wrong; the message says where.", nil),
            (403, "The book is not theirs.", nil),
            (429, "Too many searches at once.", nil),
        ])
}
