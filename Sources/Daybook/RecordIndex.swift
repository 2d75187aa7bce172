// SPDX-License-Identifier: Apache-2.0

/// Where a record stands: its book, and its position in it, from 0, without gaps.
public struct RecordIndex: Sendable, Hashable, CustomStringConvertible {
    /// The book's name, such as `audit`.
    public let book: String
    /// The position in the book.
    public let index: UInt64

    /// `audit 42`, as the command line takes it.
    public var description: String { "\(book) \(index)" }
}
