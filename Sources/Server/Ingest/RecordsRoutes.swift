// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Masking
import Records

/// `POST /v1/records`: JSON Lines into the books.
package struct RecordsRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(
                .post, "/v1/records", access: .roles([.writer]), credentials: .program,
                operation: Self.operation
            ) { [core] request, context in
                try await Self.append(request, try context.caller, core)
            }
        ]
    }

    private static let operation = Operation(
        "appendRecords",
        "Append records: JSON Lines, one object a line, optionally packed with gzip.",
        parameters: [
            .init("book", "The one book that takes all; else audit, and chat for text."),
            .init(
                "Idempotency-Key", in: .header,
                "Chosen by the client for this batch: sent again, it is appended once."),
        ],
        takes: ["application/x-ndjson", "application/jsonl"],
        answers: [
            (
                200, "Every line is recorded; where, and which lines were no JSON.",
                "application/json"
            ),
            (400, "The body cannot be unpacked.", "application/json"),
            (404, "There is no such book.", "application/json"),
            (413, "More than 64 MiB.", "application/json"),
            (415, "An encoding that is not known.", "application/json"),
            (422, "The key was another batch's.", "application/json"),
            (429, "Too much is on its way; send it again after Retry-After.", "application/json"),
            (
                503, "A book waits for its disk; send it again after Retry-After.",
                "application/json"
            ),
        ])

    private static func append(
        _ request: Request, _ caller: Principal, _ core: DaemonCore
    ) async throws -> Response {
        let ingest = core.ingest
        try ingest.requireReady()
        let only = request.uri.queryParameters["book"].map(String.init)
        let key = try BatchKey.text(request.headers)
        let body = try await IngestBody(request, ingest.budget)
        let tally = try await ingest.work { worker in
            try body.withBytes { bytes in
                var run = LineRun(ingest, worker, caller, only: only, key: key)
                try run.take(bytes)
                return run.tally
            }
        }
        return Response(json: tally.json)
    }
}

/// What came of the lines of one request.
struct LineTally: Sendable {
    var lines = 0
    var landed: [Landed] = []
    /// Lines that were no JSON objects and are recorded as text, with why; the first of them.
    var refusals: [(line: Int, reason: String)] = []
    var refusalCount = 0

    /// `{"lines":3,"books":{"audit":{"first":7,"count":2,"indexes":[[7,2]]}},"errors":[…]}`; an
    /// index range is first and count.
    var json: JSONObject {
        var books = JSONObject()
        for name in landed.map(\.book) where !books.contains(name) {
            let ranges = landed.filter { $0.book == name }
            books.append(
                name,
                [
                    "first": .number(String(ranges.map(\.first).min() ?? 0)),
                    "count": .number(String(ranges.reduce(0) { $0 + $1.count })),
                    "indexes": .array(
                        ranges.map { [.number(String($0.first)), .number(String($0.count))] }),
                ])
        }
        return [
            "lines": .number(String(lines)),
            "books": .object(books),
            "errors": .array(
                refusals.map {
                    [
                        "line": .number(String($0.line)), "reason": .string($0.reason),
                        "kept": "text",
                    ]
                }),
            "error_count": .number(String(refusalCount)),
        ]
    }
}

/// Lines of one request on their way: parts of a bounded size, each masked and then appended.
struct LineRun {
    private let ingest: Ingest
    private let worker: IngestWorker
    private let provenance: Provenance
    private let client: String
    private let only: String?
    private let key: String?
    private(set) var tally = LineTally()

    init(
        _ ingest: Ingest, _ worker: IngestWorker, _ caller: Principal, only: String?, key: String?
    ) {
        self.ingest = ingest
        self.worker = worker
        self.only = only
        self.key = key
        client = caller.name
        provenance = ingest.provenance(of: caller)
    }

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        var rest = bytes
        var part = 0
        while let lines = rest.cutLines(ServerLimits.partBytes) {
            try take(part: part, lines)
            part += 1
        }
    }

    private mutating func take(part: Int, _ lines: UnsafeBufferPointer<UInt8>) throws {
        var batch = try ingest.batch(only: only)
        var rest = lines
        while let line = rest.cutLine() {
            tally.lines += 1
            guard
                let reason = worker.take(line: line, from: provenance, to: &batch)?.refusal
            else { continue }
            tally.refusalCount += 1
            if tally.refusals.count < ServerLimits.namedRefusals {
                tally.refusals.append((tally.lines, reason))
            }
        }
        let key = key.map { BatchKey($0, of: client, part: part, lines) }
        tally.landed += try ingest.store(batch, key, worker, provenance)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Takes the first line away, without its line feed; nil when there is none left.
    mutating func cutLine() -> UnsafeBufferPointer<UInt8>? {
        guard !isEmpty else { return nil }
        let end = firstIndex(of: 0x0A) ?? count
        let line = UnsafeBufferPointer(rebasing: self[..<end])
        self = UnsafeBufferPointer(rebasing: self[Swift.min(end + 1, count)...])
        return line
    }

    /// Takes whole lines of about `bytes` bytes away, one line at least; nil when there is none left.
    mutating func cutLines(_ bytes: Int) -> UnsafeBufferPointer<UInt8>? {
        guard !isEmpty else { return nil }
        var end = count
        if count > bytes {
            end =
                self[..<bytes].lastIndex(of: 0x0A).map { $0 + 1 }
                ?? self[bytes...].firstIndex(of: 0x0A).map { $0 + 1 } ?? count
        }
        let lines = UnsafeBufferPointer(rebasing: self[..<end])
        self = UnsafeBufferPointer(rebasing: self[end...])
        return lines
    }
}
