// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// One request for an act: who asks, and what they gave.
struct Asked: Sendable {
    let caller: Principal
    let core: DaemonCore
    let body: JSONBody
    private let parameters: [String: String]
    private let query: FormFields

    /// Reads the body, which is one JSON object or nothing.
    init(_ request: Request, _ context: DaemonContext, _ core: DaemonCore) async throws {
        caller = try context.caller
        self.core = core
        var request = request
        let bytes = try await request.collectBody(upTo: ServerLimits.actBodyBytes)
        body = try JSONBody(Array(bytes.readableBytesView), type: request.headers[.contentType])
        parameters = try PathParts.of(context)
        query = FormFields(request.uri.query ?? "")
    }

    /// As whoever asks; what is said meanwhile goes nowhere.
    var ground: Ground { core.ground(of: caller) }

    /// A part of the path that the route names.
    func part(_ name: String) -> String { parameters[name] ?? "" }

    func query(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `true` or `false`, or neither.
    func flag(_ name: String) throws(HTTPFailure) -> Bool {
        switch query[name] {
        case nil, "false"?, "0"?: return false
        case "true"?, "1"?, ""?: return true
        default: throw HTTPFailure(.badRequest, "\(name): expected true or false")
        }
    }

    /// Text with its percent codes decoded; nil when they are wrong or the bytes no UTF-8.
    static func decoded(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// What an act answers.
struct ActAnswer: Sendable {
    var status = HTTPResponse.Status.ok
    var object: JSONObject
    var headers = HTTPFields()

    init(_ object: JSONObject, _ status: HTTPResponse.Status = .ok) {
        self.object = object
        self.status = status
    }

    /// Acts tell of people and of what they decided: nothing of it is kept on the way.
    var response: Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: .init(string: JSONValue.object(object).description + "\n")))
    }
}

/// Routes of what people decide: JSON in and out, on a thread that may block.
protocol ActRoutes: RouteGroup {
    var core: DaemonCore { get }
}

extension ActRoutes {
    func act(
        _ method: HTTPRequest.Method, _ path: String, _ roles: Set<Role>, _ operation: Operation,
        _ body: @escaping @Sendable (Asked) throws -> ActAnswer
    ) -> Route {
        Route(method, path, access: .roles(roles), operation: operation) {
            [core] request, context in
            let asked = try await Asked(request, context, core)
            return try await core.blocking { try body(asked) }.response
        }
    }

    /// Starts a job and says where to look for what comes of it.
    static func start(
        _ kind: Jobs.Kind, _ asked: Asked,
        _ work: @escaping @Sendable (Ground, Jobs.Work) throws -> Jobs.Made
    ) throws -> ActAnswer {
        let core = asked.core
        let caller = asked.caller
        let job = try core.jobs.start(
            kind, by: caller.name, at: core.ground.now, on: core.threads
        ) { given in
            try work(core.ground(of: caller, voice: given.voice), given)
        }
        return begun(job)
    }

    /// Says where to look for what comes of a job.
    static func begun(_ job: Jobs.Job) -> ActAnswer {
        var answer = ActAnswer(["job": .object(job.json)], .accepted)
        answer.headers[.location] = "/v1/jobs/\(job.id)"
        return answer
    }
}

extension Operation {
    /// Of an act: what every one of them may answer is added.
    static func act(
        _ id: String, _ summary: String, parameters: [Parameter] = [], takesBody: Bool = false,
        _ status: Int = 200, _ meaning: String = "Done.", more: [(Int, String)] = []
    ) -> Operation {
        let json = "application/json"
        var answers: [(status: Int, summary: String, type: String?)] = [(status, meaning, json)]
        var refusals = more + [(400, "What was given is wrong; the message says what.")]
        refusals.append((403, "It is for other roles, or for another person."))
        for (status, summary) in refusals.sorted(by: { $0.0 < $1.0 })
        where !answers.contains(where: { $0.status == status }) {
            answers.append((status, summary, json))
        }
        return Operation(
            id, summary, parameters: parameters, takes: takesBody ? [json] : [], answers: answers)
    }
}
