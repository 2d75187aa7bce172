// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Intake
import Masking
import Records

/// `POST /loki/api/v1/push`: what Promtail, Alloy, Vector and the handlers of logging libraries send.
package struct LokiRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(
                .post, "/loki/api/v1/push", access: .roles([.writer]), credentials: .program,
                operation: Self.operation
            ) { [core] request, context in
                try await Self.push(request, try context.caller, core)
            }
        ]
    }

    private static let operation = Operation(
        "pushLoki", "Append records as Loki takes them.",
        takes: ["application/json", "application/x-protobuf"],
        answers: [
            (204, "Every line is recorded.", nil),
            (400, "The body is not a push; nothing was recorded.", "application/json"),
            (413, "More than a request may have.", "application/json"),
            (429, "Too much is on its way; send it again after Retry-After.", "application/json"),
            (
                503, "A book waits for its disk; send it again after Retry-After.",
                "application/json"
            ),
        ])

    private static func push(
        _ request: Request, _ caller: Principal, _ core: DaemonCore
    ) async throws -> Response {
        let ingest = core.ingest
        try ingest.requireReady()
        let isJSON =
            request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        let key = try BatchKey.text(request.headers)
        // Its protocol buffers are always packed so, whether or not a header says it.
        let body = try await IngestBody(request, ingest.budget, coding: isJSON ? nil : .snappy)
        try await ingest.work { worker in
            try body.withBytes { bytes in
                let streams = try isJSON ? LokiPush.json(bytes) : LokiPush.protobuf(bytes)
                let provenance = ingest.provenance(of: caller)
                var batch = try ingest.batch(only: nil)
                var intake = Intake.ofClient
                for stream in streams {
                    for entry in stream.entries {
                        worker.take(
                            text: entry.line, stream.enclosing(entry), &intake, from: provenance,
                            to: &batch)
                    }
                }
                let key = key.map { BatchKey($0, of: caller.name, part: 0, bytes) }
                _ = try ingest.store(batch, key, worker, provenance)
            }
        }
        return Response(status: .noContent)
    }
}
