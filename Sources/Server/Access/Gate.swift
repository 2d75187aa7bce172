// SPDX-License-Identifier: Apache-2.0

import Daybook
package import Desk
package import Records
import Synchronization

/// What the ways in share: tokens, who is signed in, links, failed tries, what was denied.
package final class Gate: Sendable {
    package let tokens: TokenStore
    let sessions = SessionStore()
    let links = SignInLinks()
    let throttle = SignInThrottle()
    let denials = DenialLog()
    let oidc = OIDCDoor()
    /// How a browser reaches the daemon, once it listens: `http://127.0.0.1:7370`.
    private let address = Mutex<(base: String, isTLS: Bool)>(("", false))
    /// When an unknown token last made us look at the file.
    private let looked = Mutex<ContinuousClock.Instant?>(nil)

    init(_ ground: Ground) {
        tokens = TokenStore(unread: ground)
        oidc.use(ground.settings.access.oidc)
    }

    var base: String { address.withLock { $0.base } }
    var isTLS: Bool { address.withLock { $0.isTLS } }

    /// The token of a text; nil for none. One that a command made a moment ago is found, too: what is
    /// unknown makes us look at the file again, a few times a second at most.
    func token(of text: String, _ core: DaemonCore) async -> TokenStore.Token? {
        if let token = tokens.token(of: text, at: core.ground.now) { return token }
        let mayLook = looked.withLock { last in
            if let last, ContinuousClock.now - last < ServerLimits.tokenLookPause { return false }
            last = .now
            return true
        }
        guard mayLook else { return nil }
        try? await core.blocking { [tokens] in try tokens.reload() }
        return tokens.token(of: text, at: core.ground.now)
    }

    /// Somebody as they are known now; nil when they are not any more: their token was revoked or is
    /// over, or their session ended. For answers that go on for long.
    package func current(_ principal: Principal, at now: Timestamp) -> Principal? {
        switch principal.origin {
        case .token(let id):
            guard let token = tokens.token(withID: id), token.expires > now else { return nil }
            return Principal(token)
        case .session(let id):
            guard let session = sessions.find(id: id) else { return nil }
            return self.principal(of: session, at: now)
        case .signed(_, let until):
            return until > now && oidc.provider != nil ? principal : nil
        case .peer:
            return principal
        }
    }

    /// Whom a session stands for; nil when what it began with is gone: a token of ours, or what a
    /// provider signed.
    func principal(of session: SessionStore.Session, at now: Timestamp) -> Principal? {
        if let until = session.until {
            guard until > now, session.provider == oidc.provider?.choice else {
                sessions.end(id: session.id)
                return nil
            }
        }
        guard let id = session.token else { return session.principal }
        guard let token = tokens.token(withID: id), token.expires > now else {
            sessions.end(id: session.id)
            return nil
        }
        var principal = Principal(token)
        principal.origin = .session(session.id)
        return principal
    }

    /// Begins a session, recorded before it is so.
    ///
    /// - Parameters:
    ///   - way: how they signed in: `token`, `link`, `oidc`.
    ///   - idToken: what a provider signed, to sign out with.
    /// - Returns: what the cookie holds.
    func begin(
        _ principal: Principal, _ way: String, _ address: String, _ core: DaemonCore,
        idToken: String? = nil
    ) async throws -> String {
        try await core.blocking { [core] in
            _ = try core.ground.keepHouse(
                .signedIn,
                [
                    "way": .string(way), "principal": .string(principal.name),
                    "address": .string(address),
                ], sealing: ["principal", "address"])
        }
        switch principal.origin {
        case .token(let id): return sessions.begin(principal, token: id)
        case .signed(_, let until):
            return sessions.begin(
                principal, token: nil, provider: oidc.provider?.choice, until: until,
                idToken: idToken)
        case .session, .peer: return sessions.begin(principal, token: nil)
        }
    }

    /// Notes where the daemon answers, and says it. While nobody has a token, a link signs in the
    /// user who started it.
    func opened(_ listen: ListenAddress, isTLS: Bool, _ core: DaemonCore) {
        let isAnywhere = listen.host == "0.0.0.0" || listen.host == "::"
        let name =
            core.ground.settings.access.hosts.first.map(HostRule.name)
            ?? (isAnywhere ? "localhost" : listen.host)
        let host = name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name
        let base = "\(isTLS ? "https" : "http")://\(host):\(listen.port)"
        address.withLock { $0 = (base, isTLS) }
        let voice = core.ground.voice
        voice.note("answers at \(base) and at \(core.ground.logs)/\(LocalSocket.name)")
        guard tokens.all.isEmpty else { return }
        let me = Principal(
            name: SystemUser.name, roles: Peers.operatorRoles, origin: .peer(SystemUser.number))
        if let link = self.link(me) {
            voice.note(
                "nobody has a token yet; this link signs in once, within 10 minutes: \(link)")
        }
    }

    /// A link that signs somebody in once; nil while too many wait to be used.
    func link(_ principal: Principal) -> String? {
        links.make(principal).map { "\(base)/sign-in/link?code=\($0)" }
    }
}
