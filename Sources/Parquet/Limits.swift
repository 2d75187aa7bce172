// SPDX-License-Identifier: Apache-2.0

/// The limits of this library, each with its unit and reason.
enum Limits {
    // MARK: - Headers

    /// Structures in structures: the format's own nest 6 deep (footer, row group, chunk, metadata,
    /// statistics, unknown); more is an attempt on the stack.
    static let thriftDepth = 16
    /// Bytes of a page's header at most.
    static let pageHeaderBytes = 1 << 20
    /// Bytes of a footer: 100 for each chunk of 1,000 columns in 600 row groups. Reading takes some
    /// ten times this in memory.
    static let footerBytes = 1 << 26
    /// Bytes read from the end of a file at first: most footers of day files fit.
    static let footerGuess = 1 << 16
    /// Bytes of one chunk's column index or offset index: 32,768 pages with long bounds.
    static let indexBytes = 1 << 24
    /// Encodings named in a chunk's metadata: the format has ten.
    static let encodings = 64

    // MARK: - Sizes

    /// Rows of a row group: other writers' default is 1,048,576 at most. Bounds what a page of a
    /// few bytes can blow up to (5 bytes a row of levels and codes).
    static let rowGroupRows = 1 << 24
    /// Bytes of a column chunk in the file: read into memory at once where the source is no memory.
    static let chunkBytes = 1 << 31
    /// Bytes of a page, compressed or not: DuckDB ends pages at 100 MB.
    static let pageBytes = 1 << 28
    /// Bytes of a decoded chunk's strings where a dictionary is spelt out: offsets have 32 bits,
    /// and codes of a few bits may name an entry of megabytes.
    static let spelledOutBytes = 1 << 30
    /// Bytes of strings for which room is made at once, by what the first page has: more than
    /// 131,072 rows of ids take.
    static let stringsReserved = 1 << 24
    /// Bytes of a FIXED_LEN_BYTE_ARRAY value: a width beyond is no sensible table.
    static let fixedWidthMax = 1 << 20
    /// A bloom filter, in bytes: what Arrow and parquet-mr take at most.
    static let bloomFilterBytes = 128 << 20
    /// Bytes that are copied from file to file at a time.
    static let copyBytes = 1 << 20

    // MARK: - Encodings

    /// A block of delta-encoded integers, in values: known writers use 128 to 2,048. A miniblock is
    /// unpacked at a time, so this bounds scratch space.
    static let deltaBlockValues = 1 << 16

    // MARK: - Writing

    /// Bytes of a page before compression at which it ends although more rows would be allowed:
    /// whoever wants one row reads and holds no more than this.
    static let pageBytesWritten = 1 << 20
    /// Bytes of a min or max that are written: enough to tell UUIDs, paths and most texts apart.
    static let boundBytes = 64
    /// Values by which an encoding is chosen: a quarter of a page, for a twentieth of the work.
    static let sampleValues = 4096
    /// Bytes of a dictionary that we write: it is read for each page that is looked at.
    static let dictionaryBytesWritten = 1 << 20
    /// Bytes of one that comes with the values. Ids of which each occurs a few times, as those of
    /// orders do, take a tenth less with it, and one of them is found in fewer bytes than by
    /// looking at the pages.
    static let dictionaryBytesHanded = 4 << 20
    /// Entries of a dictionary by which its size is estimated.
    static let sampleEntries = 8192
    /// Pages of a chunk in an encrypted file: the page number is bound in 16 bits.
    static let encryptedPages = 1 << 15
}
