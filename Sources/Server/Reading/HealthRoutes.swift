// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Records

/// Whether the daemon lives, and whether it can take records.
package struct HealthRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(
                .get, "/healthz", access: .everybody,
                operation: Operation(
                    "health", "Whether the process answers.",
                    answers: [(200, "It does.", "text/plain")])
            ) { _, _ in Self.text(.ok, "ok\n") },
            Route(
                .get, "/readyz", access: .everybody,
                operation: Operation(
                    "readiness", "Whether every book takes records.",
                    answers: [
                        (200, "All do.", "text/plain"),
                        (503, "One waits for its disk, or is closed.", "text/plain"),
                    ])
            ) { [core] _, _ in
                for name in core.ground.bookNames {
                    guard let book = try? core.books.book(name), book.trouble == nil else {
                        return Self.text(.serviceUnavailable, "the book \(name) waits\n")
                    }
                }
                return Self.text(.ok, "ready\n")
            },
        ]
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text)))
    }
}
