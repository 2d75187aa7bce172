// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

extension Route {
    /// Whether a browser shows its answer: a page of the console.
    package var isPage: Bool {
        operation == nil && (method == .get || method == .post) && !path.hasPrefix("/assets/")
            && !path.hasPrefix("/v1/")
    }
}

/// What went wrong, for people: what, why, and where to go from here.
enum ErrorPage {
    /// The answer to a failed request: a page where a browser asked for one, JSON otherwise.
    static func answer(
        _ failure: HTTPFailure, to request: Request, _ route: Route?, _ context: DaemonContext
    ) -> Response {
        // No failure but a way on, such as to the page that signs in.
        if failure.status.kind == .redirection {
            var headers = failure.headers
            headers[.cacheControl] = "no-store"
            return Response(status: failure.status, headers: headers)
        }
        let wantsPage = request.headers[.accept]?.contains("text/html") ?? false
        guard wantsPage, route?.isPage ?? (request.method == .get) else { return failure.response }
        if failure.status == .unauthorized, request.method == .get {
            return Console.redirect(to: Paths.signIn(next: request.uri.description))
        }
        guard context.principal != nil else {
            var response = Console.answerAlone(
                title(failure.status), to: request, status: failure.status
            ) {
                Tag.h1(.class("unseen")) { title(failure.status) }
                content(failure)
            }
            for field in failure.headers { response.headers[field.name] = field.value }
            return response
        }
        let page = Page(title(failure.status), in: nil, width: .reading) {
            Tag.section(.class("card")) { content(failure) }
        }
        var response = Console.answer(page, to: request, context, status: failure.status)
        for field in failure.headers { response.headers[field.name] = field.value }
        return response
    }

    private static func content(_ failure: HTTPFailure) -> HTML {
        Part.empty(
            icon(failure.status), explain(failure.status), sentence(failure),
            actions: Form.linkButton("Go to the first page", Link("/")))
    }

    private static func sentence(_ failure: HTTPFailure) -> String {
        guard failure.message != failure.status.reasonPhrase else {
            return "Look at the address, or begin at the first page."
        }
        let text = failure.message
        let sentence = text.prefix(1).uppercased() + text.dropFirst()
        return sentence.hasSuffix(".") ? sentence : sentence + "."
    }

    private static func icon(_ status: HTTPResponse.Status) -> Icon {
        switch status {
        case .notFound: .search
        case .forbidden, .unauthorized: .lock
        case .serviceUnavailable, .tooManyRequests: .clock
        default: .warning
        }
    }

    private static func title(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "Not found"
        case .forbidden: "Not yours to see"
        case .unauthorized: "Who are you?"
        case .badRequest: "That cannot be done"
        case .tooManyRequests: "Too much at once"
        case .serviceUnavailable: "Not now"
        default: "Something went wrong"
        }
    }

    private static func explain(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "There is nothing at this address"
        case .forbidden: "Your roles do not open this page"
        case .unauthorized: "This needs a sign-in"
        case .badRequest: "The request was not understood"
        case .tooManyRequests: "Wait a moment, then try again"
        case .serviceUnavailable: "The daemon cannot do this at the moment"
        default: "The daemon could not answer"
        }
    }
}

/// Turns what no route answered into a page, or JSON.
struct ErrorPages: RouterMiddleware {
    typealias Context = DaemonContext

    func handle(
        _ request: Request, context: DaemonContext,
        next: (Request, DaemonContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return ErrorPage.answer(HTTPFailure(error), to: request, nil, context)
        }
    }
}
