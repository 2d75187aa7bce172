// SPDX-License-Identifier: Apache-2.0

import Parquet
import Records
import Segments

/// A filter and a time range over the columns of one file.
///
/// What columns cannot say for certain stays possible, and is looked at as a line by
/// `RowEvaluator`: so the answer is the same as line by line (docs/design/search.md).
struct SegmentFilter: Sendable {
    let filter: Filter
    let time: TimeRange
    let fields: SegmentFields
    /// Whether sealed records are opened: then columns say only of public members what they hold.
    let isOpening: Bool

    init(
        _ filter: Filter, _ time: TimeRange, _ fields: SegmentFields, isOpening: Bool = false
    ) {
        self.filter = filter
        self.time = time
        self.fields = fields
        self.isOpening = isOpening
    }

    /// Which rows of a row group match.
    func verdict(_ rows: SegmentRows) throws(QueryError) -> VectorVerdict {
        var verdict = VectorVerdict.all(rows.count)
        if !time.isAll {
            verdict = try self.time(rows)
            if verdict.possible.isEmpty { return verdict }
        }
        if filter != .all {
            verdict &= try evaluate(filter, rows, within: verdict.possible)
        }
        // Columns of a line that is kept whole need not say all that it says.
        if let kept = try rows.presence(fields.line, within: rows.all) { verdict.doubt(kept) }
        // Whether its envelope opens, and may be used, is known when it is asked for.
        if isOpening { verdict.certain.subtract(try rows.sealedRows()) }
        return verdict
    }

    private func evaluate(
        _ filter: Filter, _ rows: SegmentRows, within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        switch filter {
        case .all: return .all(rows.count)
        case .not(let part):
            var verdict = try evaluate(part, rows, within: within)
            verdict.negate()
            return verdict
        case .and(let parts):
            var verdict = VectorVerdict.all(rows.count)
            var within = within
            for part in Self.sorted(parts) {
                verdict &= try evaluate(part, rows, within: within)
                within &= verdict.possible
                if within.isEmpty { return .none(rows.count) }
            }
            return verdict
        case .or(let parts):
            var verdict = VectorVerdict.none(rows.count)
            for part in parts { verdict |= try evaluate(part, rows, within: within) }
            return verdict
        case .field(let test):
            return try opening(rows, within, test.path.openness, test.path) {
                rows, within throws(QueryError) in
                try field(test, rows, within)
            }
        case .word(let pattern):
            return try opening(rows, within, .none, nil) { rows, within throws(QueryError) in
                try SegmentWords(pattern, fields).verdict(rows, within: within)
            }
        }
    }

    /// What columns say, with every sealed row possible where the envelope could say it too.
    private func opening(
        _ rows: SegmentRows, _ within: VectorMask, _ openness: FieldPath.Openness,
        _ path: FieldPath?,
        _ body: (SegmentRows, VectorMask) throws(QueryError) -> VectorVerdict
    ) throws(QueryError) -> VectorVerdict {
        guard isOpening, openness != .whole else { return try body(rows, within) }
        var sealed = try rows.sealedRows()
        if openness == .whereThere, let path, !sealed.isEmpty {
            let column = fields.places(of: path).main
            if let told = try rows.presence(column, within: rows.all) { sealed.subtract(told) }
        }
        // Where all may be in envelopes no column is read.
        if within.isSubset(of: sealed) { return .maybe(sealed) }
        var verdict = try body(rows, within)
        verdict.doubt(sealed)
        return verdict
    }

    /// What is likely to leave little comes first, words, which look everywhere, last.
    private static func sorted(_ parts: [Filter]) -> [Filter] {
        func cost(_ filter: Filter) -> Int {
            switch filter {
            case .field(let test):
                switch test.test {
                case .equals where test.path.name.hasSuffix("_id"): 0
                case .equals, .oneOf: 1
                default: 2
                }
            case .word: 4
            default: 3
            }
        }
        return parts.enumerated()
            .sorted { (cost($0.element), $0.offset) < (cost($1.element), $1.offset) }
            .map(\.element)
    }

    // MARK: - Time

    private func time(_ rows: SegmentRows) throws(QueryError) -> VectorVerdict {
        let lowest = time.from?.microseconds ?? .min
        let end = time.to?.microseconds ?? .max
        guard time.to == nil || end > .min, lowest <= end else { return .none(rows.count) }
        let highest = time.to == nil ? .max : end - 1
        guard lowest <= highest else { return .none(rows.count) }
        let places = fields.places(of: FieldPath("timestamp"))
        var verdict = VectorVerdict.none(rows.count)
        var without = rows.all
        if let main = places.main, !rows.isEmpty(main) {
            let found = try within(lowest, highest, main, rows)
            verdict |= VectorVerdict(found.inside)
            without.subtract(found.present)
        }
        guard !without.isEmpty else { return verdict }
        // These have `recorded`, or an instant in another form, or none.
        if let main = fields.places(of: FieldPath("recorded")).main, !rows.isEmpty(main) {
            var found = try within(lowest, highest, main, rows)
            found.inside &= without
            verdict |= VectorVerdict(found.inside)
            without.subtract(found.present)
        }
        let recordedText = fields.places(of: FieldPath("recorded")).text
        for column in [places.text, fields.rest, recordedText] {
            if let present = try rows.presence(column, within: rows.all) { verdict.doubt(present) }
        }
        return verdict
    }

    /// The rows whose instant is within bounds, and those that have one; without reading when the
    /// statistics say it.
    private func within(
        _ lowest: Int64, _ highest: Int64, _ column: Int, _ rows: SegmentRows
    ) throws(QueryError) -> (inside: VectorMask, present: VectorMask) {
        let statistics = rows.chunk(column).statistics
        if let statistics, statistics.nullCount == 0, let least = statistics.min?.integer,
            let most = statistics.max?.integer
        {
            if least > highest || most < lowest { return (rows.none, rows.all) }
            if least >= lowest && most <= highest { return (rows.all, rows.all) }
        }
        guard let values = try rows.column(column) else { return (rows.none, rows.none) }
        return (values.rows(between: lowest, and: highest), values.presence)
    }

    // MARK: - Fields

    private func field(
        _ field: FieldTest, _ rows: SegmentRows, _ within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        let places = fields.places(of: field.path)
        let test = VectorTest(field)
        var verdict = VectorVerdict.none(rows.count)
        if let main = places.main, !rows.isEmpty(main) {
            verdict |= try self.main(main, places.type, test, rows, within)
        }
        if let wide = try rows.presence(places.wide, within: within) {
            verdict |= test.isExistence ? VectorVerdict(wide) : .maybe(wide)
        }
        if let text = places.text, !rows.isEmpty(text) {
            if test.isExistence {
                if let present = try rows.presence(text, within: within) {
                    verdict |= VectorVerdict(present)
                }
            } else if field.path.kind == .instant {
                if let present = try rows.presence(text, within: within) {
                    verdict |= .maybe(present)
                }
            } else {
                verdict |= try texts(text, test, rows, within)
            }
        }
        for parent in places.parents where !rows.isEmpty(parent) {
            if let column = try rows.column(parent, within: within) {
                verdict |= .maybe(column.containers)
            }
        }
        if let rest = fields.rest, !rows.isEmpty(rest),
            let column = try rows.column(rest, within: within)
        {
            verdict |= .maybe(column.presence)
        }
        return verdict
    }

    private func main(
        _ column: Int, _ type: SegmentVocabulary.FieldType, _ test: VectorTest,
        _ rows: SegmentRows, _ within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        if test.isExistence {
            return try rows.presence(column, within: within).map { VectorVerdict($0) }
                ?? .none(rows.count)
        }
        let ranges: [ClosedRange<Int64>]?
        switch (type, test.kind) {
        case (.text, .text), (.text, .open): return try texts(column, test, rows, within)
        case (.decimal, .decimal): ranges = test.ranges(scale: SegmentVocabulary.decimalScale)
        case (.integer, .integer): ranges = test.ranges(scale: 0)
        case (.instant, .instant): ranges = test.instants
        default: ranges = nil
        }
        guard let ranges else {
            return try rows.presence(column, within: within).map { .maybe($0) }
                ?? .none(rows.count)
        }
        return try numbers(column, ranges, rows, within)
    }

    private func numbers(
        _ column: Int, _ ranges: [ClosedRange<Int64>], _ rows: SegmentRows, _ within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        let statistics = rows.chunk(column).statistics
        let ranges = ranges.filter { range in
            guard let least = statistics?.min?.integer, let most = statistics?.max?.integer else {
                return true
            }
            return range.lowerBound <= most && range.upperBound >= least
        }
        guard !ranges.isEmpty, let values = try rows.column(column, within: within) else {
            return .none(rows.count)
        }
        var mask = rows.none
        for range in ranges {
            mask |= values.rows(between: range.lowerBound, and: range.upperBound)
        }
        return VectorVerdict(mask)
    }

    /// A column of texts.
    private func texts(
        _ column: Int, _ test: VectorTest, _ rows: SegmentRows, _ within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        if let exact = test.exactTexts, try !rows.hasContainers(column) {
            return try rows.find(exact, in: column, within: within)
        }
        guard let values = try rows.column(column, within: within) else {
            return .none(rows.count)
        }
        return values.verdict { test.answer($0) }
    }
}

extension VectorTest {
    var isExistence: Bool { test == .exists }
}
