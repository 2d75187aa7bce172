// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Intake
import Masking
import Records
import Synchronization

/// Records what a program under `run` prints, on a thread of its own.
///
/// The book may be slow, full or gone: then it is tried again, and the output waits in the queue.
final class RunRecorder: Sendable {
    /// What the last thread to know says at the end.
    struct Outcome: Sendable {
        var records: [String: Int] = [:]
        var missingBytes = 0
        /// Why records could not be kept; nil when all were.
        var failure: BookError?
    }

    private let queue: OutputQueue
    private let outcome = Mutex(Outcome())

    init(_ queue: OutputQueue) { self.queue = queue }

    var result: Outcome { outcome.withLock { $0 } }

    /// Records until the queue is closed and empty. `last` makes the record that closes the run.
    func run(
        _ recorder: inout Recorder, zone: LocalZone,
        last: (Outcome) -> JSONObject
    ) {
        var takers = [
            IntakeTaker(stream: .stdout, zone: zone), IntakeTaker(stream: .stderr, zone: zone),
        ]
        var seen: [UInt64] = [0, 0]
        let clock = SystemClock()
        loop: while true {
            let found = queue.take(nanoseconds: CommandLimits.silenceNanoseconds)
            let now = clock.monotonic()
            switch found {
            case .chunks(let chunks):
                for chunk in chunks {
                    let index = chunk.stream.rawValue
                    if chunk.missingBefore > 0 {
                        takers[index].finish(to: &recorder)
                        declareGap(chunk.missingBefore, chunk.stream, &recorder)
                    }
                    chunk.bytes.withUnsafeBufferPointer { takers[index].feed($0, to: &recorder) }
                    seen[index] = now
                    if recorder.isFull { handOver(&recorder, isPause: false) }
                }
            case .silence: break
            case .end(let missing):
                for stream in OutputQueue.Stream.allCases {
                    takers[stream.rawValue].finish(to: &recorder)
                    if missing[stream.rawValue] > 0 {
                        declareGap(missing[stream.rawValue], stream, &recorder)
                    }
                }
                break loop
            }
            for index in takers.indices
            where takers[index].hasPending
                && now - seen[index] >= CommandLimits.silenceNanoseconds
            {
                takers[index].flush(to: &recorder)
            }
            handOver(&recorder, isPause: true)
        }
        handOver(&recorder, isPause: true, tries: CommandLimits.lastTries)
        var end = result
        for count in recorder.counts { end.records[count.book] = count.records }
        recorder.take(object: last(end), .audit)
        handOver(&recorder, isPause: true, tries: CommandLimits.lastTries)
        do throws(BookError) {
            try recorder.finish()
        } catch {
            fail(error)
        }
        outcome.withLock { outcome in
            for count in recorder.counts { outcome.records[count.book] = count.records }
        }
    }

    /// Hands over, again and again when the book says no. The batch is kept meanwhile; `tries` is
    /// for the end, when waiting longer would keep the user's shell.
    private func handOver(_ recorder: inout Recorder, isPause: Bool, tries: Int = .max) {
        var tried = 0
        while true {
            do throws(BookError) {
                try recorder.handOver(isPause: isPause)
                if tried > 0 { Terminal.complain("recording goes on") }
                return
            } catch {
                if tried == 0 { Terminal.complain("cannot record just now: \(error.message)") }
                tried += 1
                guard tried < tries else { return fail(error) }
                sleepFor(nanoseconds: CommandLimits.retryNanoseconds)
            }
        }
    }

    private func fail(_ error: BookError) {
        outcome.withLock { outcome in
            if outcome.failure == nil { outcome.failure = error }
        }
    }

    private func declareGap(
        _ bytes: Int, _ stream: OutputQueue.Stream, _ recorder: inout Recorder
    ) {
        outcome.withLock { $0.missingBytes += bytes }
        recorder.take(ours: [
            "event": "log_gap_declared", "event_type": "log_gap_declared", "level": "error",
            "reason": "output came faster than it could be recorded, and --when-full is gap",
            "stream": .string(stream == .output ? "stdout" : "stderr"),
            "missing_bytes": .number(String(bytes)),
        ])
    }
}
