// SPDX-License-Identifier: Apache-2.0

package import Book
import Records

/// A query over some books at one moment.
package struct QueryRun: Sendable {
    /// A book to look into.
    package struct Source: Sendable {
        package let name: String
        package let snapshot: BookSnapshot
        /// Whether its records may go into a temporary file.
        package let maySpill: Bool
        /// Opens its sealed records, which then are what they were before they were sealed; nil
        /// when they are taken as they stand. What an envelope holds is never written to a
        /// temporary file.
        package let opener: (any EnvelopeOpening)?
        /// Only records with these indexes; nil for all of the snapshot.
        package let range: Range<UInt64>?

        package init(
            name: String, snapshot: BookSnapshot, maySpill: Bool,
            opener: (any EnvelopeOpening)? = nil, range: Range<UInt64>? = nil
        ) {
            self.name = name
            self.snapshot = snapshot
            self.maySpill = maySpill && opener == nil
            self.opener = opener
            self.range = range
        }
    }

    package let plan: QueryPlan
    package let time: TimeRange
    package let zone: QueryZone
    package let sources: [Source]
    package let settings: ScanSettings
    /// What became of sealed records that were met.
    let tally = SealedTally()

    /// Restricted records that were left out so far, those of `Live` included.
    package var restrictedCount: UInt64 { tally.restricted }

    /// What came of it.
    package struct Summary: Sendable {
        /// Records that passed the filter, as far as they were looked at.
        package var matched: UInt64 = 0
        /// Values that figures left out because they are no numbers.
        package var skipped: [(name: String, count: UInt64)] = []
        /// Restricted records that were met and left out, whatever they say.
        package var restricted: UInt64 = 0
        /// Envelopes that were met and are locked, missing or altered.
        package var closed: UInt64 = 0
    }

    package init(
        _ plan: QueryPlan, over sources: [Source], time: TimeRange = .all, zone: QueryZone = .utc,
        settings: ScanSettings = ScanSettings()
    ) {
        self.plan = plan
        self.sources = sources
        self.time = time
        self.zone = zone
        self.settings = settings
    }

    /// Runs it, giving the result to `output`.
    ///
    /// - Throws: `meaning`, `tooLarge`, `unreadable`, `cancelled`; what the output throws.
    package func run<Output: QueryOutput>(
        into output: inout Output
    ) throws(QueryError) -> Summary {
        var summary =
            switch plan.goal {
            case .records(let projection): try runRecords(projection, into: &output)
            case .table(let stats, let stages, let columns):
                try runTable(stats, stages, columns, into: &output)
            case .timeline(let width): try runTimeline(width, into: &output)
            case .lifecycle(let id): try Lifecycle(self, of: id).run(into: &output)
            }
        summary.restricted = tally.restricted
        summary.closed = tally.closed
        return summary
    }

    /// A look at all books.
    func scans(_ filter: Filter? = nil, time range: TimeRange? = nil) -> [Scan] {
        tally.reset()
        return sources.map { source in
            Scan(
                source.snapshot, filter: filter ?? plan.filter, time: range ?? time,
                settings: settings,
                sealed: source.opener.map { SealedSource(opener: $0, tally: tally) },
                range: source.range)
        }
    }

    // MARK: - Records

    private func runRecords<Output: QueryOutput>(
        _ projection: QueryPlan.Projection, into output: inout Output
    ) throws(QueryError) -> Summary {
        var summary = Summary()
        var isBegun = false
        var projector = Projector(projection)
        let isKnown = plan.stages.contains { if case .sort = $0 { true } else { false } }
        try forEachRecord(counting: &summary.matched) { record, matched throws(QueryError) in
            if !isBegun {
                isBegun = true
                try output.begin(projector.shape, hits: isKnown ? matched : nil)
            }
            return try projector.give(record, to: &output)
        }
        if !isBegun { try output.begin(projector.shape, hits: 0) }
        return summary
    }

    /// The records that come out of all stages, with how many were found for them.
    private func forEachRecord(
        counting matched: inout UInt64,
        _ body: (FoundRecord, _ matched: UInt64) throws(QueryError) -> Bool
    ) throws(QueryError) {
        try pass(plan.stages[...], counting: &matched) { record, found throws(QueryError) in
            try body(record, found)
        }
    }

    /// Gives what is found through the stages to `body`.
    private func pass(
        _ stages: ArraySlice<QueryPlan.RecordStage>, counting matched: inout UInt64,
        _ body: (FoundRecord, _ matched: UInt64) throws(QueryError) -> Bool
    ) throws(QueryError) {
        let before = stages.dropLast()
        var found: UInt64 = 0
        defer { matched = found }
        switch stages.last {
        case nil:
            try MergedMatches(scans()).forEach { record throws(QueryError) in
                found += 1
                return try body(record, found)
            }
        case .limit(let limit):
            var left = limit
            try pass(before, counting: &found) { record, count throws(QueryError) in
                left -= 1
                return try body(record, count) && left > 0
            }
        case .sort(let keys, let keep):
            var sorter = RecordSorter(
                keys, keep: keep, memoryBytesMax: settings.memoryBytesMax,
                maySpill: sources.allSatisfy(\.maySpill))
            try pass(before, counting: &found) { record, _ throws(QueryError) in
                try sorter.add(record)
                return true
            }
            let count = found
            try sorter.finish { record throws(QueryError) in
                if settings.isCancelled() { throw QueryError(.cancelled, "stopped") }
                return try body(record, count)
            }
        }
    }

    // MARK: - Tables

    private func runTable<Output: QueryOutput>(
        _ stats: StatsPlan, _ stages: [QueryPlan.TableStage],
        _ columns: [(place: Int, name: String)], into output: inout Output
    ) throws(QueryError) -> Summary {
        let table = try aggregate(stats)
        var rows = try table.rows()
        for stage in stages {
            switch stage {
            case .limit(let count): rows.removeLast(max(0, rows.count - count))
            case .sort(let keys):
                // The sort of the library is stable: ties stay in the order of the groups.
                rows.sort { left, right in
                    for (column, isDescending) in keys {
                        if let isBefore = left[column].isBefore(
                            right[column], descending: isDescending)
                        {
                            return isBefore
                        }
                    }
                    return false
                }
            }
        }
        let kinds = stats.resultColumns
        let shown = columns.map { ResultColumn($0.name, kinds[$0.place].kind) }
        try output.begin(.table(shown), hits: table.matched)
        for row in rows {
            let values = zip(columns, shown).map { row[$0.place].value($1.kind) }
            guard try output.take(values) else { break }
        }
        return Summary(matched: table.matched, skipped: table.skipped)
    }

    /// The groups of all records that come out of the stages before.
    private func aggregate(_ stats: StatsPlan) throws(QueryError) -> StatsTable {
        var table = StatsTable(stats, memoryBytesMax: settings.memoryBytesMax)
        guard plan.stages.isEmpty else {
            var row = RowEvaluator(.all)
            var matched: UInt64 = 0
            try forEachRecord(counting: &matched) { record, _ throws(QueryError) in
                if row.load(record.line) { try table.add(row) }
                return true
            }
            return table
        }
        for scan in scans() { try table.merge(try scan.aggregate(stats)) }
        return table
    }

    // MARK: - Timeline

    /// Widths of buckets that people read well, in microseconds.
    private static let widths: [Int64] = [
        1, 1000, 10_000, 100_000, 1_000_000, 5_000_000, 15_000_000, 60_000_000, 300_000_000,
        900_000_000, 3_600_000_000, 14_400_000_000, 86_400_000_000, 604_800_000_000,
        2_592_000_000_000, 31_536_000_000_000,
    ]

    /// Bars at most: a screen's worth when the width is ours, what `limit` allows otherwise.
    private static let barsWanted: Int64 = 48
    private static let barsMax: Int64 = 100_000

    private func runTimeline<Output: QueryOutput>(
        _ wanted: Int64?, into output: inout Output
    ) throws(QueryError) -> Summary {
        var width = wanted ?? 1
        if wanted == nil, let (first, last) = try span() {
            let length = last.microseconds - first.microseconds
            width = Self.widths.first { length / $0 < Self.barsWanted } ?? Self.widths.last ?? 1
        }
        let bucket = TimeBucket(width: width, zone: zone)
        let stats = StatsPlan(
            [Aggregate(.count)], by: [GroupKey(.time(width))], zone: zone)
        let table = try aggregate(stats)
        var counts: [Int64: Cell] = [:]
        var bounds: (first: Int64, last: Int64)?
        for row in try table.rows() {
            guard case .instant(let start) = row[0] else { continue }
            counts[start.microseconds] = row[1]
            bounds = (
                min(bounds?.first ?? .max, start.microseconds),
                max(bounds?.last ?? .min, start.microseconds)
            )
        }
        try output.begin(.timeline(stats.resultColumns, width: width), hits: table.matched)
        guard let bounds else { return Summary(matched: table.matched) }
        guard (bounds.last - bounds.first) / width < Self.barsMax else {
            throw QueryError(
                .tooLarge,
                "more than \(Self.barsMax) bars of \(Span.text(width)); a wider one, or less time, "
                    + "makes fewer")
        }
        var start = bounds.first
        while start <= bounds.last {
            let count = counts[start] ?? .number(.zero)
            let row = [
                Cell.instant(Timestamp(microseconds: start)).value(.instant),
                count.value(.integer),
            ]
            guard try output.take(row) else { break }
            // Half a bucket more than one: where clocks change, a day is not of its usual length.
            start = max(bucket.start(of: start + width + width / 2), start + 1)
            if zone.offset == nil { continue }
            // A start that the records have and the walk has passed by.
            start = counts.keys.filter { $0 > start - width && $0 < start }.min() ?? start
        }
        return Summary(matched: table.matched)
    }

    /// The first and the last instant of the records.
    private func span() throws(QueryError) -> (Timestamp, Timestamp)? {
        let path = FieldPath("timestamp")
        let rows = try aggregate(
            StatsPlan([Aggregate(.minimum, path), Aggregate(.maximum, path, as: "last")], by: [])
        ).rows()
        guard let row = rows.first, case .instant(let first) = row[0],
            case .instant(let last) = row[1]
        else { return nil }
        return (first, last)
    }
}

/// Makes of a record what the query shows of it.
struct Projector: ~Copyable {
    private let projection: QueryPlan.Projection
    private var row = RowEvaluator(.all)
    private var buffer = ByteBuffer()

    init(_ projection: QueryPlan.Projection) { self.projection = projection }

    var shape: ResultShape {
        switch projection {
        case .whole: .records
        case .columns(let columns): .values(columns.map { ResultColumn($0.name, of: $0.path) })
        }
    }

    mutating func give<Output: QueryOutput>(
        _ record: FoundRecord, to output: inout Output
    ) throws(QueryError) -> Bool {
        switch projection {
        case .whole(let renamings):
            guard !renamings.isEmpty, row.load(record.line) else { return try output.take(record) }
            buffer.removeAll()
            row.write(renaming: renamings, into: &buffer)
            return try output.take(
                FoundRecord(book: record.book, index: record.index, line: buffer.unsafeBytes))
        case .columns(let columns):
            var values: [RecordValue?] = []
            values.reserveCapacity(columns.count)
            _ = row.load(record.line)
            for column in columns { values.append(row.value(at: column.path)) }
            return try output.take(values)
        }
    }
}
