// SPDX-License-Identifier: Apache-2.0

import Book
import Query

/// Pieces of work that threads take one after the other: whoever is done takes the next one.
struct PieceRun<Piece: Sendable>: Sendable {
    private let pieces: [Piece]
    private let threads: Int
    private let size: @Sendable (Piece) -> UInt64

    /// - Parameter size: how much a piece is, of what progress counts.
    init(_ pieces: [Piece], threads: Int, size: @escaping @Sendable (Piece) -> UInt64) {
        self.pieces = pieces
        self.threads = min(max(1, threads), max(1, pieces.count))
        self.size = size
    }

    /// Does all pieces.
    ///
    /// - Parameters:
    ///   - progress: called with how much was done and all there is, from any thread.
    ///   - worker: makes what one thread works with.
    /// - Returns: what came of each, in their order.
    /// - Throws: the first error; the other threads then end soon.
    func run<Part: Sendable>(
        progress: @escaping @Sendable (UInt64, UInt64) -> Void,
        _ worker: @escaping @Sendable () -> (Piece) throws(ClearingError) -> Part
    ) throws(ClearingError) -> [Part] {
        let (pieces, size) = (pieces, size)
        let total = pieces.reduce(0) { $0 + size($1) }
        let work = Monitor(Work<Part>(count: pieces.count))
        Workers.run(threads) { _ in
            let look = worker()
            while let number = work.withLock({ $0.take() }) {
                do throws(ClearingError) {
                    let part = try look(pieces[number])
                    let done = work.withLock {
                        $0.put(part, at: number, size: size(pieces[number]))
                    }
                    progress(done, total)
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
        private var done: UInt64 = 0

        init(count: Int) { parts = Array(repeating: nil, count: count) }

        mutating func take() -> Int? {
            guard failure == nil, next < parts.count else { return nil }
            defer { next += 1 }
            return next
        }

        mutating func put(_ part: Part, at place: Int, size: UInt64) -> UInt64 {
            parts[place] = part
            done += size
            return done
        }
    }
}
