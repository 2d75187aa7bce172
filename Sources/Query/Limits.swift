// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum Limits {
    /// Bytes of a query's text: a list of ten thousand order ids, and what one argument of a
    /// command may be on Linux.
    package static let queryBytes = 131_072

    /// Parentheses inside parentheses, and `not` before `not`: people write less than ten, and
    /// every walk over a filter stays within a small stack.
    package static let filterDepth = 64

    /// Pipes after a filter; people write less than six.
    package static let pipes = 32

    /// Columns of one pipe: more than any terminal or spreadsheet shows.
    package static let columns = 256

    /// Rows that `limit` and `top` give at most. Their memory is taken before the first row.
    package static let rows = 10_000_000

    /// Digits after the point of an average: what the widest decimal column of a segment has.
    package static let averageDigits = 18

    /// Bytes that one query may hold in memory unless it is told otherwise: groups, distinct
    /// values, values of a median, rows to be sorted.
    package static let memoryBytes = 256 << 20

    /// Threads of one query: beyond this the memory of the machine is what is slow.
    package static let threads = 16

    /// Microseconds of the widest bucket of `time(…)`: ten years.
    package static let bucketMicroseconds: Int64 = 3_660 * 86_400_000_000

    /// Records between two looks whether the query was cancelled, as a mask.
    static let cancelMask: UInt64 = 1023

    /// Orders that `lifecycle` follows from one to the next; a chain of replaced orders is tens.
    package static let lifecycleIDs = 1_000

    /// Records of one order's life.
    package static let lifecycleRecords = 100_000

    /// Files of columns that a scan has open at once: descriptors and footers of two months.
    static let openSegments = 64

    /// Lines that are rebuilt at once, about: the rows of a page.
    static let matchRows = 16_384

    /// Bytes of matching lines after which a batch is handed over.
    static let matchBytes = 1 << 20

    /// Bytes of matching lines that may wait for their turn or for whoever takes them: a batch or more of
    /// each thread.
    static let matchBytesWaiting = 32 << 20

    /// Segments that the catalog may not know before a search makes it again.
    static let catalogGap = 8

    /// Envelopes that a thread opens at once: neighbours are read together, and what they hold, at
    /// most 64 KiB each, is in memory together.
    static let envelopesAtOnce = 1_024

    /// Pieces of text of which a line must have one: with more, parsing costs less than looking.
    static let sievePieces = 8

    /// Bytes of lines that wait to be opened together.
    static let sealedBytes = 1 << 20
}
