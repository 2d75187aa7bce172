// SPDX-License-Identifier: Apache-2.0

extension QueryRun {
    /// The same query over lines that come one by one, for queries that are `isStreaming`.
    package struct Live: ~Copyable {
        private var row: RowEvaluator
        private var projector: Projector
        private var count: UInt64 = 0

        package init(_ run: QueryRun) {
            row = RowEvaluator(run.plan.filter, time: run.time)
            if case .records(let projection) = run.plan.goal {
                projector = Projector(projection)
            } else {
                projector = Projector(.whole([]))
            }
        }

        /// Looks at one line; whether it was given to the output.
        package mutating func give<Output: QueryOutput>(
            _ line: UnsafeBufferPointer<UInt8>, of book: Int, to output: inout Output
        ) throws(QueryError) -> Bool {
            guard row.matches(line) else { return false }
            count += 1
            _ = try projector.give(
                FoundRecord(book: book, index: count, line: line), to: &output)
            return true
        }
    }
}
