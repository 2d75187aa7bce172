// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

extension Daybook {
    /// Bytes of records that wait in front of the books, in queues and in blocks beside them.
    public var waitingBytes: Int {
        lanes.reduce(0) { $0 + Int(daybook_ring_used($1.ring.pointer)) }
    }
}
