// SPDX-License-Identifier: Apache-2.0

import Book

extension QueryRun {
    /// The same query over lines that come one by one, for queries that are `isStreaming`.
    package struct Live: ~Copyable {
        private var row: RowEvaluator
        private let filter: Filter
        private let time: TimeRange
        /// Looks at sealed lines before they are opened.
        private var outside: RowEvaluator
        private var projector: Projector
        private var count: UInt64 = 0
        /// What opens the lines of each book.
        private let sealed: [SealedLines?]

        package init(_ run: QueryRun) {
            (filter, time) = (run.plan.filter, run.time)
            row = RowEvaluator(run.plan.filter, time: run.time)
            outside = RowEvaluator(run.plan.filter.outsideEnvelopes, time: run.time)
            sealed = run.sources.map { source in
                source.opener.map { SealedLines(SealedSource(opener: $0, tally: run.tally)) }
            }
            if case .records(let projection) = run.plan.goal {
                projector = Projector(projection)
            } else {
                projector = Projector(.whole([]))
            }
        }

        /// Looks at one line; whether it was given to the output.
        ///
        /// - Parameter index: the record's, where it is known; else they are counted.
        package mutating func give<Output: QueryOutput>(
            _ line: UnsafeBufferPointer<UInt8>, of book: Int, index: UInt64? = nil,
            to output: inout Output
        ) throws(QueryError) -> Bool {
            guard let sealed = sealed[book], OpenedLine.seal(of: line) != nil else {
                return try giveOpened(line, of: book, index, to: &output)
            }
            guard outside.matches(line) else { return false }
            var isGiven = false
            try sealed.forEach(1, { _ in line }) { _, opened throws(QueryError) in
                isGiven = try giveOpened(opened, of: book, index, to: &output)
            }
            return isGiven
        }

        /// As `give`, for a line that was taken in already: one parse serves all who look on.
        ///
        /// - Parameter loaded: has taken in this very line.
        package mutating func give<Output: QueryOutput>(
            _ line: UnsafeBufferPointer<UInt8>, _ loaded: borrowing RowEvaluator, of book: Int,
            index: UInt64, to output: inout Output
        ) throws(QueryError) -> Bool {
            if sealed[book] != nil, OpenedLine.seal(of: line) != nil {
                return try give(line, of: book, index: index, to: &output)
            }
            guard loaded.passes(filter, in: time) else { return false }
            count += 1
            _ = try projector.give(
                FoundRecord(book: book, index: index, line: line), to: &output)
            return true
        }

        private mutating func giveOpened<Output: QueryOutput>(
            _ line: UnsafeBufferPointer<UInt8>, of book: Int, _ index: UInt64?,
            to output: inout Output
        ) throws(QueryError) -> Bool {
            guard row.matches(line) else { return false }
            count += 1
            _ = try projector.give(
                FoundRecord(book: book, index: index ?? count, line: line), to: &output)
            return true
        }
    }
}
