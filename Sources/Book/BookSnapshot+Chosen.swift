// SPDX-License-Identifier: Apache-2.0

internal import Parquet
internal import Segments

// Reading a part of what lines say, or few of many lines, without putting all of them together.
extension BookSnapshot {
    /// Calls `body` with index and bytes of each record of some runs, in order, until it returns
    /// false.
    ///
    /// - Parameters:
    ///   - runs: ascending.
    ///   - range: what of the runs is looked at.
    /// - Complexity: where there are columns, their pages are decoded, and only the lines of the runs
    ///   put together; lines are read from the first of a run to the last.
    package func forEachLine(
        of runs: [Range<UInt64>], in range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        let wanted = Self.part(of: runs, in: range.clamped(to: firstKept..<max(firstKept, size)))
        guard !wanted.isEmpty else { return }
        for piece in pieces {
            let own = Self.part(of: wanted, in: piece.range)
            guard let first = own.first?.lowerBound, let end = own.last?.upperBound else {
                continue
            }
            let count = own.reduce(0) { $0 + $1.count }
            let isSparse = UInt64(count) * 2 < end - first
            let isGoingOn =
                piece.hasColumns && isSparse
                ? try forEachRebuilt(own, of: piece, body)
                : try forEachBetween(own, first..<end, body)
            guard isGoingOn else { return }
        }
    }

    /// Calls `text` with the index of each record that has a text of this name at its top, and the
    /// text; and `line` with those of which only the whole line tells.
    ///
    /// - Parameter name: of a member whose values are text and need no escape in JSON.
    package func forEachText(
        of name: String, in range: Range<UInt64>,
        text: (UInt64, UnsafeBufferPointer<UInt8>) -> Void,
        line: (UInt64, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        let range = range.clamped(to: firstKept..<max(firstKept, size))
        for piece in pieces where piece.range.overlaps(range) {
            let part = piece.range.clamped(to: range)
            guard piece.hasColumns else {
                try forEachLine(in: part) { index, bytes in
                    line(index, bytes)
                    return true
                }
                continue
            }
            let reader = try segment(piece)
            for (group, rows, first) in Self.pages(part, of: reader) {
                try Self.forEachText(
                    name, reader, group, rows, first, at: place.path(piece.name), text, line)
            }
        }
    }

    // MARK: - Parts of files

    /// What of ascending runs is in a range. O(log runs) and what is found.
    private static func part(of runs: [Range<UInt64>], in range: Range<UInt64>) -> [Range<UInt64>] {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound <= range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var part: [Range<UInt64>] = []
        while low < runs.count, runs[low].lowerBound < range.upperBound {
            let clamped = runs[low].clamped(to: range)
            if !clamped.isEmpty { part.append(clamped) }
            low += 1
        }
        return part
    }

    private func forEachBetween(
        _ runs: [Range<UInt64>], _ range: Range<UInt64>,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) -> Bool {
        var (run, isGoingOn) = (0, true)
        try forEachLine(in: range) { index, line throws(BookError) in
            while run < runs.count, runs[run].upperBound <= index { run += 1 }
            guard run < runs.count else { return false }
            guard runs[run].contains(index) else { return true }
            isGoingOn = try body(index, line)
            return isGoingOn
        }
        return isGoingOn
    }

    private func forEachRebuilt(
        _ runs: [Range<UInt64>], of piece: Piece,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) -> Bool {
        guard let first = runs.first?.lowerBound, let end = runs.last?.upperBound else {
            return true
        }
        let reader = try segment(piece)
        var batch = LineBatch()
        for (group, rows, start) in Self.pages(first..<end, of: reader) {
            let here = start..<(start + UInt64(rows.count))
            let chosen = Self.part(of: runs, in: here).flatMap { run in
                run.map { rows.lowerBound + Int($0 - start) }
            }
            guard !chosen.isEmpty else { continue }
            batch.removeAll()
            try onColumns(place.path(piece.name)) { () throws(SegmentError) in
                try reader.rebuild(rowGroup: group, rows: chosen, into: &batch)
            }
            for (position, row) in chosen.enumerated() {
                let index = start + UInt64(row - rows.lowerBound)
                guard try body(index, batch.line(position)) else { return false }
            }
        }
        return true
    }

    /// A range in runs of rows that are decoded together, and the index of the first row of each.
    private static func pages(_ range: Range<UInt64>, of reader: SegmentReader)
        -> [(group: Int, rows: Range<Int>, first: UInt64)]
    {
        var pages: [(Int, Range<Int>, UInt64)] = []
        for group in reader.file.rowGroups.indices {
            let first = reader.firstIndex(ofRowGroup: group)
            let all = first..<(first + UInt64(reader.file.rowGroups[group].rowCount))
            let part = range.clamped(to: all)
            guard !part.isEmpty else { continue }
            var row = Int(part.lowerBound - first)
            let end = Int(part.upperBound - first)
            while row < end {
                // Up to the end of a page, so that none is decoded twice.
                let next = min(end, (row / Limits.pageRows + 1) * Limits.pageRows)
                pages.append((group, row..<next, first + UInt64(row)))
                row = next
            }
        }
        return pages
    }

    /// The texts of one run of rows; lines for rows that have their members elsewhere.
    private static func forEachText(
        _ name: String, _ reader: SegmentReader, _ group: Int, _ rows: Range<Int>, _ first: UInt64,
        at path: String, _ text: (UInt64, UnsafeBufferPointer<UInt8>) -> Void,
        _ line: (UInt64, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        let columns = try onColumns(path) { () throws(SegmentError) in
            try [name, SegmentVocabulary.line, SegmentVocabulary.rest].map {
                (name) throws(SegmentError) in
                try reader.texts(of: name, rowGroup: group, rows: rows)
            }
        }
        var elsewhere: [Int] = []
        for row in 0..<rows.count {
            if !columns[0].has(row), columns[1].has(row) || columns[2].has(row) {
                elsewhere.append(rows.lowerBound + row)
            }
        }
        columns[0].forEach { row, bytes in text(first + UInt64(row), bytes) }
        guard !elsewhere.isEmpty else { return }
        var batch = LineBatch()
        try onColumns(path) { () throws(SegmentError) in
            try reader.rebuild(rowGroup: group, rows: elsewhere, into: &batch)
        }
        for (position, row) in elsewhere.enumerated() {
            line(first + UInt64(row - rows.lowerBound), batch.line(position))
        }
    }
}

extension Piece {
    /// Whether it is read by column.
    fileprivate var hasColumns: Bool { kind == .part || kind == .segment }
}
