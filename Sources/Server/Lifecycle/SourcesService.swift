// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle
import Sources

/// Follows what the settings name as sources. It ends before the books are closed, with all that was
/// read in them.
struct SourcesService: Service {
    let core: DaemonCore

    func run() async throws {
        try await core.blocking { [core] in core.sources.start(core.ground) }
        try? await gracefulShutdown()
        try await core.blocking { [core] in _ = core.sources.stop() }
    }
}
