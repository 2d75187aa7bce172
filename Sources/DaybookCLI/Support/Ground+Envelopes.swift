// SPDX-License-Identifier: Apache-2.0

import Book

extension Ground {
    /// What opens the sealed records of a book for a reader; nil when the book has none, or when
    /// this reader has no keys. Opens no file before the first envelope is asked for.
    func opener(for book: String) throws -> (any EnvelopeOpening)? { nil }
}
