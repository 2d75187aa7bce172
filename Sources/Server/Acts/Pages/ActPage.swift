// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records

/// Pages of what people decide: shown by GET, decided by forms that come back to the page.
protocol ActPage: RouteGroup {
    var core: DaemonCore { get }
}

extension ActPage {
    /// A page, made on a thread that may block.
    func page(
        _ path: String, _ roles: Set<Role>,
        _ make: @escaping @Sendable (Ground, DaemonContext, [String: String]) throws -> Page
    ) -> Route {
        Route(.get, path, access: .roles(roles)) { [core] request, context in
            let ground = try core.ground(of: context.caller)
            let parts = try PathParts.of(context)
            let page = try await core.blocking { try make(ground, context, parts) }
            return Console.answer(page, to: request, context)
        }
    }

    /// What a form does; then another page is shown.
    func form(
        _ path: String, _ roles: Set<Role>,
        _ act:
            @escaping @Sendable (Ground, FormBody, DaemonContext, [String: String]) throws -> Link
    ) -> Route {
        Route(.post, path, access: .roles(roles)) { [core] request, context in
            let ground = try core.ground(of: context.caller)
            let parts = try PathParts.of(context)
            let body = try await FormBody(request, upTo: ServerLimits.actBodyBytes)
            let link = try await core.blocking { try act(ground, body, context, parts) }
            return Console.redirect(to: link)
        }
    }

    static func isCompliance(_ context: DaemonContext) -> Bool {
        context.principal?.has([.compliance]) ?? false
    }

    /// A list that somebody wrote with commas.
    static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { part in
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            return String(part)
        }.filter { !$0.isEmpty }
    }
}

extension Proposal.State {
    var tone: Tone {
        switch self {
        case .waiting: .warn
        case .approved: .accent
        case .closed(.done): .good
        case .expired, .closed: .quiet
        }
    }
}

/// The parts of a path that its route names, decoded.
enum PathParts {
    static func of(_ context: DaemonContext) throws(HTTPFailure) -> [String: String] {
        var parts: [String: String] = [:]
        for (key, value) in context.parameters {
            guard let text = Asked.decoded(value) else {
                throw HTTPFailure(.badRequest, "the path is not percent-encoded UTF-8")
            }
            parts[String(key)] = text
        }
        return parts
    }
}
