// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// The pages of somebody who is not signed in.
enum SignInPage {
    /// Asks for a token.
    static func token(
        _ request: Request, _ context: DaemonContext, next: String, isWrong: Bool = false
    ) -> Response {
        Console.answerAlone(
            "Sign in", to: request, status: isWrong ? .unauthorized : .ok
        ) {
            Tag.h1 { "Sign in" }
            Form.post("/sign-in", context) {
                Tag.input(.type("hidden"), .name("next"), .value(next))
                Form.text(
                    "token", "Token", hint: "An administrator makes one: daybook token create",
                    wrong: isWrong ? "This token is unknown, expired or taken away." : nil,
                    type: "password", isRequired: true)
                Form.button("Sign in")
            }
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
