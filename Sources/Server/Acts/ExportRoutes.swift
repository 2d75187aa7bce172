// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Logging
import Query
import Records

/// Records with their proofs, for a regulator or an auditor. Made as a job, fetched once it is done,
/// and gone with the job.
package struct ExportRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [make, fetch] }

    private static let roles: Set<Role> = [.compliance, .auditor]

    private var make: Route {
        act(
            .post, "/v1/exports", Self.roles,
            .act(
                "makeExport",
                "Make a bundle: `book`, `query`, `from`, `to`, `given_to`, `expires`, `proofs`, "
                    + "`recipients` (age keys). Of compliance also `open`, to have sealed records "
                    + "readable, which needs a recipient, and `include_restricted` with the reason.",
                takesBody: true, 202, "Begun: a job.",
                more: [(404, "There is no such book."), (409, "Another export runs.")])
        ) { asked in
            Self.begun(try Self.begin(Self.order(asked), asked.core, asked.caller))
        }
    }

    /// Begins to make a bundle, as a job.
    ///
    /// - Throws: 403 for what the caller may not have, 404 for a book that is not there, 409 while
    ///   another is made.
    static func begin(_ order: ExportOrder, _ core: DaemonCore, _ caller: Principal) throws
        -> Jobs.Job
    {
        try check(order, caller)
        _ = try core.ground(of: caller).known(order.book)
        let directory = directory(core)
        return try core.jobs.start(
            .export, by: caller.name, at: core.ground.now, on: core.threads
        ) { work in
            let ground = core.ground(of: caller, voice: work.voice)
            try ground.place("audit").disk.makeDirectory(directory, mode: 0o700)
            var order = order
            order.output =
                "\(directory)/\(work.id).tar" + (order.recipients.isEmpty ? "" : ".age")
            let made = try ground.export(order, isCancelled: work.isCancelled)
            var object = made.json
            object["path"] = nil
            object["fetch"] = .string("/v1/exports/\(work.id)")
            return Jobs.Made(object, file: made.path)
        }
    }

    /// Where bundles wait to be fetched.
    static func directory(_ core: DaemonCore) -> String { "\(core.ground.logs)/server/exports" }

    /// Takes away what an earlier daemon left: its jobs went with it, so nobody could fetch it, and a
    /// bundle nobody knows of is a copy that nobody clears.
    static func removeLeftOver(_ core: DaemonCore) {
        let directory = directory(core)
        let disk = core.ground.place("audit").disk
        guard disk.kind(of: directory) == .directory else { return }
        for name in (try? disk.list(directory)) ?? [] {
            do {
                try disk.remove("\(directory)/\(name)")
            } catch {
                core.logger.error("a bundle of an earlier run cannot be removed: \(error)")
            }
        }
    }

    private static func order(_ asked: Asked) throws -> ExportOrder {
        let body = asked.body
        try body.only(
            "book", "query", "from", "to", "given_to", "expires", "proofs", "recipients", "open",
            "include_restricted")
        var order = ExportOrder(
            output: "", range: try range(from: body.text("from"), to: body.text("to")), zone: .utc)
        order.book = try body.text("book") ?? "audit"
        order.query = try body.text("query") ?? ""
        order.givenTo = try body.text("given_to")
        order.expires = try body.text("expires")
        order.recipients = try body.texts("recipients")
        order.isOpened = try body.flag("open")
        order.includeRestricted = try body.text("include_restricted")
        if let proofs = try body.count("proofs") { order.proofsMax = proofs }
        return order
    }

    /// A stretch of time, of what somebody wrote; both ends are within it.
    static func range(from: String?, to: String?) throws -> TimeRange {
        let from = try instant(from, "from")?.lowerBound
        let to = try instant(to, "to")?.upperBound
        if let from, let to, from >= to {
            throw HTTPFailure(.badRequest, "the time ends before it begins")
        }
        return TimeRange(
            from: from.map { Timestamp(microseconds: $0) },
            to: to.map { Timestamp(microseconds: $0) })
    }

    private static func instant(_ text: String?, _ name: String) throws -> Range<Int64>? {
        guard let text else { return nil }
        guard let interval = InstantText.interval(text, zone: .utc) else {
            throw HTTPFailure(
                .badRequest, "\(name): expected 2026-11-20, 2026-11-20T14:25 or with seconds and Z")
        }
        return interval
    }

    /// Auditors take the book of trading as it is stored; opening is for compliance, and what is
    /// opened never lies on this disk in the clear.
    private static func check(_ order: ExportOrder, _ caller: Principal) throws(HTTPFailure) {
        let isPersonal = order.isOpened || order.includeRestricted != nil || order.book == "chat"
        guard !isPersonal || caller.has([.compliance]) else {
            throw HTTPFailure(.forbidden, "what people wrote is for the role compliance")
        }
        guard order.includeRestricted == nil || order.isOpened else {
            throw HTTPFailure(.badRequest, "include_restricted goes with open")
        }
        guard !order.isOpened || !order.recipients.isEmpty else {
            throw HTTPFailure(
                .badRequest, "open needs recipients: age keys of those who may read the bundle")
        }
    }

    private var fetch: Route {
        Route(
            .get, "/v1/exports/{id}", access: .roles(Self.roles),
            operation: Operation(
                "fetchExport", "The bundle that a job made; for an hour, and for who made it.",
                parameters: [.init("id", in: .path, "The job.")],
                answers: [
                    (200, "The archive.", "application/x-tar"),
                    (403, "It is for other roles.", "application/json"),
                    (404, "There is no such bundle of yours.", "application/json"),
                    (409, "It is still being made.", "application/json"),
                ])
        ) { [core] request, context in
            let asked = try await Asked(request, context, core)
            let job = core.jobs.job(asked.part("id"), of: asked.caller.name)
            guard let job, job.kind == .export else {
                throw HTTPFailure(.notFound, "you have no such bundle here")
            }
            if job.isRunning { throw HTTPFailure(.conflict, "it is still being made") }
            guard let file = job.file else {
                throw HTTPFailure(.notFound, "that export failed; the job says why")
            }
            let body = try await FileIO(threadPool: core.threads).loadFile(
                path: file, context: context)
            let name = file.split(separator: "/").last ?? "export.tar"
            return Response(
                status: .ok,
                headers: [
                    .contentType: file.hasSuffix(".age")
                        ? "application/octet-stream" : "application/x-tar",
                    .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"\(name)\"",
                    .xContentTypeOptions: "nosniff",
                ], body: body)
        }
    }
}
