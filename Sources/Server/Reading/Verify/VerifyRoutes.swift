// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records

/// `/v1/verify`: recomputes the books and compares them with what was signed.
package struct VerifyRoutes: RouteGroup {
    private let core: DaemonCore
    private let desk: VerifyDesk

    init(_ core: DaemonCore, _ desk: VerifyDesk) {
        self.core = core
        self.desk = desk
    }

    static let verifiers: Set<Role> = [.auditor, .compliance, .admin]

    package var routes: [Route] {
        [
            Route(
                .post, "/v1/verify", access: .roles(Self.verifiers),
                operation: Operation(
                    "verify", "Begins to verify the books, or one of them.",
                    parameters: [.init("book", "The book; all without it.")],
                    answers: [
                        (202, "It has begun; GET tells how far it is.", "application/json"),
                        (404, "There is no such book.", nil),
                        (409, "One runs already.", nil),
                    ])
            ) { [self] request, context in try await start(request, context) },
            Route(
                .get, "/v1/verify", access: .roles(Self.verifiers),
                operation: Operation(
                    "verification", "How far a verification is, and what came of the last ones.",
                    answers: [(200, "Progress in bytes, and verdicts.", "application/json")])
            ) { [self] _, _ in
                Response(json: try await core.blocking { describe() })
            },
        ]
    }

    private func start(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let book = try RequestValues(request).text("book")
        let ground = core.ground(of: try context.caller)
        let json = try await core.blocking { [self] in
            try Self.start(book, ground, desk)
            return describe()
        }
        return Response(.accepted, json: json)
    }

    /// - Throws: 404 for a book that is none, 409 while one runs.
    static func start(_ book: String?, _ ground: Ground, _ desk: VerifyDesk) throws {
        let books = ground.existingBooks.filter { book == nil || $0 == book }
        guard !books.isEmpty else { throw HTTPFailure(.notFound, "there is no such book") }
        guard desk.start(books, ground) else {
            throw HTTPFailure(.conflict, "a verification runs already")
        }
    }

    private func describe() -> JSONObject {
        var object: JSONObject = [:]
        if let running = desk.running {
            object["running"] = .object([
                "book": .string(running.book), "since": .string(running.since.description),
                "done_bytes": .number(String(running.done)),
                "total_bytes": .number(String(running.total)),
                "waiting": .array(running.waiting.map { .string($0) }),
            ])
        } else {
            object["running"] = .null
        }
        object["results"] = .array(desk.results().map { .object($0.json) })
        return object
    }
}
