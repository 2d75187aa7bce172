// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Synchronization

extension Daybook {
    /// Puts an event into the queue, as `record` does, for callers who want to know: throws what kept it
    /// out. It is counted then, as `record` counts it, and a `log_gap_declared` record tells of it.
    package func offer(_ event: Event) throws(DaybookError) {
        let lane = try lane(for: event, nil)
        do throws(DaybookError) {
            _ = try lane.append(.queued) { $0.add(event, lane.rule) }
        } catch {
            lane.countLost(1)
            throw error
        }
    }

    /// Bytes of records that wait in front of the books, not yet with the operating system.
    public var waitingBytes: Int {
        lanes.reduce(0) { sum, lane in sum + lane.state.withLock { $0.waitingBytes } }
    }
}
