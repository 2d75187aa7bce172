// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Metrics

/// Counts requests by route, never by path: a path is somebody's data.
enum RequestFigures {
    /// - Parameter duration: until the answer began; what is streamed goes on after it.
    static func count(_ route: Route, _ answer: Response, _ duration: Duration) {
        let method = route.method.rawValue
        Counter(
            label: "daybook_http_requests",
            dimensions: [
                ("method", method), ("route", route.path), ("status", String(answer.status.code)),
            ]
        ).increment()
        let parts = duration.components
        Timer(
            label: "daybook_http_request_seconds",
            dimensions: [("method", method), ("route", route.path)]
        ).recordNanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
