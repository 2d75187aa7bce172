// SPDX-License-Identifier: Apache-2.0

extension ParquetFile {
    /// Where a chunk's bloom filter lies, so that whoever keeps this asks it with one read.
    public struct BloomLocation: Sendable, Hashable {
        /// Of the first block in the file.
        public var offset: Int
        /// Blocks of 32 bytes.
        public var blockCount: Int
    }

    /// Whether a chunk may hold a value; false only if it does not. True where there is no filter.
    ///
    /// `value` is a byte string, or a number's little-endian bytes. In a file in clear, this reads
    /// the filter's header and one block of 32 bytes.
    /// - Throws: `damaged` when the filter is none; what the source throws.
    public func mayContain(
        _ value: UnsafeRawBufferPointer, column: Int, rowGroup: Int
    ) throws(ParquetError) -> Bool {
        let chunk = try chunk(column, rowGroup)
        let hash = XXHash64.hash(value)
        if chunk.metadata.isEncrypted {
            guard let filter = try encryptedFilter(chunk, column, rowGroup) else { return true }
            return filter.contains(hash: hash)
        }
        guard let location = try bloomLocation(column: column, rowGroup: rowGroup) else {
            return true
        }
        return try mayContain(hash, at: location)
    }

    /// As `mayContain(_:column:rowGroup:)` for a value as statistics have it.
    public func mayContain(
        _ value: StatisticsValue, column: Int, rowGroup: Int
    ) throws(ParquetError) -> Bool {
        try value.plainBytes.lend { (bytes) throws(ParquetError) in
            try mayContain(bytes, column: column, rowGroup: rowGroup)
        }
    }

    /// As `mayContain(_:column:rowGroup:)` with the filter's place at hand, for a file in clear:
    /// reads one block.
    public func mayContain(
        _ value: UnsafeRawBufferPointer, at location: BloomLocation
    ) throws(ParquetError) -> Bool {
        try mayContain(XXHash64.hash(value), at: location)
    }

    /// Where the bloom filter of a chunk lies; nil when there is none, or when it is encrypted.
    ///
    /// - Throws: `damaged` when it is no filter; what the source throws.
    public func bloomLocation(
        column: Int, rowGroup: Int
    ) throws(ParquetError) -> BloomLocation? {
        let chunk = try chunk(column, rowGroup)
        guard let start = chunk.metadata.bloomOffset, !chunk.metadata.isEncrypted else {
            return nil
        }
        guard start < source.size else { throw Self.beyond(start) }
        // Ours has 16 bytes, and no writer's has many more.
        let count = min(64, source.size - start)
        let (header, length) = try source.withBytes(at: start, count: count) {
            (bytes) throws(ParquetError) in
            var reader = ThriftReader(bytes, at: start)
            let header = try BloomFilterHeader(&reader)
            return (header, reader.position)
        }
        guard header.byteCount <= source.size - start - length else { throw Self.beyond(start) }
        return BloomLocation(
            offset: start + length,
            blockCount: header.byteCount / SplitBlockBloomFilter.blockBytes)
    }

    private static func beyond(_ place: Int) -> ParquetError {
        ParquetError(
            .damaged, "The bloom filter at byte \(place) of the file goes beyond its end.")
    }

    private func mayContain(
        _ hash: UInt64, at location: BloomLocation
    ) throws(ParquetError) -> Bool {
        guard location.blockCount > 0, location.blockCount <= Int(Int32.max) else {
            throw ParquetError(.misuse, "A bloom filter of \(location.blockCount) blocks.")
        }
        let block = SplitBlockBloomFilter.blockIndex(hash: hash, blocks: location.blockCount)
        let (place, isTooFar) = location.offset.addingReportingOverflow(
            block * SplitBlockBloomFilter.blockBytes)
        guard !isTooFar else { throw Self.beyond(location.offset) }
        return try source.withBytes(at: place, count: SplitBlockBloomFilter.blockBytes) {
            (bytes) throws(ParquetError) in
            try SplitBlockBloomFilter.contains(hash: hash, block: bytes)
        }
    }

    /// An encrypted filter is one module: all of it is read.
    private func encryptedFilter(
        _ chunk: ColumnChunk, _ column: Int, _ rowGroup: Int
    ) throws(ParquetError) -> SplitBlockBloomFilter? {
        guard let blocks = try encryptedBlocks(chunk, column, rowGroup) else { return nil }
        return try blocks.lend { (bytes) throws(ParquetError) in
            try SplitBlockBloomFilter(bytes)
        }
    }

    /// The blocks of an encrypted filter, in clear.
    func encryptedBlocks(
        _ chunk: ColumnChunk, _ column: Int, _ rowGroup: Int
    ) throws(ParquetError) -> [UInt8]? {
        guard let start = chunk.metadata.bloomOffset, let cipher else { return nil }
        guard start < source.size else { throw Self.beyond(start) }
        // Whoever leaves the length out is read up to what a filter has at most.
        let most = min(source.size - start, Limits.bloomFilterBytes + Limits.pageHeaderBytes)
        let count = min(chunk.metadata.bloomLength ?? most, most)
        return try source.withBytes(at: start, count: count) { (bytes) throws(ParquetError) in
            let header = try cipher.decrypt(
                bytes, as: .bloomFilterHeader(rowGroup: rowGroup, column: column))
            let size = try header.content.lend { (bytes) throws(ParquetError) in
                var reader = ThriftReader(bytes, at: start)
                return try BloomFilterHeader(&reader).byteCount
            }
            let body = try cipher.decrypt(
                UnsafeRawBufferPointer(rebasing: bytes[header.consumed...]),
                as: .bloomFilterBitset(rowGroup: rowGroup, column: column))
            guard body.content.count == size else { throw Self.beyond(start) }
            return body.content
        }
    }
}
