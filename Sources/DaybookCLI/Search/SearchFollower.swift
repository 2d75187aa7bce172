// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Query

/// Goes on with records that come after a search's snapshot.
struct SearchFollower {
    private let run: QueryRun
    private let shown: UInt64

    /// - Parameter shown: rows that came before, for `limit`.
    init(_ run: QueryRun, _ shown: UInt64) {
        self.run = run
        self.shown = shown
    }

    /// Ends with the reader, the limit or a signal.
    func follow(into printer: inout ResultPrinter) throws {
        let followers = run.sources.map { BookFollower(behind: $0.snapshot) }
        var left = UInt64.max
        for case .limit(let count) in run.plan.stages { left = min(left, UInt64(count)) }
        guard shown < left else { return }
        left -= left == .max ? 0 : shown
        var live = QueryRun.Live(run)
        while left > 0, !Interruption.isRequested {
            var isActive = false
            for book in followers.indices {
                var failure: QueryError?
                let wasActive = try followers[book].readLines { _, line in
                    guard left > 0, failure == nil else { return }
                    do throws(QueryError) {
                        guard try live.give(line, of: book, to: &printer) else { return }
                        if left != .max { left -= 1 }
                    } catch {
                        failure = error
                    }
                }
                isActive = isActive || wasActive
                if let failure {
                    if printer.isReaderGone { return }
                    throw printer.failure ?? DeskFailure(failure, in: "")
                }
            }
            printer.flush()
            if printer.isReaderGone { return }
            if !isActive { sleepFor(nanoseconds: CommandLimits.followNanoseconds) }
        }
    }
}
