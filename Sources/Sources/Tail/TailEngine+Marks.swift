// SPDX-License-Identifier: Apache-2.0

/// Where everything stands, told to the sink.
extension TailEngine {
    func isMarkDue(_ now: UInt64) -> Bool {
        guard let firstUnmarked else { return false }
        return unmarkedBytes >= SourceLimits.markBytes || note.bytes > SourceLimits.cutsBytes
            || now - firstUnmarked >= SourceLimits.markNanoseconds
    }

    /// Writes where every lane stands that moved, or all of them.
    func mark(_ now: UInt64, isFull: Bool) throws {
        let moved = lanes.values.filter { lane in
            lane.current != nil && (isFull || lane.isDirty || !lane.isMarked)
        }.sorted { $0.path < $1.path }
        let marks = moved.compactMap { $0.mark() }
        guard !marks.isEmpty || isFull else { return }
        sequence = try sink.mark(marks.map(\.json), isFull: isFull)
        for lane in moved {
            lane.isMarked = true
            lane.isDirty = false
        }
        try note.clear()
        unmarkedBytes = 0
        firstUnmarked = nil
        if isFull { lastFullMark = now }
    }
}
