// SPDX-License-Identifier: Apache-2.0

import Book
package import Records

/// How a source fares, for people and for metrics.
package struct SourceStatus: Sendable {
    package enum State: String, Sendable {
        /// Looks for where it was.
        case starting
        case running
        /// Something failed; it is tried again.
        case waiting
        case stopped
    }

    package let name: String
    /// What is followed, in the words of the settings.
    package let what: String
    package var state = State.starting
    /// Streams that are followed: files, with those that they were before.
    package var streams = 0
    /// Records and bytes since the program started.
    package var records: UInt64 = 0
    package var bytes: UInt64 = 0
    /// Records a second, over the last ten seconds.
    package var rate = 0.0
    /// Bytes that are there and not read yet.
    package var lagBytes: UInt64 = 0
    /// When the last record came in.
    package var lastRecord: Timestamp?
    /// What went wrong last, and when; nil while nothing did.
    package var lastError: String?
    package var lastErrorAt: Timestamp?
    /// What could not be read and is lost, counted: files that were gone or truncated too early.
    package var losses: UInt64 = 0
    /// Where its files stand: those that are furthest behind, then those read last, at most
    /// `SourceLimits.toldFiles` of them; told every second or so.
    package var files: [SourceFile] = []

    package init(name: String, what: String) {
        self.name = name
        self.what = what
    }
}

/// One log that is followed, as it stands.
package struct SourceFile: Sendable, Hashable {
    /// As its records name their `source`: `bots:worker.log`.
    package let name: String
    /// Bytes of the file that is read now: those that were read, and all of them.
    package let position: UInt64
    package let size: UInt64
    /// Bytes that are there and not read, those of waiting files included.
    package let lagBytes: UInt64
    /// Newer files that wait until this one is read to its end.
    package let waiting: Int
    /// When something of it was read last; nil when nothing was since the program started.
    package let lastRead: Timestamp?
    /// Why it cannot be read; nil while it can.
    package let trouble: String?

    package init(
        name: String, position: UInt64, size: UInt64, lagBytes: UInt64, waiting: Int = 0,
        lastRead: Timestamp? = nil, trouble: String? = nil
    ) {
        self.name = name
        self.position = position
        self.size = size
        self.lagBytes = lagBytes
        self.waiting = waiting
        self.lastRead = lastRead
        self.trouble = trouble
    }
}

/// Where a source says how it fares. Safe from any thread.
package final class SourceReport: Sendable {
    private struct Shared {
        var status: SourceStatus
        /// Records at some moments, oldest first, for the rate.
        var moments: [(nanoseconds: UInt64, records: UInt64)] = []
    }

    private let shared: Monitor<Shared>
    private let clock = SystemClock()

    package init(name: String, what: String) {
        shared = Monitor(Shared(status: SourceStatus(name: name, what: what)))
    }

    /// As it is now.
    package var status: SourceStatus {
        let now = clock.monotonic()
        return shared.withLock { shared in
            var status = shared.status
            let begin = now > SourceLimits.rateNanoseconds ? now - SourceLimits.rateNanoseconds : 0
            shared.moments.removeAll { $0.nanoseconds < begin }
            if let first = shared.moments.first, now > first.nanoseconds {
                let seconds = Double(now - first.nanoseconds) / 1e9
                status.rate = Double(status.records - first.records) / max(seconds, 1)
            } else {
                status.rate = 0
            }
            return status
        }
    }

    package func set(_ state: SourceStatus.State) { shared.withLock { $0.status.state = state } }

    /// Says how far it is.
    package func progress(streams: Int, lagBytes: UInt64) {
        shared.withLock {
            $0.status.streams = streams
            $0.status.lagBytes = lagBytes
        }
    }

    /// Says where its files stand.
    package func tell(_ files: [SourceFile]) { shared.withLock { $0.status.files = files } }

    /// The instant that a reading of the monotonic clock was.
    package func instant(ofMonotonic nanoseconds: UInt64) -> Timestamp {
        let ago = Int64(clamping: clock.monotonic() &- nanoseconds) / 1000
        return Timestamp(microseconds: clock.now().microseconds - ago)
    }

    /// Says that records came in.
    package func add(records: UInt64, bytes: UInt64) {
        let now = clock.monotonic()
        let instant = clock.now()
        shared.withLock { shared in
            if shared.moments.last.map({ now - $0.nanoseconds > 250_000_000 }) ?? true {
                shared.moments.append((now, shared.status.records))
                let begin =
                    now > SourceLimits.rateNanoseconds ? now - SourceLimits.rateNanoseconds : 0
                shared.moments.removeAll { $0.nanoseconds < begin }
            }
            shared.status.records += records
            shared.status.bytes += bytes
            if records > 0 { shared.status.lastRecord = instant }
        }
    }

    /// Says what went wrong; the text holds nothing of what was read.
    package func fail(_ text: String, isLoss: Bool = false) {
        let instant = clock.now()
        shared.withLock {
            $0.status.lastError = text
            $0.status.lastErrorAt = instant
            if isLoss { $0.status.losses += 1 }
        }
    }
}

/// Asks somebody on another thread to come to an end.
package final class StopSignal: Sendable {
    private let flag = Monitor(false)

    package init() {}

    package func stop() {
        flag.withLock { $0 = true }
        flag.broadcast()
    }

    package var isStopped: Bool { flag.withLock { $0 } }

    /// Waits; true as soon as the end was asked for.
    package func wait(nanoseconds: UInt64) -> Bool {
        flag.wait(nanoseconds: nanoseconds) { $0 ? true : nil } ?? false
    }
}
