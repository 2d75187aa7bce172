// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import Logging
import Records
import ServiceLifecycle
import UnixSignals

/// Reads daybook.yaml again on SIGHUP. A file with a fault changes nothing, and is said.
struct ReloadService: Service {
    let core: DaemonCore

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                await reload()
            }
        }
    }

    private func reload() async {
        do {
            try await core.blocking { [core] in try core.reload() }
            core.logger.notice("daybook.yaml was read again")
        } catch {
            let text = DeskFailure(known: error)?.message ?? "it cannot be read"
            core.logger.error("daybook.yaml is not taken, what was in effect stays: \(text)")
        }
    }
}
