// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// A cookie by which a browser is known again. All of them are written here: no script reads them, and
/// with TLS they have a name that browsers take only from us, over TLS, for every path.
struct AccessCookie: Sendable {
    private let name: String
    private let seconds: Int
    private let sameSite: String

    /// Who is signed in.
    static let session = AccessCookie(
        name: "daybook_session", seconds: ServerLimits.sessionSeconds, sameSite: "Strict")

    /// Ties a sign-in at a provider to the browser that began it. The provider sends people back from
    /// another site, so it has to be `Lax`; it holds nothing but chance, for ten minutes.
    static let signIn = AccessCookie(
        name: "daybook_sign_in", seconds: ServerLimits.waitingSignInSeconds, sameSite: "Lax")

    private func fullName(_ isTLS: Bool) -> String { isTLS ? "__Host-\(name)" : name }

    func value(of request: Request, isTLS: Bool) -> String? {
        request.cookies[fullName(isTLS)]?.value
    }

    /// What `Set-Cookie` says to set it, or to take it away with an empty value.
    func setting(_ value: String, isTLS: Bool) -> String {
        let age = value.isEmpty ? 0 : seconds
        return "\(fullName(isTLS))=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=\(sameSite)"
            + (isTLS ? "; Secure" : "")
    }
}
