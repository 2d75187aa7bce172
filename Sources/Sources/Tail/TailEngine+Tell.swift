// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension TailEngine {
    /// Says where the files stand, for those who look. O(logs); not at every step.
    func tell(_ now: UInt64) {
        let pause = UInt64(lanes.count) * SourceLimits.tellNanosecondsPerFile
        nextTell = now + max(SourceLimits.tellNanoseconds, pause)
        report.tell(shown().map(told))
    }

    /// The lanes that are furthest behind, then those that were read last; of equals by name.
    private func shown() -> [TailLane] {
        func isBefore(_ left: TailLane, _ right: TailLane) -> Bool {
            let (a, b) = ((left.lag, left.fed), (right.lag, right.fed))
            return a == b ? left.path < right.path : a > b
        }
        guard lanes.count > SourceLimits.toldFiles else { return lanes.values.sorted(by: isBefore) }
        var shown: [TailLane] = []
        for lane in lanes.values {
            if shown.count == SourceLimits.toldFiles, let last = shown.last {
                guard isBefore(lane, last) else { continue }
                shown.removeLast()
            }
            let place = shown.firstIndex { isBefore(lane, $0) } ?? shown.count
            shown.insert(lane, at: place)
        }
        return shown
    }

    private func told(_ lane: TailLane) -> SourceFile {
        SourceFile(
            name: lane.stream.name, position: UInt64(lane.current?.position ?? 0),
            size: UInt64(lane.current?.size ?? 0), lagBytes: UInt64(lane.lag),
            waiting: lane.queue.count,
            lastRead: lane.fed > 0 ? report.instant(ofMonotonic: lane.fed) : nil,
            trouble: lane.problem.map { String(cString: strerror($0)) })
    }
}
