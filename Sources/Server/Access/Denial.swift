// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Why somebody is not let in.
struct Denial: Error {
    /// As records name it.
    enum Reason: String, Sendable, Hashable {
        /// Nobody said who they are.
        case nobody = "no_credentials"
        /// What they said is not known, is over, or was taken away.
        case unknown = "bad_credentials"
        /// They are known, and may do other things.
        case role
        /// A user of this machine without a role.
        case localUser = "local_user"
    }

    let reason: Reason
    let status: HTTPResponse.Status
    let message: String
    /// Who it was, where that is known.
    var principal: Principal?

    static let nobody = Denial(
        reason: .nobody, status: .unauthorized,
        message: "this needs a token: `daybook token create` makes one")

    static let unknown = Denial(
        reason: .unknown, status: .unauthorized,
        message: "this token is unknown, expired or taken away: `daybook token create` makes one")

    var failure: HTTPFailure {
        var headers = HTTPFields()
        // Basic is offered too: some clients send a password only when they are asked for one.
        if status == .unauthorized {
            headers[values: .wwwAuthenticate] = [
                "Bearer realm=\"daybook\"", "Basic realm=\"daybook\", charset=\"UTF-8\"",
            ]
        }
        return HTTPFailure(status, message, headers: headers)
    }
}
