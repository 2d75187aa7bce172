// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// What every answer tells a browser, also one that no route gave: guess nothing, keep nothing unless
/// told, run nothing unless told, tell no other site.
struct SafeHeaders: RouterMiddleware {
    typealias Context = DaemonContext

    private static let fields: [(String, String)] = [
        ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    func handle(
        _ request: Request, context: DaemonContext,
        next: (Request, DaemonContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = HTTPFailure(error).response
        }
        for (text, value) in Self.fields {
            guard let name = HTTPField.Name(text), response.headers[name] == nil else { continue }
            response.headers[name] = value
        }
        return response
    }
}
