// SPDX-License-Identifier: Apache-2.0

internal import Segments
internal import TransparencyLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Leaf hashes of a run of records, computed from a segment.
struct LeafRun: Sendable {
    var leaves: [TransparencyLog.Digest] = []
    /// What `segment_sealed` records among them say.
    var sealed: [UpkeepRecord.Sealed] = []
}

/// Rebuilds and hashes sealed days on several threads, a bounded way ahead of whoever takes the
/// hashes in order.
final class SegmentHashing: Sendable {
    private let place: BookPlace
    private let origin: String
    private let units: [Unit]
    /// Position of the first unit of a day, by the day's first index.
    private let firstUnits: [UInt64: Int]
    /// With one, everything is done by whoever asks.
    private let threads: Int
    private let state: Monitor<State>

    /// Records of one day: the work of one thread at a time.
    private struct Unit: Sendable {
        var day: UInt64
        var range: Range<UInt64>
        var path: String
    }

    private struct State {
        /// The next unit that nobody works on, and the next one that is wanted.
        var next = 0
        var wanted = 0
        var results: [Int: Result<LeafRun, BookError>] = [:]
        var workers: [Worker] = []
        var isStopped = false
    }

    /// - Parameter threads: nil for as many as the machine has processors.
    init(_ place: BookPlace, _ manifest: Manifest, threads: Int?) {
        self.place = place
        origin = manifest.origin
        self.threads =
            threads ?? max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), Limits.verifyThreads))
        var units: [Unit] = []
        var firstUnits: [UInt64: Int] = [:]
        for file in manifest.closed {
            guard let segment = file.segment else { continue }
            var first = file.first
            firstUnits[first] = units.count
            while first < file.end {
                let end = min(first + Self.unitRecords, file.end)
                units.append(
                    Unit(
                        day: file.first, range: first..<end,
                        path: place.segmentPath(segment.name)))
                first = end
            }
        }
        self.units = units
        self.firstUnits = firstUnits
        state = Monitor(State())
    }

    /// Records that a thread takes at once: a row group.
    private static let unitRecords = UInt64(Limits.partRecords)

    /// Hands over the hashes of a sealed day, in order.
    ///
    /// - Throws: what opening or reading the segment threw; `missingFile` for a day that was not
    ///   sealed when this was made (then it is read here).
    func forEachRun(
        of file: Manifest.ClosedFile, _ body: (LeafRun) throws(BookError) -> Void
    ) throws(BookError) {
        guard let first = firstUnits[file.first] else {
            guard let segment = file.segment else { return }
            return try body(
                Self.hash(
                    Unit(
                        day: file.first, range: file.range,
                        path: place.segmentPath(segment.name)), place, origin))
        }
        start()
        var number = first
        while number < units.count, units[number].day == file.first {
            try body(take(number).get())
            number += 1
        }
    }

    /// Lets the threads end. Nothing more can be asked for.
    func stop() {
        let workers = state.withLock { state in
            state.isStopped = true
            return state.workers
        }
        state.broadcast()
        for worker in workers { worker.join() }
    }

    private func start() {
        state.withLock { state in
            guard state.workers.isEmpty, threads > 1 else { return }
            state.workers = (0..<threads).map { _ in Worker("verify") { self.work() } }
        }
    }

    private func take(_ number: Int) -> Result<LeafRun, BookError> {
        guard threads > 1 else { return result(number) }
        state.withLock { state in
            // A day that was passed over leaves results that nobody takes.
            state.wanted = number
            state.next = max(state.next, number)
            state.results = state.results.filter { $0.key >= number }
        }
        state.broadcast()
        let result = state.wait { $0.results.removeValue(forKey: number) }
        state.withLock { $0.wanted = number + 1 }
        state.broadcast()
        return result
    }

    private func work() {
        while true {
            let number = state.wait { state -> Int?? in
                if state.isStopped || state.next >= self.units.count { return .some(nil) }
                guard state.next < state.wanted + Limits.verifyAhead else { return nil }
                defer { state.next += 1 }
                return .some(state.next)
            }
            guard let number else { return }
            let result = result(number)
            state.withLock { $0.results[number] = result }
            state.broadcast()
        }
    }

    private func result(_ number: Int) -> Result<LeafRun, BookError> {
        do throws(BookError) {
            return .success(try Self.hash(units[number], place, origin))
        } catch {
            return .failure(error)
        }
    }

    private static func hash(_ unit: Unit, _ place: BookPlace, _ origin: String)
        throws(BookError) -> LeafRun
    {
        let reader = try place.openColumns(unit.path, origin: origin, unit.range)
        var run = LeafRun()
        run.leaves.reserveCapacity(unit.range.count)
        var hasher = BatchHasher()
        try reader.forEachBatch(in: unit.range, at: unit.path) { batch throws(BookError) in
            hasher.leaves(of: batch) { run.leaves.append(contentsOf: $0) }
            for position in 0..<batch.count {
                if let record = UpkeepRecord.sealed(batch.line(position)) {
                    run.sealed.append(record)
                }
            }
            return true
        }
        return run
    }
}
