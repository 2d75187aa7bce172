// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
package import Records

extension Daybook {
    /// Puts an event into the queue, as `record` does, for callers who want to know: throws what kept it
    /// out. It is counted then, as `record` counts it, and a `log_gap_declared` record tells of it.
    package func offer(_ event: Event) throws(DaybookError) {
        let lane = try lane(for: event.kind, nil)
        var writer = EventWriter(event.kind, level: event.level, at: event.timestamp)
        writer.put(fieldsOf: event)
        do throws(DaybookError) {
            try lane.record(&writer)
        } catch {
            lane.countLost(1)
            throw error
        }
    }

    /// Bytes of records that wait in front of the books, in queues and in blocks beside them.
    public var waitingBytes: Int {
        lanes.reduce(0) { $0 + Int(daybook_ring_used($1.ring.pointer)) }
    }
}
