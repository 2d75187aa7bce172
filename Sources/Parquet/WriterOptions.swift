// SPDX-License-Identifier: Apache-2.0

/// How a file is written.
public struct WriterOptions: Sendable {
    /// How pages are compressed; pages that would not get smaller are left as they are.
    public var compression: Compression
    /// The kind of data pages. Encrypted files always have version 1.
    public var pageVersion: PageVersion
    /// Rows in a page, a multiple of 1,024: whoever wants one row decodes this many. Pages of long
    /// values end earlier.
    public var pageRows: Int
    /// Which columns get a bloom filter, by which a reader knows that a value is not there.
    public var bloomFilters: BloomFilters
    /// Whether pages carry a CRC-32. Encrypted pages carry none: their tags say more.
    public var checksums: Bool
    /// The key that encrypts the whole file, footer included; nil for a file in clear.
    public var encryption: EncryptionKey?

    /// Options, the usual ones unless said otherwise.
    public init(
        compression: Compression = .zstd(level: 3), pageVersion: PageVersion = .v1,
        pageRows: Int = 16_384, bloomFilters: BloomFilters = .automatic, checksums: Bool = true,
        encryption: EncryptionKey? = nil
    ) {
        self.compression = compression
        self.pageVersion = pageVersion
        self.pageRows = pageRows
        self.bloomFilters = bloomFilters
        self.checksums = checksums
        self.encryption = encryption
    }

    /// How pages are compressed.
    public enum Compression: Sendable, Hashable {
        /// Not at all.
        case none
        /// With Zstandard, level 1 (fast) to 19 (small).
        case zstd(level: Int)
    }

    /// The kind of data pages.
    public enum PageVersion: Sendable, Hashable {
        /// Which rows have a value is compressed together with the values.
        case v1
        /// Which rows have a value lies apart and is never compressed; each page says itself
        /// whether its values are.
        case v2
    }

    /// Which columns get a bloom filter.
    public enum BloomFilters: Sendable, Hashable {
        /// Columns of strings or fixed-length bytes that have many different values in no order,
        /// such as random ids: neither a dictionary nor the page index would find one quickly.
        case automatic
        /// None.
        case none
        /// The named ones; the number is how many different values a row group has, nil where the
        /// writer shall count them.
        case columns([String: Int?])
    }

    /// - Throws: `misuse` when a number is out of its range.
    func check() throws(ParquetError) {
        guard pageRows >= 1024, pageRows % 1024 == 0, pageRows <= Limits.rowGroupRows else {
            throw ParquetError(.misuse, "`pageRows` is \(pageRows), no multiple of 1,024.")
        }
        if case .zstd(let level) = compression, !(1...19).contains(level) {
            throw ParquetError(.misuse, "The zstd level is \(level); use 1 to 19.")
        }
    }

    /// What the options come to for data pages.
    var effectivePageVersion: PageVersion { encryption == nil ? pageVersion : .v1 }
    var hasChecksums: Bool { checksums && encryption == nil }
}
