// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Query
import Records
import Synchronization

/// Each book as a transparency log at the paths of C2SP tlog-tiles, under `/log/{book}/`: the
/// checkpoint for everybody, tiles and entry bundles for those who check.
package struct LogRoutes: RouteGroup {
    private let core: DaemonCore
    private let readers = EntryReaders()

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(
                .get, "/log/{book}/checkpoint", access: .everybody,
                operation: Operation(
                    "checkpoint", "The newest signed checkpoint of a book (C2SP).",
                    parameters: [.init("book", in: .path, "The book.")],
                    answers: [
                        (200, "It is a signed note.", "text/plain"),
                        (404, "There is no such book, or nothing was signed yet.", nil),
                    ])
            ) { [self] _, context in try await checkpoint(context) },
            Route(
                .get, "/log/{book}/tile/{path+}", access: .roles(ReadRights.auditors),
                operation: Operation(
                    "tile", "A tile of a book's tree, or a bundle of its entries (C2SP).",
                    parameters: [
                        .init("book", in: .path, "The book."),
                        .init("path", in: .path, "Such as `0/x001/067.p/8` or `entries/000`."),
                        .init("reason", "Why entries of the book chat are read."),
                    ],
                    answers: [
                        (200, "Hashes of 32 bytes each, or entries.", "application/octet-stream"),
                        (404, "The signed tree has none there.", nil),
                    ])
            ) { [self] request, context in try await tile(request, context) },
        ]
    }

    private func place(_ context: DaemonContext) throws -> (String, BookPlace) {
        let book = context.parameters.get("book") ?? ""
        guard core.ground.bookNames.contains(book) else {
            throw HTTPFailure(.notFound, "there is no such book")
        }
        return (book, core.ground.place(book))
    }

    private func checkpoint(_ context: DaemonContext) async throws -> Response {
        let (book, place) = try place(context)
        let bytes = try await core.blocking {
            try place.disk.contents(of: place.checkpointPath, limit: Limits.checkpointBytes)
        }
        guard let bytes else {
            throw HTTPFailure(.notFound, "nothing of the book \(book) was signed yet")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-cache"],
            body: .init(byteBuffer: .init(bytes: bytes)))
    }

    private func tile(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let (book, place) = try place(context)
        let principal = try context.caller
        let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
        let isEntries = path.hasPrefix("tile/entries/")
        let reason = try RequestValues(request).reason
        let ground = core.ground(of: principal)
        let bytes = try await core.blocking {
            let isPersonal = try ReadRights.isPersonal(book, ground)
            if isEntries, isPersonal {
                try readers.record(book, ground, reason)
            }
            let mayReadAll = !isPersonal || (ReadRights(principal).mayReadChat && reason != nil)
            return try BookProver(place).file(path) { line in
                // Sealed lines hold no words; one that was written before sealing may.
                mayReadAll || OpenedLine.seal(of: line) != nil || Self.isOurs(line)
            }
        }
        guard let bytes else {
            throw HTTPFailure(
                .notFound, "the signed tree has none there, or its entries are not open to you")
        }
        let isFull = !path.contains(".p/")
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .cacheControl: isEntries
                    ? "no-store" : isFull ? "private, max-age=31536000, immutable" : "no-cache",
            ], body: .init(byteBuffer: .init(bytes: bytes)))
    }

    /// Daybook's own records, which say nothing that a person said.
    private static func isOurs(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        var row = RowEvaluator(.all)
        guard row.load(line), let source = row.value(at: FieldPath("source")) else { return false }
        return source.bytes.elementsEqual("daybook".utf8)
    }
}

/// Who reads the entries of a personal book: recorded once for each reader, book and hour, since a
/// checker asks for thousands of bundles.
private final class EntryReaders: Sendable {
    private let known = Mutex<[String: Int64]>([:])

    func record(_ book: String, _ ground: Ground, _ reason: String?) throws {
        let hour = ground.now.microseconds / 3_600_000_000
        let name = "\(book) \(ground.userName)"
        guard known.withLock({ $0[name] }) != hour else { return }
        let size = try ground.snapshot(book).size
        try ground.recordViewing(of: book, 0..<size, isOpened: false, reason: reason)
        known.withLock { known in
            known = known.filter { $0.value == hour }
            known[name] = hour
        }
    }
}
