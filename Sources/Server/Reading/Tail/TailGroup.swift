// SPDX-License-Identifier: Apache-2.0

import Book
import NIOCore
import Query

/// Everybody who tails with the same query and the same rights: a line is looked at once for all of
/// them. For the hub's thread.
final class TailGroup {
    /// Who is the same.
    struct Key: Hashable, Sendable {
        let query: String
        let books: [String]
        let rights: ReadRights
        let isOpening: Bool
    }

    private let books: [String]
    private var live: QueryRun.Live
    private let sink: TailSink
    private(set) var subscribers: [BytePipe] = []
    private(set) var failure: QueryError?

    /// - Parameter positions: for each book of the run the index of the next record.
    init(_ run: QueryRun, from positions: [UInt64]) {
        books = run.sources.map(\.name)
        live = QueryRun.Live(run)
        sink = TailSink(TailOutput(run, from: positions))
    }

    var positions: [UInt64] { sink.with { $0.positions } }

    func add(_ subscriber: BytePipe) {
        // What is not sent yet is not for somebody who comes now.
        flush()
        subscribers.append(subscriber)
    }

    /// - Parameter row: has taken in the line.
    func look(
        at line: UnsafeBufferPointer<UInt8>, _ row: borrowing RowEvaluator, _ index: UInt64,
        of name: String
    ) {
        guard failure == nil, let book = books.firstIndex(of: name) else { return }
        sink.look(at: book, index)
        var taking = sink
        do throws(QueryError) {
            _ = try live.give(line, row, of: book, index: index, to: &taking)
        } catch {
            failure = error
        }
        sink.with { $0.move(book, to: index + 1) }
        if sink.with({ $0.isLarge }) { flush() }
    }

    func beat() { sink.with { $0.beat() } }

    /// Hands over what was written. Who does not keep up is let go: they come back, and read what
    /// they missed from the books.
    func flush() {
        guard let chunk = sink.with({ $0.take() }) else { return }
        subscribers.removeAll { subscriber in
            guard subscriber.offer(chunk) else {
                subscriber.finish()
                return true
            }
            return false
        }
    }

    func end() {
        flush()
        for subscriber in subscribers { subscriber.finish() }
        subscribers = []
    }
}
