// SPDX-License-Identifier: Apache-2.0

import Desk
import Logging
import ServiceLifecycle

/// Looks every second whether a command made or revoked a token. While the file cannot be read, the
/// tokens known before stay, and that is said once.
struct TokensService: Service {
    let core: DaemonCore

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isTroubled = false
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(ServerLimits.tokensMilliseconds))
                do {
                    try await core.blocking { [core] in try core.gate.tokens.reload() }
                    isTroubled = false
                } catch {
                    if !isTroubled, !Task.isCancelled {
                        let text = DeskFailure(known: error)?.message ?? "they cannot be read"
                        core.logger.error("the tokens are as they were before: \(text)")
                    }
                    isTroubled = true
                }
            }
        }
    }
}
