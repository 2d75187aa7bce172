// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
package import Hummingbird
import Records

/// Lets in who brings a token with a role that the route asks for.
package struct TokenAdmission: Admission {
    private let core: DaemonCore
    private let tokens: TokenStore

    package init(_ core: DaemonCore, _ tokens: TokenStore) {
        self.core = core
        self.tokens = tokens
    }

    package func admit(_ request: Request, _ route: Route, _ context: DaemonContext) async throws
        -> Principal?
    {
        let principal = Self.token(request.headers).flatMap {
            tokens.principal(of: $0, at: core.ground.now)
        }
        guard case .roles(let wanted) = route.access else { return principal }
        guard let principal else {
            throw HTTPFailure(
                .unauthorized, "this needs a token: `daybook token create` makes one",
                headers: [.wwwAuthenticate: "Bearer realm=\"daybook\""])
        }
        guard principal.has(wanted) else {
            throw HTTPFailure(
                .forbidden,
                "this is for the roles \(wanted.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        return principal
    }

    /// The token of `Authorization: Bearer …`.
    static func token(_ headers: HTTPFields) -> String? {
        guard let value = headers[.authorization], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }
}
