// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle
import Synchronization

/// A daemon that answers: where, and how to end it.
package final class RunningDaemon: Sendable {
    /// Where it listens; a port of 0 that was asked for is the port that was given.
    package let address: ListenAddress
    private let group: ServiceGroup

    init(_ address: ListenAddress, _ group: ServiceGroup) {
        self.address = address
        self.group = group
    }

    /// Begins to end it: `Daemon.run` returns when everything taken is synced.
    package func stop() async { await group.triggerGracefulShutdown() }
}

/// Tells who waits for it once every listener is open, and knows the group by then.
final class StartSignal: Sendable {
    private struct State {
        var group: ServiceGroup?
        var waiting: Int
        var address: ListenAddress
    }

    private let state: Mutex<State>
    private let started: @Sendable (RunningDaemon) async -> Void

    /// - Parameter listeners: how many have to open.
    init(
        listeners: Int, _ address: ListenAddress,
        _ started: @escaping @Sendable (RunningDaemon) async -> Void
    ) {
        state = Mutex(State(waiting: listeners, address: address))
        self.started = started
    }

    /// Before the group runs.
    func take(_ group: ServiceGroup) { state.withLock { $0.group = group } }

    /// A listener is open.
    ///
    /// - Parameter port: the one it was given; nil for one without.
    func opened(port: Int?) async {
        let running: RunningDaemon? = state.withLock { state in
            if let port {
                state.address = ListenAddress(host: state.address.host, port: port)
            }
            state.waiting -= 1
            guard state.waiting == 0, let group = state.group else { return nil }
            return RunningDaemon(state.address, group)
        }
        if let running { await started(running) }
    }
}
