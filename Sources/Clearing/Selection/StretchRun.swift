// SPDX-License-Identifier: Apache-2.0

import Book
import Query

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
        self.threads = min(max(1, threads), max(1, stretches.count))
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
        let total = stretches.reduce(0) { $0 + UInt64($1.range.count) }
        let work = Monitor(Work<Part>(count: stretches.count))
        let stretches = stretches
        Workers.run(threads) { _ in
            let look = worker()
            while let number = work.withLock({ $0.take() }) {
                do throws(ClearingError) {
                    let part = try look(stretches[number])
                    let looked = work.withLock {
                        $0.put(part, at: number, records: stretches[number].range.count)
                    }
                    progress(looked, total)
                } catch {
                    work.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        let done = work.withLock { $0 }
        if let failure = done.failure { throw failure }
        return done.parts.compactMap { $0 }
    }

    private struct Work<Part: Sendable>: Sendable {
        var parts: [Part?]
        var failure: ClearingError?
        private var next = 0
        private var looked: UInt64 = 0

        init(count: Int) { parts = Array(repeating: nil, count: count) }

        mutating func take() -> Int? {
            guard failure == nil, next < parts.count else { return nil }
            defer { next += 1 }
            return next
        }

        mutating func put(_ part: Part, at place: Int, records: Int) -> UInt64 {
            parts[place] = part
            looked += UInt64(records)
            return looked
        }
    }
}
