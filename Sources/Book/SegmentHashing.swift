// SPDX-License-Identifier: Apache-2.0

internal import Segments
internal import TransparencyLog

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
    private let ahead: WorkAhead<LeafRun>

    /// Records of one day: the work of one thread at a time.
    private struct Unit: Sendable {
        var day: UInt64
        var range: Range<UInt64>
        var path: String
    }

    /// - Parameter threads: nil for as many as the machine has processors.
    init(_ place: BookPlace, _ manifest: Manifest, threads: Int?) {
        self.place = place
        let origin = manifest.origin
        self.origin = origin
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
        ahead = WorkAhead(units.count, threads: threads) { [units] number throws(BookError) in
            try Self.hash(units[number], place, origin)
        }
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
        var number = first
        while number < units.count, units[number].day == file.first {
            try body(ahead.take(number))
            number += 1
        }
    }

    /// Lets the threads end. Nothing more can be asked for.
    func stop() { ahead.stop() }

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
