// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Intake
import Masking
import NIOCore
import Records
import SwiftProtobuf

/// `POST /v1/logs`: OpenTelemetry's logs over HTTP; Loki's path for the same, too.
package struct OTLPRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        ["/v1/logs": "exportLogs", "/otlp/v1/logs": "exportLogsToLoki"].sorted { $0.key < $1.key }
            .map { path, name in
                Route(
                    .post, path, access: .roles([.writer]), credentials: .program,
                    operation: Self.operation(name)
                ) { [core] request, context in
                    try await Self.export(request, try context.caller, core)
                }
            }
    }

    private static func operation(_ name: String) -> Operation {
        Operation(
            name, "Append log records as OpenTelemetry exports them.",
            takes: ["application/x-protobuf", "application/json"],
            answers: [
                (200, "Recorded, but for those that partialSuccess counts.", "application/json"),
                (400, "The body is no export of logs; nothing was recorded.", "application/json"),
                (413, "More than a request may have.", "application/json"),
                (415, "Neither JSON nor protocol buffers.", "application/json"),
                (429, "Too much is on its way; again after Retry-After.", "application/json"),
                (503, "A book waits for its disk; again after Retry-After.", "application/json"),
            ])
    }

    private static func export(
        _ request: Request, _ caller: Principal, _ core: DaemonCore
    ) async throws -> Response {
        let ingest = core.ingest
        try ingest.requireReady()
        let type = request.headers[.contentType]?.lowercased() ?? ""
        let isJSON = type.hasPrefix("application/json")
        guard isJSON || type.hasPrefix("application/x-protobuf") else {
            throw HTTPFailure(
                .unsupportedMediaType,
                "logs come as application/x-protobuf or application/json")
        }
        let key = try BatchKey.text(request.headers)
        let body = try await IngestBody(request, ingest.budget)
        let rejected = try await ingest.work { worker in
            try body.withBytes { bytes in
                let provenance = ingest.provenance(of: caller)
                var batch = try ingest.batch(only: nil)
                var intake = Intake.ofClient
                var rejected = 0
                let hear: OTLPDecoder.Hearer = { log, origin in
                    guard let log else {
                        rejected += 1
                        return
                    }
                    log.take(origin, worker, &intake, from: provenance, to: &batch)
                }
                if isJSON {
                    try OTLPDecoder.json(bytes, hear)
                } else {
                    try OTLPDecoder.protobuf(bytes, hear)
                }
                let key = key.map { BatchKey($0, of: caller.name, part: 0, bytes) }
                _ = try ingest.store(batch, key, worker, provenance)
                return rejected
            }
        }
        return try isJSON ? answerJSON(rejected) : answerProtobuf(rejected)
    }

    private static let why = "a log record that is no object; the others are recorded"

    private static func answerJSON(_ rejected: Int) -> Response {
        let partial: JSONObject =
            rejected == 0
            ? [:]
            : [
                "rejectedLogRecords": .string(String(rejected)), "errorMessage": .string(why),
            ]
        return Response(json: ["partialSuccess": .object(partial)])
    }

    private static func answerProtobuf(_ rejected: Int) throws -> Response {
        var answer = Daybook_Otlp_Answer()
        if rejected > 0 {
            answer.partial.rejected = Int64(rejected)
            answer.partial.message = why
        }
        let bytes: [UInt8] = try answer.serializedBytes()
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-protobuf", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
