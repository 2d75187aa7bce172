// SPDX-License-Identifier: Apache-2.0

package import Desk

extension Principal {
    /// Whom a token stands for.
    package init(_ token: TokenStore.Token) {
        self.init(
            name: token.name, roles: token.roles, origin: .token(token.id), account: token.account,
            strategies: token.strategies)
    }
}
