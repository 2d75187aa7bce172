// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// What people ask about the data that is kept of them. Traders ask for themselves and see what
/// became of it; compliance answers.
package struct RequestRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, open, show, answer, extend, copy] }

    private static let roles: Set<Role> = [.trader, .compliance]
    private static let id = Operation.Parameter("id", in: .path, "The request's code.")
    private static let missing = (404, "There is no such request of yours.")

    private var list: Route {
        act(
            .get, "/v1/requests", Self.roles,
            .act(
                "listRequests", "The requests that wait; of a trader, their own.",
                parameters: [.init("all", type: "boolean", "Answered ones, too.")])
        ) { asked in
            let now = asked.ground.now
            let found = try asked.ground.requests(all: asked.flag("all"))
            if asked.caller.has([.compliance]) {
                return ActAnswer([
                    "requests": .array(
                        found.map { request in
                            var object = request.json
                            object["state"] = .string(request.state(at: now))
                            return .object(object)
                        })
                ])
            }
            let numbers = try asked.ownNumbers()
            return ActAnswer([
                "requests": .array(
                    found.filter { numbers.contains($0.personID) }.map {
                        .object($0.publicJSON(at: now))
                    })
            ])
        }
    }

    private var open: Route {
        act(
            .post, "/v1/requests", Self.roles,
            .act(
                "openRequest",
                "Note that a request came in: `kind` (access, portability, erasure, restriction); "
                    + "of compliance also `person`, `received`, `verified_by`. A trader asks for "
                    + "themselves.", takesBody: true, 201, "Noted.",
                more: [(404, "Nobody is called that.")])
        ) { asked in
            let body = asked.body
            try body.only("kind", "person", "received", "verified_by")
            guard let kind = Retention.Request.Kind(rawValue: try body.need("kind")) else {
                throw HTTPFailure(
                    .badRequest, "kind: expected access, portability, erasure or restriction")
            }
            let ground = asked.ground
            let opened: RequestOpened
            if asked.caller.has([.compliance]), let person = try body.text("person") {
                opened = try ground.openRequest(
                    person, kind,
                    received: try body.text("received").map {
                        try ScopeForm.instant($0, "received")
                    },
                    verifiedBy: try body.text("verified_by"))
                return ActAnswer(
                    [
                        "request": .object(opened.request.json),
                        "record": .number(String(opened.record)),
                    ], .created)
            }
            guard asked.caller.has([.trader]) else {
                throw HTTPFailure(.badRequest, "person is missing")
            }
            try body.only("kind")
            opened = try ground.openRequest(
                asked.caller.ownAccount, kind, verifiedBy: "signed in as \(asked.caller.name)")
            return ActAnswer(
                [
                    "request": .object(opened.request.publicJSON(at: ground.now)),
                    "record": .number(String(opened.record)),
                ], .created)
        }
    }

    private var show: Route {
        act(
            .get, "/v1/requests/{id}", Self.roles,
            .act("getRequest", "One request.", parameters: [Self.id], more: [Self.missing])
        ) { asked in
            let now = asked.ground.now
            let request = try asked.request()
            guard asked.caller.has([.compliance]) else {
                return ActAnswer(["request": .object(request.publicJSON(at: now))])
            }
            var object = request.json
            object["state"] = .string(request.state(at: now))
            return ActAnswer(["request": .object(object)])
        }
    }

    private var answer: Route {
        act(
            .post, "/v1/requests/{id}/answer", [.compliance],
            .act(
                "answerRequest",
                "Answer a request: do what it asks for, a restriction `until` a date or without an "
                    + "end, or `refuse` with a reason, or `withdraw` it. "
                    + "The copy for access and portability is at /copy.", parameters: [Self.id],
                takesBody: true, more: [Self.missing, (409, "It was answered already.")])
        ) { asked in
            try asked.body.only("refuse", "withdraw", "until")
            let refusal = try asked.body.text("refuse")
            let isWithdrawn = try asked.body.flag("withdraw")
            let until = try asked.body.text("until").map { try ScopeForm.instant($0, "until") }
            guard refusal == nil || !isWithdrawn else {
                throw HTTPFailure(.badRequest, "refuse and withdraw exclude each other")
            }
            guard until == nil || refusal == nil && !isWithdrawn else {
                throw HTTPFailure(.badRequest, "until goes with a restriction that is granted")
            }
            let request = try asked.request()
            guard request.isWaiting else {
                throw HTTPFailure(.conflict, "request \(request.id) was answered already")
            }
            let reply: RequestReply =
                refusal.map { .refuse(reason: $0) }
                ?? (isWithdrawn ? .withdraw : .carryOut(until: until))
            let answered = try asked.ground.answerRequest(request.id, reply) { _ in }
            var object: JSONObject = [
                "request": .object(answered.request.json),
                "state": .string(answered.request.state(at: asked.ground.now)),
                "record": .number(String(answered.record)),
            ]
            object["restricted"] = answered.restricted.map { .number(String($0)) }
            if let (records, told) = answered.stays {
                object["stays"] = .number(String(records))
                object["tell"] = .string(told)
            }
            return ActAnswer(object)
        }
    }

    private var extend: Route {
        act(
            .post, "/v1/requests/{id}/extend", [.compliance],
            .act(
                "extendRequest",
                "Note that the person was told that their answer takes two more months, with the "
                    + "`reason`.", parameters: [Self.id], takesBody: true, more: [Self.missing])
        ) { asked in
            try asked.body.only("reason")
            let request = try asked.request()
            let due = try asked.ground.extendRequest(
                request.id, reason: asked.body.need("reason"))
            return ActAnswer(["due": .string(due.description)])
        }
    }

    /// The copy is made when it is asked for and kept nowhere; that it was read is a record.
    private var copy: Route {
        Route(
            .get, "/v1/requests/{id}/copy", access: .roles(Self.roles),
            operation: Operation(
                "copyOfRequest",
                "The copy that the person gets of what is kept of them, for a request of access or "
                    + "portability. Names of others are taken out.",
                parameters: [
                    Self.id, .init("format", "html, for people, or json, for programs."),
                ],
                answers: [
                    (200, "The copy.", "text/html"),
                    (400, "It is no request for a copy.", "application/json"),
                    (403, "It is for other roles, or for another person.", "application/json"),
                    (404, "There is no such request of yours.", "application/json"),
                ])
        ) { [core] request, context in
            let asked = try await Asked(request, context, core)
            let format = asked.query("format") ?? "html"
            guard ["html", "json"].contains(format) else {
                throw HTTPFailure(.badRequest, "format: expected html or json")
            }
            let (id, text) = try await core.blocking {
                let found = try asked.request()
                guard found.kind == .access || found.kind == .portability else {
                    throw HTTPFailure(.badRequest, "it asks for \(found.kind.rawValue), not a copy")
                }
                let ground = asked.ground
                let document = try ground.answerDocument(found, ground.ledger())
                return (
                    found.id,
                    format == "html"
                        ? document.html : JSONValue.object(document.json).description + "\n"
                )
            }
            return Self.attachment(text, "\(id).\(format)", isPage: format == "html")
        }
    }

    private static func attachment(_ text: String, _ name: String, isPage: Bool) -> Response {
        var headers: HTTPFields = [
            .contentType: isPage ? "text/html; charset=utf-8" : "application/json",
            .cacheControl: "no-store", .contentDisposition: "attachment; filename=\"\(name)\"",
            .xContentTypeOptions: "nosniff",
        ]
        headers[.contentSecurityPolicy] =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: .init(string: text)))
    }
}

extension Asked {
    /// The request that the path names, if whoever asks may know of it.
    fileprivate func request() throws -> Retention.Request {
        let found = try ground.ledger().request(part("id"))
        let numbers = caller.has([.compliance]) ? nil : try ownNumbers()
        guard let found, numbers?.contains(found.personID) ?? true else {
            throw HTTPFailure(.notFound, "there is no such request")
        }
        return found
    }

    /// The vault's numbers of whoever asks.
    fileprivate func ownNumbers() throws -> Set<UInt64> {
        Set(try ground.personNumbers(caller.ownAccount))
    }
}
