// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Segments

/// A file that is open for a scan.
struct SegmentFile: Sendable {
    let reader: SegmentReader
    let filter: SegmentFilter
    /// Records of the snapshot that are taken from it: all, or what it has of a part that was
    /// merged meanwhile.
    let range: Range<UInt64>

    init(
        reader: SegmentReader, fields: SegmentFields, filter: Filter, time: TimeRange,
        range: Range<UInt64>, isOpening: Bool = false
    ) {
        self.reader = reader
        self.filter = SegmentFilter(filter, time, fields, isOpening: isOpening)
        self.range = range
    }

    var fields: SegmentFields { filter.fields }

    /// The index of the first row of a row group.
    func first(of rowGroup: Int) -> UInt64 {
        reader.file.rowGroups[..<rowGroup].reduce(reader.header.first) { $0 + UInt64($1.rowCount) }
    }
}

/// A piece of work that one thread does: in the order of the book.
enum SegmentUnit: Sendable {
    case lines(Range<UInt64>)
    case rowGroup(SegmentFile, Int, first: UInt64)

    /// Records that are looked at.
    var records: UInt64 {
        switch self {
        case .lines(let range): UInt64(range.count)
        case .rowGroup(let file, let rowGroup, _):
            UInt64(file.reader.file.rowGroups[rowGroup].rowCount)
        }
    }
}

/// The pieces of a snapshot as units of work, a few files at a time, so that what is open does not
/// grow with the book.
struct SegmentUnits {
    let scan: Scan
    private var pieces: [Piece]
    private var next = 0
    /// Files of the next batch: few at first, since many a query ends early.
    private var batch: Int

    init(_ scan: Scan) {
        self.scan = scan
        pieces = SegmentPruning(scan).pieces
        if let range = scan.range {
            pieces = pieces.compactMap { piece in
                var piece = piece
                piece.range = piece.range.clamped(to: range)
                return piece.range.isEmpty ? nil : piece
            }
        }
        batch = max(8, scan.settings.threads)
    }

    /// Leaves out files of columns whose every record is wanted and only counted: the manifest says
    /// how many each has, so none is opened.
    /// - Returns: their records.
    mutating func countColumns() -> UInt64 {
        var counted: UInt64 = 0
        pieces.removeAll { piece in
            guard piece.kind == .segment || piece.kind == .part else { return false }
            counted += UInt64(piece.range.count)
            return true
        }
        return counted
    }

    /// The units of the next files; nil at the end.
    mutating func nextBatch() throws(QueryError) -> [SegmentUnit]? {
        guard next < pieces.count else { return nil }
        let end = min(pieces.count, next + batch)
        let taken = Array(pieces[next..<end])
        next = end
        batch = min(batch * 4, Limits.openSegments)
        let threads = min(scan.settings.threads, taken.count)
        let results = Monitor(
            [Result<[SegmentUnit], QueryError>?](repeating: nil, count: taken.count))
        let scan = scan
        Workers.run(threads) { number in
            for position in stride(from: number, to: taken.count, by: threads) {
                let result: Result<[SegmentUnit], QueryError>
                do throws(QueryError) {
                    result = .success(try Self.units(of: taken[position], scan))
                } catch {
                    result = .failure(error)
                }
                results.withLock { $0[position] = result }
            }
        }
        var units: [SegmentUnit] = []
        for result in results.withLock({ $0 }) {
            if let result { units += try result.get() }
        }
        return units
    }

    private static func units(
        of piece: Piece, _ scan: Scan
    ) throws(QueryError) -> [SegmentUnit] {
        guard piece.kind == .part || piece.kind == .segment else {
            return split(piece.range, scan.settings.threads)
        }
        let reader = try open(piece, scan)
        let file = SegmentFile(
            reader: reader, fields: SegmentFields(reader.file.schema), filter: scan.filter,
            time: scan.time, range: piece.range, isOpening: scan.sealed != nil)
        var units: [SegmentUnit] = []
        var first = reader.header.first
        for (number, rowGroup) in reader.file.rowGroups.enumerated() {
            let range = first..<(first + UInt64(rowGroup.rowCount))
            if range.overlaps(piece.range) {
                units.append(.rowGroup(file, number, first: first))
            }
            first = range.upperBound
        }
        guard reader.header.first <= piece.range.lowerBound, first >= piece.range.upperBound else {
            throw QueryError(
                .unreadable,
                "\(piece.name) does not have the records that the manifest says it has. "
                    + "`daybook verify` names the place.")
        }
        return units
    }

    private static func open(_ piece: Piece, _ scan: Scan) throws(QueryError) -> SegmentReader {
        do throws(BookError) {
            return try scan.snapshot.segment(piece)
        } catch {
            throw QueryError(.unreadable, error.message)
        }
    }

    /// Lines are walked from the begin of their file, so a few long stretches are better than many
    /// short ones.
    private static func split(_ range: Range<UInt64>, _ threads: Int) -> [SegmentUnit] {
        let count = UInt64(max(1, min(threads, range.count / 8192)))
        let size = UInt64(range.count)
        return (0..<count).map { number in
            let from = range.lowerBound + size * number / count
            let to = range.lowerBound + size * (number + 1) / count
            return .lines(from..<to)
        }
    }
}
