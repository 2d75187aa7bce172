// SPDX-License-Identifier: Apache-2.0

import Book

/// Stretches of books that threads look at, one after the other: whoever is done takes the next one.
struct StretchRun: Sendable {
    /// Records that one thread looks at together.
    struct Stretch: Sendable {
        /// The book's place among the sources.
        var book: Int
        var range: Range<UInt64>
    }

    private let stretches: [Stretch]
    private let threads: Int

    /// - Parameter ranges: of each book, ascending; what lies beyond its records is passed over.
    init(_ books: [(snapshot: BookSnapshot, ranges: [Range<UInt64>]?)], threads: Int) {
        var stretches: [Stretch] = []
        for (number, book) in books.enumerated() {
            let there = book.snapshot.firstKept..<book.snapshot.size
            let wanted = book.ranges?.map { $0.clamped(to: there) } ?? [there]
            stretches += Self.cut(wanted).map { Stretch(book: number, range: $0) }
        }
        self.stretches = stretches
        self.threads = threads
    }

    private static let records = UInt64(Limits.selectionRecords)

    private static func cut(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        // Runs that lie near each other are one stretch: what is between them is passed over.
        var stretches: [Range<UInt64>] = []
        for range in ranges where !range.isEmpty {
            var first = range.lowerBound
            if let last = stretches.last, range.upperBound - last.lowerBound <= records {
                stretches[stretches.count - 1] = last.lowerBound..<range.upperBound
                continue
            }
            while first < range.upperBound {
                let end = min(first + records, range.upperBound)
                stretches.append(first..<end)
                first = end
            }
        }
        return stretches
    }

    /// Looks at all stretches.
    ///
    /// - Parameters:
    ///   - progress: called with records looked at and all there are, from any thread.
    ///   - worker: makes what one thread looks with.
    /// - Returns: what was found in each, in the order of the books and their records.
    /// - Throws: the first error; the other threads then end soon.
    func run<Part: Sendable>(
        progress: @escaping @Sendable (UInt64, UInt64) -> Void,
        _ worker: @escaping @Sendable () -> (Stretch) throws(ClearingError) -> Part
    ) throws(ClearingError) -> [Part] {
        try PieceRun(stretches, threads: threads) { UInt64($0.range.count) }
            .run(progress: progress, worker)
    }
}
