// SPDX-License-Identifier: Apache-2.0

/// A query: which records, and what becomes of them. docs/guides/search.md is its grammar.
package struct Query: Sendable, Equatable {
    package var filter: Filter
    package var pipes: [Pipe]

    package init(filter: Filter = .all, pipes: [Pipe] = []) {
        self.filter = filter
        self.pipes = pipes
    }

    /// Reads a query.
    ///
    /// - Parameter zone: what instants and dates without a zone mean.
    /// - Throws: `syntax`, `meaning` or `tooLarge`, with the place in the text.
    package init(parsing text: String, zone: QueryZone = .utc) throws(QueryError) {
        var parser = QueryParser(text, zone: zone)
        self = try parser.parse()
    }
}

/// The zone of a reader: dates and buckets of days are meant in it.
package struct QueryZone: Sendable {
    /// Microseconds to add to an instant (microseconds since 1970, UTC) for what a clock on the
    /// wall shows; nil where that is always 0.
    package let offset: (@Sendable (Int64) -> Int64)?
    /// The instant at which a clock on the wall shows a time.
    private let instant: @Sendable (Int64) -> Int64

    package static let utc = QueryZone(offset: nil, instant: { $0 })

    package init(
        offset: (@Sendable (Int64) -> Int64)?, instant: @escaping @Sendable (Int64) -> Int64
    ) {
        self.offset = offset
        self.instant = instant
    }

    func instant(ofLocal microseconds: Int64) -> Int64 { instant(microseconds) }
}
