// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking

/// What a lane asks of a book. `Book` is the real one; tests put in books that stall and refuse.
protocol BookPort: Sendable {
    /// Appends and waits as `Book.append` does; no records and a durability beyond `queued` waits
    /// for those appended before.
    @discardableResult
    func append(_ records: MaskedRecords, _ durability: Durability) throws(BookError) -> UInt64
    /// Seals what is personal in a batch, so that handing it over twice seals it once.
    func settle(_ records: inout MaskedRecords) throws(BookError)
    func checkpoint() throws(BookError) -> UInt64
    func rotate() throws(BookError) -> UInt64
    func close() throws(BookError)
    var trouble: BookError? { get }
    var origin: String { get }
}

extension BookPort {
    func settle(_ records: inout MaskedRecords) throws(BookError) {}
}

extension Book: BookPort {}
