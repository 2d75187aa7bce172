// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Ends what runs when the daemon ends, before the books are closed. What cannot be cut is waited
/// for; a clear that is cut all the same is finished by the next one.
struct JobsService: Service {
    let core: DaemonCore

    func run() async throws {
        try? await gracefulShutdown()
        core.jobs.stop()
        while core.jobs.isBusy, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
