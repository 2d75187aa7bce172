// SPDX-License-Identifier: Apache-2.0

/// Why a book could not be opened, appended to or read. Equal by code.
///
/// The text says what, where and what to do; it never holds a record's content.
package struct BookError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The file system said no; `underlying` tells.
        case disk
        /// The disk is full or over quota. Nothing acknowledged is lost.
        case noSpace
        /// A write or sync failed and the policy is to fail rather than to wait.
        case queueFull
        /// Another process holds the book and does not answer.
        case held
        /// The book is shorter than, or differs from, what was signed before.
        case rollback
        /// A file that the manifest names is not there.
        case missingFile
        /// Stored bytes do not have their form.
        case damaged
        /// The signing key is not in the key directory.
        case missingKey
        /// There is no book here.
        case noBook
        /// The record index is not in the book.
        case outOfRange
        /// The record was pruned; the book says by which record and rule.
        case pruned
        /// The book was closed.
        case closed
        /// The other end of the socket broke the protocol or went away.
        case connection
        /// A setting does not fit.
        case setting
    }

    package let code: Code
    package let message: String
    package let underlying: DiskError?

    package init(_ code: Code, _ message: String, underlying: DiskError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    package init(_ error: DiskError) {
        self.init(error.isNoSpace ? .noSpace : .disk, error.description, underlying: error)
    }

    package var description: String { message }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

/// Runs calls to the disk where a `BookError` is wanted.
func onDisk<Value>(_ body: () throws(DiskError) -> Value) throws(BookError) -> Value {
    do throws(DiskError) {
        return try body()
    } catch {
        throw BookError(error)
    }
}
