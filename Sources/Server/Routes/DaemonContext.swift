// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
package import NIOCore

/// What is known of a request besides its bytes.
package struct DaemonContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The connection, for the credentials of a process at the local socket.
    package let channel: any Channel
    /// Who asks; nil only on routes that are for everybody.
    package var principal: Principal?
    /// Asks again who it is and whether they may: for answers that go on for long.
    package var recheck: @Sendable () async throws -> Principal? = { nil }
    /// What forms and scripts of the console must send back, where a session asks.
    package var csrf: String?
    /// The places of the console that have a page.
    package var areas: Set<Area> = []

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Who asks, on a route that somebody was admitted to.
    package var caller: Principal {
        get throws(HTTPFailure) {
            guard let principal else { throw HTTPFailure(.unauthorized, "say who you are") }
            return principal
        }
    }
}
