// SPDX-License-Identifier: Apache-2.0

package import Book
package import Retention
package import Vault

/// What retention has to know of every sealed record of a book, on several threads.
package enum FactScan {
    /// Calls `body` with each sealed record that was not erased, from several threads.
    ///
    /// - Parameters:
    ///   - needs: what has to be known; envelopes are opened where only they say it, and nothing of
    ///     them is shown.
    ///   - filters: the texts of filters to try.
    ///   - empty: what each stretch of the book begins with.
    ///   - body: adds a record to what was found in its stretch, in their order.
    /// - Returns: what was found, in the order of the records.
    /// - Throws: `usage` for what is no filter; `damaged` when book or vault cannot be read.
    package static func run<Found: Sendable>(
        _ snapshot: BookSnapshot, of vault: Vault, needs: Scope.Needs, filters: [String],
        threads: Int, startingWith empty: Found,
        _ body: @escaping @Sendable (RecordFacts, inout Found) -> Void
    ) throws(ClearingError) -> [Found] {
        let source = Selection.Source(name: snapshot.place.name, snapshot: snapshot)
        let filters = try FactScanner.filters(filters)
        return try StretchRun([(snapshot, nil)], threads: threads).run(progress: { _, _ in }) {
            var known: FactScanner?
            return { stretch throws(ClearingError) in
                let scanner: FactScanner
                if let known {
                    scanner = known
                } else {
                    scanner = try FactScanner(source, of: vault, needs: needs, filters: filters)
                    known = scanner
                }
                var found = empty
                try scanner.scan(stretch.range) { body($0, &found) }
                return found
            }
        }
    }
}
