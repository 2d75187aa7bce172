// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// The pages of somebody who is not signed in.
enum SignInPage {
    /// Asks for a token.
    ///
    /// - Parameter provider: who else knows our people, by name.
    static func token(
        _ request: Request, _ context: DaemonContext, next: String, provider: String?,
        isWrong: Bool = false
    ) -> Response {
        Console.answerAlone(
            "Sign in", to: request, status: isWrong ? .unauthorized : .ok
        ) {
            Tag.h1 { "Sign in" }
            if let provider {
                // A link and no form: the provider is another site, where forms may not go.
                Tag.p {
                    Form.linkButton(
                        "Sign in with \(provider)", Link(OIDCRoutes.path, ["next": next]), .main)
                }
            }
            Form.post("/sign-in", context) {
                Tag.input(.type("hidden"), .name("next"), .value(next))
                Form.text(
                    "token", "Token", hint: "An administrator makes one: daybook token create",
                    wrong: isWrong ? "This token is unknown, expired or taken away." : nil,
                    type: "password", isRequired: true)
                Form.button("Sign in", provider == nil ? .main : .usual)
            }
        }
    }

    /// After somebody came back from a provider. The browser goes on by itself from a page of ours:
    /// a redirect would still count as the other site's, and the cookie would stay behind.
    static func goOn(_ request: Request, to next: String, cookie: String) -> Response {
        var answer = Console.answerAlone("Signed in", to: request) {
            Tag.h1 { "Signed in" }
            Tag.p { Tag.a(.href(next)) { "Go on" } }
        }
        answer.headers[.setCookie] = cookie
        if let refresh = HTTPField.Name("Refresh") { answer.headers[refresh] = "0; url=\(next)" }
        return answer
    }

    /// Somebody signed out here, and goes on to do so at the provider. From a page of ours: a form, as
    /// signing out is, may not lead to another site.
    static func signOutThere(_ request: Request, at provider: String, by way: String) -> Response {
        var answer = Console.answerAlone("Signed out", to: request) {
            Tag.h1 { "Signed out" }
            Tag.p {
                "You are signed out here. Your browser goes on to \(provider) and signs out there."
            }
            Form.linkButton("Sign in again", Link("/sign-in"))
        }
        if let refresh = HTTPField.Name("Refresh") { answer.headers[refresh] = "0; url=\(way)" }
        return answer
    }

    /// Somebody came back from a provider, and stays outside.
    static func refused(
        _ request: Request, _ why: String, status: HTTPResponse.Status = .unauthorized
    ) -> Response {
        Console.answerAlone("Not signed in", to: request, status: status) {
            Tag.h1 { "Not signed in" }
            Tag.p { why }
            Form.linkButton("Sign in", Link("/sign-in"))
        }
    }

    static func wait(
        _ request: Request, _ context: DaemonContext, next: String, seconds: Int
    ) -> Response {
        var answer = Console.answerAlone("Wait", to: request, status: .tooManyRequests) {
            Tag.h1 { "Wait a little" }
            Tag.p { "Too many tries failed. The next one is looked at in \(seconds) seconds." }
            Form.linkButton("Try again", Link("/sign-in", ["next": next]))
        }
        answer.headers[.retryAfter] = String(seconds)
        return answer
    }

    /// Asks whether a link shall be used.
    static func link(_ request: Request, _ context: DaemonContext, code: String) -> Response {
        Console.answerAlone("Sign in", to: request) {
            Tag.h1 { "Sign in" }
            Tag.p { "This link signs you in once." }
            Form.post("/sign-in/link", context) {
                Tag.input(.type("hidden"), .name("code"), .value(code))
                Form.button("Sign in")
            }
        }
    }

    static func overLink(_ request: Request) -> Response {
        Console.answerAlone("Sign in", to: request, status: .unauthorized) {
            Tag.h1 { "This link is over" }
            Tag.p { "It was used, or it is older than ten minutes." }
            Form.linkButton("Sign in with a token", Link("/sign-in"))
        }
    }
}
