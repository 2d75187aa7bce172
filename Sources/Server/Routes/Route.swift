// SPDX-License-Identifier: Apache-2.0

package import Desk
package import HTTPTypes
package import Hummingbird

/// One thing that can be asked of the daemon: who may, what it takes, and what answers.
///
/// The router, the OpenAPI description and the matrix of rights in the tests are all made from these:
/// a route exists nowhere else.
package struct Route: Sendable {
    /// Who may ask.
    package enum Access: Sendable, Hashable {
        /// Anybody, without saying who they are: health, signing in, a public checkpoint.
        case everybody
        /// Whoever has one of these roles.
        case roles(Set<Role>)

        /// Whoever is known.
        package static let known = Access.roles(Set(Role.allCases))
    }

    /// How a caller says who they are.
    package enum Credentials: Sendable, Hashable {
        /// A token in a header, or the local socket: programs.
        case program
        /// That, or a session cookie: the console and its scripts.
        case programOrSession
    }

    package typealias Handler =
        @Sendable (Request, DaemonContext) async throws -> Response

    package let method: HTTPRequest.Method
    /// As OpenAPI writes it: `/v1/records/{index}`.
    package let path: String
    package let access: Access
    package let credentials: Credentials
    /// What OpenAPI says of it; nil for pages of the console.
    package let operation: Operation?
    package let handler: Handler

    package init(
        _ method: HTTPRequest.Method, _ path: String, access: Access,
        credentials: Credentials = .programOrSession, operation: Operation? = nil,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.credentials = credentials
        self.operation = operation
        self.handler = handler
    }
}

/// Routes that belong together.
package protocol RouteGroup {
    var routes: [Route] { get }
}
