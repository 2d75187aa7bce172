// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records
internal import Synchronization

/// What `configureLogging` chose last, for all loggers of the process.
final class LoggingCenter: Sendable {
    static let shared = LoggingCenter()

    /// What logging does at the moment.
    struct Setup: Sendable {
        var level: Level
        var console: Console?
        var daybook: Daybook?
        /// Directory and file of `daybook`.
        var place: Place?
        var pool: MaskingPool
    }

    struct Place: Sendable, Equatable {
        let directory: String
        let fileName: String?
    }

    // Before anybody configures, events are shown, masked, and recorded nowhere.
    private let setup = Mutex(
        Setup(level: .info, console: .standard(), pool: MaskingPool(.standard)))
    /// Whose turn it is to configure: opening books takes a while, and loggers do not wait for it.
    private let turn = Monitor(false)

    /// Runs `body` while no other thread configures.
    private func taken(_ body: () throws(DaybookError) -> Void) throws(DaybookError) {
        turn.wait { isTaken -> Void? in
            if isTaken { return nil }
            isTaken = true
            return ()
        }
        defer {
            turn.withLock { $0 = false }
            turn.broadcast()
        }
        try body()
    }

    var current: Setup { setup.withLock { $0 } }

    /// Puts a new setup in place. A Daybook of the same directory and file stays open, another one
    /// is closed after the new one took over.
    func configure(
        _ place: Place?, keys: String?, level: Level, console: Console?
    ) throws(DaybookError) {
        try taken { () throws(DaybookError) in
            let before = current
            var next = Setup(level: level, console: console, pool: before.pool)
            if let place {
                let isSame = place == before.place
                let open = isSame ? before.daybook : nil
                let daybook =
                    if let open { open } else {
                        try Daybook(
                            directory: place.directory, keys: keys, auditFile: place.fileName)
                    }
                next.daybook = daybook
                next.place = place
                next.pool = daybook.pool
            }
            let installed = next
            setup.withLock { $0 = installed }
            if let old = before.daybook, old !== next.daybook { try old.close() }
        }
    }

    /// Ends logging to files; events are shown on as before.
    func close() throws(DaybookError) {
        try taken { () throws(DaybookError) in
            let daybook = setup.withLock { setup in
                defer { (setup.daybook, setup.place) = (nil, nil) }
                return setup.daybook
            }
            try daybook?.close()
        }
    }

    /// Shows and records an event, if its level counts.
    func log(_ level: Level, _ event: () -> Event) {
        let setup = current
        guard level >= setup.level else { return }
        let event = event()
        setup.console?.show(event, setup.pool)
        guard let daybook = setup.daybook else { return }
        if level == .critical {
            do throws(DaybookError) {
                try daybook.append(event, durability: .written)
                return
            } catch {
                // Counted below where it cannot be taken in; there is nobody to throw to.
            }
        }
        daybook.record(event)
    }
}
