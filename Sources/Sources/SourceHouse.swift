// SPDX-License-Identifier: Apache-2.0

package import Book
import Daybook
package import Desk

/// The sources that the settings name, each on a thread of its own.
package final class SourceHouse: Sendable {
    private let held: (@Sendable (String) throws -> Book)?
    private let running = Monitor(Running())

    private struct Running {
        var isStarted = false
        var runners: [SourceRunner] = []
        var locks: [SourceLock] = []
        /// Sources that could not be started, with the reason.
        var refused: [SourceStatus] = []
    }

    /// - Parameter held: gives a book that is open already; nil lets each source open them.
    package init(held: (@Sendable (String) throws -> Book)? = nil) { self.held = held }

    /// How each fares, in the order of the settings.
    package var statuses: [SourceStatus] {
        running.withLock { running in running.runners.map(\.status) + running.refused }
    }

    /// Starts them, by the settings of a ground. One that cannot be started is told among the
    /// statuses, and the others run.
    package func start(_ ground: Ground) {
        running.withLock { $0 = Running(isStarted: true) }
        for choice in ground.settings.sources {
            do {
                let lock = try SourceLock.take(choice.name, ground)
                let runner = try runner(choice, ground)
                running.withLock {
                    $0.runners.append(runner)
                    $0.locks.append(lock)
                }
                runner.start()
            } catch {
                let text = DeskFailure(known: error)?.message ?? "\(error)"
                ground.voice.complain("the source \(choice.name) does not run: \(text)")
                let report = SourceReport(name: choice.name, what: Self.what(choice))
                report.fail(text)
                report.set(.stopped)
                running.withLock { $0.refused.append(report.status) }
            }
        }
    }

    /// Ends them all: what was read is then in the books, with its position. Safe to call twice.
    ///
    /// - Returns: whether they had been started.
    @discardableResult
    package func stop() -> Bool {
        let (runners, locks, wasStarted) = running.withLock { running in
            defer { (running.locks, running.isStarted) = ([], false) }
            return (running.runners, running.locks, running.isStarted)
        }
        for runner in runners { runner.ask() }
        for runner in runners { runner.stop() }
        for lock in locks { lock.close() }
        return wasStarted
    }

    private func runner(_ choice: SourceChoice, _ ground: Ground) throws -> SourceRunner {
        let tail = try TailChoice(
            patterns: choice.tail.map { Paths.absolute($0, from: ground.logs) },
            excluded: choice.exclude, startsAtEnd: choice.startsAtEnd, zone: choice.zone)
        let source = try TailSource(tail, name: choice.name, ground)
        return SourceRunner(source, what: Self.what(choice), voice: ground.voice) {
            [held] in
            try BookSink(ground, name: choice.name, held: held)
        }
    }

    private static func what(_ choice: SourceChoice) -> String {
        choice.tail.joined(separator: ", ")
    }
}
