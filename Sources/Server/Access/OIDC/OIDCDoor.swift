// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import Hummingbird
import Logging
import Synchronization

/// The way in by an OpenID provider, where the settings name one.
final class OIDCDoor: Sendable {
    let waiting = WaitingSignIns()
    private let current = Mutex<OIDCProvider?>(nil)

    /// The provider by the settings in effect.
    var provider: OIDCProvider? { current.withLock { $0 } }

    /// Goes by other settings. Where they changed, sessions that began by the old ones are over.
    func use(_ choice: OIDCChoice?) {
        current.withLock { provider in
            guard provider?.choice != choice else { return }
            provider = choice.map { OIDCProvider($0) }
        }
    }

    /// Whom a signed token that a program sends stands for.
    ///
    /// - Throws: a denial; 503 while the provider's keys cannot be read.
    func principal(of text: String, _ core: DaemonCore) async throws -> Principal {
        guard let provider else { throw Denial.unknown }
        do {
            let claims = try await provider.claims(of: text, core)
            return try Self.known(try claims.principal(), at: provider.choice.name)
        } catch let refusal as OIDCClaims.Refusal {
            core.logger.notice("a token was not taken: \(refusal.rawValue)")
            throw Denial.unknown
        }
    }

    /// Somebody with a role.
    static func known(_ principal: Principal, at name: String) throws(Denial) -> Principal {
        guard principal.roles.isEmpty else { return principal }
        throw Denial(
            reason: .noRole, status: .forbidden,
            message:
                "\(name) knows you, and access.oidc.roles of daybook.yaml gives you no role here",
            principal: principal)
    }
}
