// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Logging
import Records
import ServiceLifecycle

/// Runs the policies: at a pace, and when a record triggers one.
///
/// What cannot be done now (a clock that is not believed, another pass that runs) is said once, and
/// tried again at the next pass.
struct RetentionService: Service {
    let core: DaemonCore
    let seconds: Int

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let state = State()
            // What was due while nothing ran should not wait for an hour, nor slow the start.
            var next = ContinuousClock.now + .seconds(ServerLimits.firstPassSeconds)
            while !Task.isCancelled {
                let isDue = ContinuousClock.now >= next
                if isDue { next = .now + .seconds(seconds) }
                try? await core.blocking { [core] in
                    do {
                        try Self.look(core, isDue: isDue, state)
                        if isDue { state.trouble = nil }
                    } catch {
                        Self.complain(error, core, state)
                    }
                }
                try? await Task.sleep(for: .milliseconds(ServerLimits.triggerMilliseconds))
            }
        }
    }

    /// What is carried from one look to the next. Sendable, because one look ends before the next
    /// begins.
    private final class State: @unchecked Sendable {
        var watcher: RetainWatcher?
        /// What was complained of last, so that it is said once.
        var trouble: String?
        var generation = -1
    }

    private static func look(_ core: DaemonCore, isDue: Bool, _ state: State) throws {
        let ground = core.ground
        let desk = RetainDesk(ground)
        if isDue { tell(try desk.pass(only: nil, cause: "daemon"), core) }
        // Triggers come from the policies in force, which a pass or an acceptance may change.
        if isDue || state.generation != core.generation {
            state.watcher = nil
            state.generation = core.generation
            if try ground.houseVault() != nil {
                var watcher = try RetainWatcher(desk)
                try watcher.recall()
                state.watcher = watcher.isEmpty ? nil : watcher
            }
        }
        try state.watcher?.look()
        try state.watcher?.run(isEnd: false) { tell($0, core) }
    }

    private static func tell(_ reports: [RetainPass.Report], _ core: DaemonCore) {
        for report in reports where report.cleared > 0 || report.failure != nil {
            core.logger.notice(
                "retention",
                metadata: [
                    "of": "\(report.name)", "cleared": "\(report.cleared)",
                    "kept": "\(report.kept)", "failure": "\(report.failure ?? "none")",
                ])
        }
    }

    private static func complain(_ error: any Error, _ core: DaemonCore, _ state: State) {
        let text = DeskFailure(known: error)?.message ?? "retention failed"
        guard text != state.trouble else { return }
        state.trouble = text
        core.logger.warning("\(text)")
    }
}
