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
        /// Known elsewhere, and without a role here.
        case noRole = "no_role"
        /// A user of this machine without a role.
        case localUser = "local_user"
        /// A browser was told that another name leads here.
        case host = "foreign_host"
        /// A page of somebody else sent it.
        case origin = "foreign_origin"
        /// A form or script without the token of its session.
        case csrf = "no_form_token"
        /// A token or a link at the page that signs in.
        case signIn = "sign_in"
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

    static let host = Denial(
        reason: .host, status: HTTPResponse.Status(code: 421, reasonPhrase: "Misdirected Request"),
        message: "this daemon is not known by that name; access.hosts in daybook.yaml lists names")

    static let origin = Denial(
        reason: .origin, status: .forbidden, message: "a page of another site may not ask here")

    static let csrf = Denial(
        reason: .csrf, status: .forbidden,
        message: "this form is not of your session; open the page again")

    static let signIn = Denial(
        reason: .signIn, status: .unauthorized,
        message: "this token is unknown, expired or taken away")

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
