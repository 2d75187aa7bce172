// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Hummingbird
import Logging

/// Every route of the daemon, and the router that is made of them.
package struct RouteTable: Sendable {
    package let routes: [Route]

    package init(_ groups: [any RouteGroup]) {
        routes = groups.flatMap(\.routes)
    }

    /// - Parameter admission: asked before every handler, and nowhere else.
    package func router(_ admission: any Admission) -> Router<DaemonContext> {
        let router = Router(context: DaemonContext.self)
        router.middlewares.add(SafeHeaders())
        router.add(middleware: ErrorPages())
        let areas = Set(
            Area.allCases.filter { area in
                routes.contains { $0.method == .get && $0.path == area.path }
            })
        let places = Dictionary(grouping: routes) { "\($0.method.rawValue) \($0.path)" }
        for shared in places.values {
            let first = shared[0]
            router.on(Self.pattern(first.path), method: first.method) { request, context in
                let route = Self.choose(shared, request)
                let began = ContinuousClock.now
                var context = context
                context.areas = areas
                let answer = await Self.answer(request, route, context, admission)
                RequestFigures.count(route, answer, ContinuousClock.now - began)
                return answer
            }
        }
        return router
    }

    private static func answer(
        _ request: Request, _ route: Route, _ context: DaemonContext, _ admission: any Admission
    ) async -> Response {
        var request = request
        var context = context
        let (asked, place) = (request, context)
        context.recheck = {
            var (request, context) = (asked, place)
            try await admission.admit(&request, route, &context)
            return context.principal
        }
        do {
            try await admission.admit(&request, route, &context)
            return try await route.handler(request, context)
        } catch {
            let failure = HTTPFailure(error)
            if failure.status == .internalServerError {
                // Of an error its kind alone: what it says may hold what somebody sent.
                context.logger.error(
                    "a request failed",
                    metadata: ["route": "\(route.path)", "error": "\(type(of: error))"])
            }
            return ErrorPage.answer(failure, to: request, route, context)
        }
    }

    /// A page and an operation may share a place, as `/` does: whoever takes HTML gets the page.
    private static func choose(_ routes: [Route], _ request: Request) -> Route {
        guard routes.count > 1 else { return routes[0] }
        let wantsPage = request.headers[.accept]?.contains("text/html") ?? false
        return routes.first { ($0.operation == nil) == wantsPage } ?? routes[0]
    }

    /// `/v1/records/{index}` as the router writes it: `/v1/records/:index`; `{path+}` is the rest.
    static func pattern(_ path: String) -> RouterPath {
        let parts = path.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return String(part) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("+") ? "**" : ":" + name
        }
        return RouterPath("/" + parts.joined(separator: "/"))
    }
}

/// Who may in.
package protocol Admission: Sendable {
    /// Finds out who asks, and whether they may; the context then has them, and what forms of their
    /// session send back.
    ///
    /// On a route for everybody, nobody is turned away who did not say who they are.
    /// - Throws: `HTTPFailure` 401, 403 or 421; that it was denied is a record by then. 303 to the
    ///   page that signs in, for a browser that nobody has signed in with.
    func admit(
        _ request: inout Request, _ route: Route, _ context: inout DaemonContext
    ) async throws
}
