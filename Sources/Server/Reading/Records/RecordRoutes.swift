// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Records
import TransparencyLog

/// Single records: with their proof, as a `.tlog-proof` file, and the life of their order.
package struct RecordRoutes: RouteGroup {
    private let core: DaemonCore
    private let gate: SearchGate

    init(_ core: DaemonCore, _ gate: SearchGate) {
        self.core = core
        self.gate = gate
    }

    package var routes: [Route] {
        let readers = Route.Access.roles(ReadRights.readers)
        return [
            Route(
                // The router takes one name for one place in a path; here it is the index.
                .get, "/v1/records/{book}", access: readers,
                operation: Operation(
                    "auditRecord", "A record of the book audit, with its proof.",
                    path: "/v1/records/{index}",
                    parameters: [
                        .init("index", in: .path, type: "integer", "The record's index, from 0.")
                    ],
                    answers: [
                        (200, "It is there.", "application/json"), (404, "There is none.", nil),
                    ])
            ) { [self] request, context in
                try await record("audit", request, context, index: context.index("book"))
            },
            Route(
                .get, "/v1/records/{book}/{index}", access: readers,
                operation: Self.operation("record", "A record, with its proof.")
            ) { [self] request, context in
                try await record(context.parameters.get("book") ?? "", request, context)
            },
            Route(
                .get, "/v1/records/{book}/{index}/proof", access: readers,
                operation: Self.operation(
                    "recordProof",
                    "The proof as a .tlog-proof file (C2SP), to be checked without Daybook.",
                    type: "text/plain")
            ) { [self] request, context in try await proof(request, context) },
            Route(
                .get, "/v1/records/{book}/{index}/lifecycle", access: readers,
                operation: Self.operation(
                    "recordLifecycle", "Everything that happened to the order of a record.")
            ) { [self] request, context in try await life(request, context) },
        ]
    }

    private func read(
        _ book: String, _ request: Request, _ context: DaemonContext, index known: UInt64? = nil
    ) async throws -> RecordAnswer {
        let principal = try context.caller
        let index = try known ?? context.index()
        let values = RequestValues(request)
        let (isOpened, reason) = (try values.flag("open"), try values.reason)
        let ground = core.ground(of: principal)
        return try await core.blocking {
            try RecordAnswer(
                book, index, ReadRights(principal), isOpened: isOpened, reason: reason, ground)
        }
    }

    private func record(
        _ book: String, _ request: Request, _ context: DaemonContext, index: UInt64? = nil
    ) async throws -> Response {
        Response(json: try await read(book, request, context, index: index).json)
    }

    private func proof(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let book = context.parameters.get("book") ?? ""
        let answer = try await read(book, request, context)
        guard let proof = answer.proof else {
            throw HTTPFailure(.conflict, answer.unproven ?? "it cannot be proven yet")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition:
                    "attachment; filename=\"\(book)-\(answer.index).tlog-proof\"",
            ], body: .init(byteBuffer: .init(bytes: proof.bytes)))
    }

    private func life(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let principal = try context.caller
        let book = context.parameters.get("book") ?? ""
        let answer = try await read(book, request, context)
        guard let order = OrderLife.order(of: answer.line) else {
            throw HTTPFailure(.notFound, "this record is about no order")
        }
        let ground = core.ground(of: principal)
        return try await gate.run {
            Response(json: try OrderLife(of: order, ReadRights(principal), ground).json)
        }
    }

    private static func operation(
        _ id: String, _ summary: String, isOfBook: Bool = true, type: String = "application/json"
    ) -> Operation {
        var parameters: [Operation.Parameter] = [
            .init("index", in: .path, type: "integer", "The record's index, from 0."),
            .init("open", type: "boolean", "Opens its envelope; for compliance, with a reason."),
            .init("reason", "Why people's own words are read; needed for the book chat."),
        ]
        if isOfBook { parameters.insert(.init("book", in: .path, "The book."), at: 0) }
        return Operation(
            id, summary, parameters: parameters,
            answers: [
                (200, "It is there.", type),
                (400, "The index is none, or a reason is missing.", nil),
                (403, "It is not theirs.", nil), (404, "There is no such book or record.", nil),
            ])
    }
}
