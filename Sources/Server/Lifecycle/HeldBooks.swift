// SPDX-License-Identifier: Apache-2.0

package import Book
package import Desk
import Synchronization

/// The books that the daemon holds open for as long as it runs.
///
/// Whoever else on this machine appends does so through their sockets.
package final class HeldBooks: Sendable {
    private let ground: Ground
    private let books = Mutex<[String: Book]>([:])

    package init(_ ground: Ground) { self.ground = ground }

    /// Opens every book of the settings. Blocks while a book recovers.
    ///
    /// - Throws: what opening throws; the books opened before are closed again.
    package func open() throws {
        var opened: [String: Book] = [:]
        do {
            for name in ground.bookNames { opened[name] = try ground.open(name) }
        } catch {
            for book in opened.values { try? book.close() }
            throw error
        }
        books.withLock { $0 = opened }
    }

    /// A book by its name.
    ///
    /// - Throws: `noInput` for a book that the settings do not name.
    package func book(_ name: String) throws -> Book {
        if let book = books.withLock({ $0[name] }) { return book }
        throw DeskFailure(.noInput, "there is no book '\(name)' here")
    }

    /// Writes what is queued, syncs, signs, and gives the books back. Safe to call twice.
    package func close() throws {
        let held = books.withLock { books in
            defer { books = [:] }
            return books
        }
        var failure: (any Error)?
        for (_, book) in held.sorted(by: { $0.key < $1.key }) {
            do { try book.close() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
