// SPDX-License-Identifier: Apache-2.0

import Daybook

/// Signing out at the provider, too (OpenID Connect RP-Initiated Logout 1.0), where it says that it can.
enum OIDCSignOut {
    /// Where a browser goes to end the provider's session: it names the sign-in and comes back to ours.
    ///
    /// - Returns: nil for a session that no provider began, by settings of before, or by a provider that
    ///   does not say where, or that cannot be asked at the moment: then only ours ends.
    static func way(_ session: SessionStore.Session, _ core: DaemonCore) async -> String? {
        guard let choice = session.provider, let provider = core.gate.oidc.provider,
            provider.choice == choice, let place = try? await provider.known(core).endSession
        else { return nil }
        var query = [
            ("client_id", choice.clientID), ("post_logout_redirect_uri", back(choice, core)),
        ]
        if let token = session.idToken { query.append(("id_token_hint", token)) }
        return place + (place.contains("?") ? "&" : "?")
            + query.map { Link.encode($0.0) + "=" + Link.encode($0.1) }.joined(separator: "&")
    }

    /// The page of ours that a provider sends people back to: where it does after a sign-in, too.
    private static func back(_ choice: OIDCChoice, _ core: DaemonCore) -> String {
        let callback = OIDCRoutes.path + "/callback"
        guard let redirect = choice.redirect, redirect.hasSuffix(callback) else {
            return core.gate.base + "/sign-in"
        }
        return redirect.dropLast(callback.utf8.count) + "/sign-in"
    }
}
