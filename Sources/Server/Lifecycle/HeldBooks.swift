// SPDX-License-Identifier: Apache-2.0

package import Book
package import Desk
package import Masking
import Synchronization

/// The books that the daemon holds open for as long as it runs.
///
/// Whoever else on this machine appends does so through their sockets.
package final class HeldBooks: Sendable {
    private let ground: Mutex<Ground>
    /// Nil while they are opened again: whoever asks waits.
    private let books = Monitor<[String: Book]?>([:])

    package init(_ ground: Ground) { self.ground = Mutex(ground) }

    /// Opens every book of the settings. Blocks while a book recovers.
    ///
    /// - Throws: what opening throws; the books opened before are closed again.
    package func open() throws {
        let opened = try Self.opened(ground.withLock { $0 })
        books.withLock { $0 = opened }
    }

    /// Opens them with other settings. Records that come meanwhile wait; none is lost.
    ///
    /// - Throws: what opening throws; they are open with the old settings then.
    package func reopen(_ fresh: Ground) throws {
        let old = ground.withLock { $0 }
        let held = books.wait { books -> [String: Book]? in
            guard let held = books else { return nil }
            books = nil
            return held
        }
        for book in held.values { try? book.close() }
        defer { books.broadcast() }
        do {
            let opened = try Self.opened(fresh)
            books.withLock { $0 = opened }
            ground.withLock { $0 = fresh }
        } catch {
            let reopened = try? Self.opened(old)
            books.withLock { $0 = reopened ?? [:] }
            throw error
        }
    }

    private static func opened(_ ground: Ground) throws -> [String: Book] {
        var opened: [String: Book] = [:]
        do {
            for name in ground.bookNames { opened[name] = try ground.open(name) }
        } catch {
            for book in opened.values { try? book.close() }
            throw error
        }
        return opened
    }

    /// Appends, and waits until it is as durable as asked. Blocks, also while books are opened
    /// again.
    ///
    /// What is personal in `records` has been sealed by then (`Book.settle`), so that a second try
    /// makes no second envelope.
    /// - Returns: the index of the first record, as `Book.append` says it.
    @discardableResult
    package func append(_ records: MaskedRecords, to name: String, _ durability: Durability) throws
        -> UInt64
    {
        var records = records
        var book = try book(name)
        try book.settle(&records)
        while true {
            let failure: BookError
            do throws(BookError) {
                return try book.append(records, durability)
            } catch {
                failure = error
            }
            // It was closed meanwhile: another is being opened, or the daemon ends.
            let next = try self.book(name)
            guard failure.code == .closed, next !== book else { throw failure }
            book = next
        }
    }

    /// A book by its name.
    ///
    /// - Throws: `noInput` for a book that the settings do not name.
    package func book(_ name: String) throws -> Book {
        let held = books.wait { books in books }
        if let book = held[name] { return book }
        throw DeskFailure(.noInput, "there is no book '\(name)' here")
    }

    /// Writes what is queued, syncs, signs, and gives the books back. Safe to call twice.
    package func close() throws {
        let held = books.withLock { books in
            defer { books = [:] }
            return books ?? [:]
        }
        var failure: (any Error)?
        for (_, book) in held.sorted(by: { $0.key < $1.key }) {
            do { try book.close() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
