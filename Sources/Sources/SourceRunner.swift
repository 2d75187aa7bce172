// SPDX-License-Identifier: Apache-2.0

import Book
package import Desk

/// Runs one source on a thread of its own, and again after failures, until it is stopped.
package final class SourceRunner: Sendable {
    private let source: any Source
    private let open: @Sendable () throws -> any SourceSink
    private let report: SourceReport
    private let voice: any Voice
    private let signal = StopSignal()
    private let worker = Monitor<Worker?>(nil)

    /// - Parameters:
    ///   - what: what is followed, for people.
    ///   - open: makes the sink; called again after a failure.
    package init(
        _ source: any Source, what: String, voice: any Voice,
        open: @escaping @Sendable () throws -> any SourceSink
    ) {
        self.source = source
        self.open = open
        self.voice = voice
        report = SourceReport(name: source.name, what: what)
    }

    package var status: SourceStatus { report.status }

    /// Starts the thread.
    package func start() {
        let started = Worker("source-\(source.name)") { [self] in run() }
        worker.withLock { $0 = started }
    }

    /// Asks for the end.
    package func ask() { signal.stop() }

    /// Asks for the end and waits for it: what was read is then in the books, with its position.
    package func stop() {
        signal.stop()
        worker.withLock { $0 }?.join()
    }

    private func run() {
        var backoff = SourceLimits.backoffNanosecondsMin
        var told: String?
        while !signal.isStopped {
            report.set(.starting)
            let start = SystemClock().monotonic()
            do {
                try once()
            } catch {
                let text = DeskFailure(known: error)?.message ?? "\(error)"
                report.fail(text)
                report.set(.waiting)
                if told != text { voice.complain("the source \(source.name) waits: \(text)") }
                told = text
                // Whatever ran well for a while begins anew.
                if SystemClock().monotonic() - start > SourceLimits.backoffNanosecondsMax {
                    backoff = SourceLimits.backoffNanosecondsMin
                }
                if signal.wait(nanoseconds: backoff) { break }
                backoff = min(backoff * 2, SourceLimits.backoffNanosecondsMax)
            }
        }
        report.set(.stopped)
    }

    private func once() throws {
        let sink = try open()
        do {
            try source.run(into: sink, until: signal, report)
        } catch {
            try? sink.close()
            throw error
        }
        try sink.close()
    }
}
