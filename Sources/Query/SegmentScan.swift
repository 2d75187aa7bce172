// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Records
import Segments

/// Works on units: lines one by one, row groups by their columns.
///
/// For one thread; keeps what can be used again.
struct SegmentScan: ~Copyable {
    private let snapshot: BookSnapshot?
    private let settings: ScanSettings
    private var row: RowEvaluator
    private var batch = LineBatch()
    /// What opens sealed lines; nil when they are taken as they stand.
    private let sealed: SealedLines?
    /// Looks at sealed lines before they are opened.
    private var outside: RowEvaluator

    init(_ scan: Scan) {
        self.init(
            scan.filter, scan.time, scan.settings, lines: scan.snapshot, sealed: scan.sealed)
    }

    /// - Parameter lines: where lines that are in no file of columns come from.
    init(
        _ filter: Filter, _ time: TimeRange, _ settings: ScanSettings = ScanSettings(),
        lines: BookSnapshot? = nil, sealed: SealedSource? = nil
    ) {
        snapshot = lines
        self.settings = settings
        row = RowEvaluator(filter, time: time)
        self.sealed = sealed.map { SealedLines($0) }
        outside = RowEvaluator(sealed == nil ? .all : filter.outsideEnvelopes, time: time)
    }

    private func checkCancelled() throws(QueryError) {
        if settings.isCancelled() { throw QueryError(.cancelled, "stopped") }
    }

    // MARK: - Whole records

    /// Hands over the matches of a unit, in order, in batches of bounded size, until `take` returns
    /// false.
    mutating func matches(
        in unit: SegmentUnit, _ take: (SegmentMatches) throws(QueryError) -> Bool
    ) throws(QueryError) {
        try checkCancelled()
        switch unit {
        case .lines(let range):
            var found = SegmentMatches()
            try forEachLine(in: range) { index, line, _ throws(QueryError) in
                found.append(index, line)
                guard found.bytes.count >= Limits.matchBytes else { return true }
                defer { found = SegmentMatches() }
                return try take(found)
            }
            if !found.indexes.isEmpty { _ = try take(found) }
        case .rowGroup(let file, let rowGroup, let first):
            try matches(in: file, rowGroup, first, take)
        }
    }

    private mutating func matches(
        in file: SegmentFile, _ rowGroup: Int, _ first: UInt64,
        _ take: (SegmentMatches) throws(QueryError) -> Bool
    ) throws(QueryError) {
        let rows = SegmentRows(file.reader, file.filter.fields, rowGroup: rowGroup)
        let verdict = try verdict(file, rows, first)
        let wanted = verdict.possible.rows
        var from = 0
        while from < wanted.count {
            try checkCancelled()
            let to = Self.end(of: wanted, from: from)
            let part = Array(wanted[from..<to])
            try rebuild(file, rowGroup, part)
            var found = SegmentMatches()
            try forEachRebuilt { position, line, row throws(QueryError) in
                let number = part[position]
                guard verdict.certain[number] || row.matches(line) else { return }
                found.append(first + UInt64(number), line)
            }
            if !found.indexes.isEmpty, try !take(found) { return }
            from = to
        }
    }

    /// The rows of a row group that match, or may; only those that the snapshot has.
    private func verdict(
        _ file: SegmentFile, _ rows: SegmentRows, _ first: UInt64
    ) throws(QueryError) -> VectorVerdict {
        var verdict = try file.filter.verdict(rows)
        let end = first + UInt64(rows.count)
        if file.range.lowerBound > first || file.range.upperBound < end {
            var own = rows.none
            own.set(
                Int(
                    max(file.range.lowerBound, first) - first)..<Int(
                        min(file.range.upperBound, end) - first), to: true)
            verdict &= VectorVerdict(own)
        }
        return verdict
    }

    /// How many rows to rebuild at once: about `Limits.matchRows`, and up to the end of a page, so
    /// that none is decompressed twice.
    private static func end(of wanted: [Int], from: Int) -> Int {
        var to = min(wanted.count, from + Limits.matchRows)
        let page = wanted[to - 1] / Limits.matchRows
        while to < wanted.count, wanted[to] / Limits.matchRows == page { to += 1 }
        return to
    }

    private mutating func rebuild(
        _ file: SegmentFile, _ rowGroup: Int, _ rows: [Int]
    ) throws(QueryError) {
        batch.removeAll()
        do throws(SegmentError) {
            try file.reader.rebuild(rowGroup: rowGroup, rows: rows, into: &batch)
        } catch {
            throw QueryError(.unreadable, error.message)
        }
        guard batch.count == rows.count else {
            throw QueryError(
                .unreadable, "A row group has other rows than it says. `daybook verify` tells more."
            )
        }
    }

    /// Calls `body` with the rebuilt lines, opened where they are sealed; none of restricted ones.
    private mutating func forEachRebuilt(
        _ body: (
            Int, UnsafeBufferPointer<UInt8>, inout RowEvaluator
        ) throws(QueryError) -> Void
    ) throws(QueryError) {
        guard let sealed else {
            for position in 0..<batch.count { try body(position, batch.line(position), &row) }
            return
        }
        try sealed.forEach(batch.count, { batch.line($0) }) { position, line throws(QueryError) in
            try body(position, line, &row)
        }
    }

    /// The matches among lines that are no columns yet.
    private mutating func forEachLine(
        in range: Range<UInt64>,
        _ body: (
            UInt64, UnsafeBufferPointer<UInt8>, borrowing RowEvaluator
        ) throws(QueryError) -> Bool
    ) throws(QueryError) {
        guard let sealed else {
            return try Self.forEachLine(snapshot, settings, in: range) {
                index, line throws(QueryError) in
                row.matches(line) ? try body(index, line, row) : true
            }
        }
        // Envelopes are opened many at once, so lines wait for each other.
        var waiting = SegmentMatches()
        var isGoingOn = true
        func look() throws(QueryError) {
            let lines = waiting
            waiting = SegmentMatches()
            try lines.withLines { line throws(QueryError) in
                try sealed.forEach(
                    lines.indexes.count, line, wanted: { outside.matches($0) }
                ) { place, line throws(QueryError) in
                    guard isGoingOn, row.matches(line) else { return }
                    isGoingOn = try body(lines.indexes[place], line, row)
                }
            }
        }
        try Self.forEachLine(snapshot, settings, in: range) { index, line throws(QueryError) in
            waiting.append(index, line)
            if waiting.indexes.count >= Limits.envelopesAtOnce
                || waiting.bytes.count >= Limits.sealedBytes
            {
                try look()
            }
            return isGoingOn
        }
        if isGoingOn, !waiting.indexes.isEmpty { try look() }
    }

    private static func forEachLine(
        _ snapshot: BookSnapshot?, _ settings: ScanSettings, in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var failure: QueryError?
        do throws(BookError) {
            try snapshot?.forEachLine(in: range) { index, line in
                do throws(QueryError) {
                    if index & Limits.cancelMask == 0, settings.isCancelled() {
                        throw QueryError(.cancelled, "stopped")
                    }
                    return try body(index, line)
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            throw QueryError(.unreadable, error.message)
        }
        if let failure { throw failure }
    }

    // MARK: - Figures

    /// Adds the matches of a unit to a table.
    mutating func add(_ unit: SegmentUnit, to table: inout StatsTable) throws(QueryError) {
        try checkCancelled()
        switch unit {
        case .lines(let range):
            try forEachLine(in: range) { _, _, row throws(QueryError) in
                try table.add(row)
                return true
            }
        case .rowGroup(let file, let rowGroup, let first):
            let rows = SegmentRows(file.reader, file.filter.fields, rowGroup: rowGroup)
            let verdict = try verdict(file, rows, first)
            if verdict.possible.isEmpty { return }
            let stats = SegmentStats(table.plan, rows)
            // What columns cannot say is read as lines.
            var slow = verdict.possible
            slow.subtract(verdict.certain)
            var fast = verdict.certain
            let outside = try stats.outside(fast)
            fast.subtract(outside)
            slow |= {
                var mask = outside; mask &= verdict.certain; return mask
            }()
            try stats.add(fast, to: &table)
            try addLines(slow, file, rowGroup, verdict.certain, to: &table)
        }
    }

    private mutating func addLines(
        _ slow: VectorMask, _ file: SegmentFile, _ rowGroup: Int, _ certain: VectorMask,
        to table: inout StatsTable
    ) throws(QueryError) {
        let wanted = slow.rows
        var from = 0
        while from < wanted.count {
            try checkCancelled()
            let part = Array(wanted[from..<Self.end(of: wanted, from: from)])
            try rebuild(file, rowGroup, part)
            try forEachRebuilt { position, line, row throws(QueryError) in
                let isFound = certain[part[position]] ? row.load(line) : row.matches(line)
                if isFound { try table.add(row) }
            }
            from += part.count
        }
    }
}

/// Matches on their way from a thread to whoever takes them in order.
struct SegmentMatches: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []
    private(set) var indexes: [UInt64] = []

    /// Bytes that the lines take in memory: what is grown has room to spare.
    var heldBytes: Int { bytes.capacity }

    mutating func append(_ index: UInt64, _ line: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: line)
        ends.append(bytes.count)
        indexes.append(index)
    }

    /// Calls `body` with a way to get at the line at a place.
    func withLines<Failure: Error>(
        _ body: ((Int) -> UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withUnsafe { (bytes) throws(Failure) in
            try body { place in
                UnsafeBufferPointer(
                    rebasing: bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]])
            }
        }
    }

    /// Calls `body` with each, until it returns false.
    func forEach(
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        try bytes.withUnsafe { (bytes) throws(QueryError) in
            var start = 0
            for (position, end) in ends.enumerated() {
                let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
                guard try body(indexes[position], line) else { return false }
                start = end
            }
            return true
        }
    }
}
