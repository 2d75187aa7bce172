// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records

/// `_bulk`, and what clients of Elasticsearch ask on the way to it: shippers and client libraries work
/// unchanged. Nothing can be searched here that way.
package struct ElasticRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { bulk + ElasticHandshake.routes }

    private var bulk: [Route] {
        let places: [(method: HTTPRequest.Method, path: String, name: String)] = [
            (.post, "/_bulk", "bulk"), (.put, "/_bulk", "bulkPut"),
            (.post, "/{index}/_bulk", "bulkIndex"), (.put, "/{index}/_bulk", "bulkIndexPut"),
        ]
        return places.map { place in
            Route(
                place.method, place.path, access: .roles([.writer]), credentials: .program,
                operation: Operation(
                    place.name, "Append documents as Elasticsearch takes them.",
                    parameters: place.path == "/_bulk"
                        ? [] : [.init("index", in: .path, "The index of actions that name none.")],
                    takes: ["application/x-ndjson"],
                    answers: [
                        (200, "What came of each item.", "application/json"),
                        (
                            400, "The lines have not the form; nothing is recorded.",
                            "application/json"
                        ),
                        (413, "More than 64 MiB.", "application/json"),
                        (429, "Too much is on its way; again later.", "application/json"),
                        (503, "A book waits for its disk; again later.", "application/json"),
                    ])
            ) { [core] request, context in
                let caller = try context.caller
                return await Self.answering {
                    try await Self.append(
                        request, caller, target: context.parameters.get("index"), core)
                }
            }
        }
    }

    private static func append(
        _ request: Request, _ caller: Principal, target: String?, _ core: DaemonCore
    ) async throws -> Response {
        let ingest = core.ingest
        let began = ContinuousClock.now
        try ingest.requireReady()
        let key = try BatchKey.text(request.headers)
        let body = try await IngestBody(request, ingest.budget)
        let answer = try await ingest.work { worker in
            try body.withBytes { bytes in
                let provenance = ingest.provenance(of: caller)
                var batch = try ingest.batch(only: nil)
                var bulk = ElasticBulk(
                    target: target, of: caller.name, ingest.documents, recognises: key == nil)
                do {
                    try bulk.take(bytes, worker, from: provenance, to: &batch)
                } catch {
                    bulk.abandon()
                    throw error
                }
                let landed: [Landed]
                if let key {
                    let key = BatchKey(key, of: caller.name, part: 0, bytes)
                    landed = try ingest.store(batch, key, worker, provenance)
                } else {
                    let found = bulk.recognised(batch)
                    landed = try ingest.store(batch, found, worker, provenance) {
                        bulk.settle(found, $0)
                    }
                }
                let took = began.duration(to: .now) / .milliseconds(1)
                return bulk.answer(batch, landed, milliseconds: Int(took))
            }
        }
        return Response(json: answer)
    }

    /// Answers as Elasticsearch does, failures too, with the header by which clients know it.
    static func answering(_ body: () async throws -> Response) async -> Response {
        var response: Response
        do {
            response = try await body()
        } catch {
            let failure = HTTPFailure(error)
            let type =
                failure.status == .tooManyRequests
                ? "es_rejected_execution_exception" : "illegal_argument_exception"
            response = Response(
                failure.status,
                json: [
                    "error": ["type": .string(type), "reason": .string(failure.message)],
                    "status": .number(String(failure.status.code)),
                ], headers: failure.headers)
        }
        if let product = HTTPField.Name("X-Elastic-Product") {
            response.headers[product] = "Elasticsearch"
        }
        return response
    }
}
