// SPDX-License-Identifier: Apache-2.0

/// Encodes the values of one column in one row group: dictionary page, data pages, statistics,
/// indexes and bloom filter.
struct ChunkEncoder {
    let column: Column
    let options: WriterOptions
    let rows: Int

    /// The rows of one page, and the values that they have.
    private struct Extent {
        var rows: Range<Int>
        var values: Range<Int>
        var nulls: Int { rows.count - values.count }
    }

    /// A page's bytes before compression: levels, then values.
    private struct RawPage {
        var bytes: [UInt8] = []
        var levelBytes = 0
    }

    func encode(
        _ vector: ColumnVector, _ compressor: inout PageCompressor
    ) throws(ParquetError) -> EncodedChunk {
        guard vector.values.count > 0 || !column.isOptional else {
            return .withoutValues(column, rows: rows, hasChecksum: options.hasChecksums)
        }
        let (encoding, values) = try ValueEncoding.choose(vector.values, &compressor)
        let extents = extents(vector.presence, values)
        if options.encryption != nil, extents.count > Limits.encryptedPages {
            throw ParquetError(
                .tooLarge, "A chunk has more pages than an encrypted file can number.")
        }
        var chunk = EncodedChunk()
        chunk.metadata.type = column.physical.thrift
        chunk.metadata.valueCount = rows
        chunk.metadata.encodings = [encoding.thrift, Encoding.rle.rawValue]

        var dictionary: [UInt8]?
        if case .dictionary(_, let entries) = encoding {
            var bytes: [UInt8] = []
            Plain.encode(entries, into: &bytes)
            dictionary = bytes
            chunk.metadata.encodings.append(Encoding.plain.rawValue)
        }
        let first = extents.first.map { page($0, vector.presence, values, encoding) }
        let trial = try trial(first, extents.first, dictionary, encoding, &compressor)
        let isCompressed = trial.pays(
            insteadOf: first?.bytes.count ?? 0, dictionary?.count ?? 0, pages: extents.count)
        chunk.metadata.codec = isCompressed ? Codec.zstd : Codec.none
        if let dictionary, case .dictionary(_, let entries) = encoding {
            chunk.metadata.dictionaryPageOffset = 0
            let header = PageHeader(
                .dictionary(values: entries.count, encoding: Encoding.plain.rawValue),
                uncompressedSize: dictionary.count, compressedSize: 0)
            let body = isCompressed ? trial.dictionary : dictionary
            chunk.append(header, body, hasChecksum: options.hasChecksums)
        }
        chunk.metadata.dataPageOffset = chunk.bytes.count
        for (index, extent) in extents.enumerated() {
            let packed: PackedPage
            if index == 0, isCompressed, let first = trial.first {
                packed = first
            } else {
                let raw = page(extent, vector.presence, values, encoding)
                packed = try pack(raw, extent, encoding, isCompressed, &compressor)
            }
            let start = chunk.bytes.count
            chunk.append(packed.header, packed.body, hasChecksum: options.hasChecksums)
            chunk.offsetIndex.pages.append(
                OffsetIndex.Location(
                    offset: start, size: chunk.bytes.count - start, firstRow: extent.rows.lowerBound
                ))
        }
        var bounds = PageBounds(column)
        bounds.add(values, encoding, extents.map { ($0.values, $0.nulls) })
        chunk.columnIndex = bounds.columnIndex
        chunk.metadata.statistics = bounds.statistics
        if case .dictionary(_, let entries) = encoding, case .dictionary = vector.values {
            _ = entries  // Handed over: entries may repeat or not occur, so they are no count.
        } else if case .dictionary(_, let entries) = encoding {
            chunk.metadata.statistics?.distinctCount = entries.count
        }
        chunk.bloom = BloomChoice(column: column, options: options).filter(
            distinct(vector.values, values, encoding))
        return chunk
    }

    /// The values, each of them once where that is known.
    private func distinct(
        _ given: ColumnValues, _ values: ColumnValues, _ encoding: ValueEncoding
    ) -> ColumnValues {
        if case .dictionary(_, let entries) = encoding { return entries }
        if case .dictionary(_, let entries) = given { return entries }
        return values
    }

    // MARK: - Pages

    /// Cuts the rows into pages: `pageRows` in each, or a half, a quarter and so on of them where
    /// the values are long.
    private func extents(_ presence: [UInt8]?, _ values: ColumnValues) -> [Extent] {
        var extents: [Extent] = []
        var row = 0
        var value = 0
        while row < rows {
            var end = min(row + options.pageRows, rows)
            var valueEnd = value
            while true {
                let present = presence?.countOnes(row..<end).ones ?? end - row
                valueEnd = value + present
                guard end - row > 1, Self.bytes(values, value..<valueEnd) > Limits.pageBytesWritten
                else { break }
                // The largest power of two below; 1,024 rows and more keep whole blocks of rows.
                var half = 1
                while half * 2 < end - row { half *= 2 }
                end = row + half
            }
            extents.append(Extent(rows: row..<end, values: value..<valueEnd))
            row = end
            value = valueEnd
        }
        return extents
    }

    /// Bytes that the values take as they are.
    private static func bytes(_ values: ColumnValues, _ range: Range<Int>) -> Int {
        switch values {
        case .strings(let strings):
            Int(strings.offsets[range.upperBound] - strings.offsets[range.lowerBound])
                + 4 * range.count
        case .fixed(let strings): strings.width * range.count
        case .booleans, .int32s, .int64s, .doubles, .dictionary: 0
        }
    }

    private func page(
        _ extent: Extent, _ presence: [UInt8]?, _ values: ColumnValues, _ encoding: ValueEncoding
    ) -> RawPage {
        var page = RawPage()
        if column.isOptional {
            // Version 1 says how long the levels are; in version 2 the header does.
            let isFirst = options.effectivePageVersion == .v1
            if isFirst { page.bytes = [0, 0, 0, 0] }
            let start = page.bytes.count
            if let presence, extent.nulls > 0 {
                presence.withUnsafeBufferPointer { presence in
                    RLEHybrid.encodeLevels(
                        UnsafeBufferPointer(rebasing: presence[extent.rows]), into: &page.bytes)
                }
            } else {
                RLEHybrid.encodeLevels(
                    repeating: 1, count: extent.rows.count, into: &page.bytes)
            }
            if isFirst { page.bytes.storeLength(page.bytes.count - start, at: 0) }
            page.levelBytes = page.bytes.count
        }
        encoding.encode(values, extent.values, into: &page.bytes)
        return page
    }

    // MARK: - Compression

    /// A page as it will lie in the file.
    private struct PackedPage {
        var header: PageHeader
        var body: [UInt8]
    }

    /// Dictionary and first page compressed, to see whether it pays for the chunk.
    private struct Trial {
        var first: PackedPage?
        var dictionary: [UInt8] = []

        func pays(insteadOf first: Int, _ dictionary: Int, pages: Int) -> Bool {
            guard let packed = self.first else { return false }
            return PageCompressor.pays(
                packed.body.count * pages + self.dictionary.count,
                insteadOf: first * pages + dictionary)
        }
    }

    private func trial(
        _ first: RawPage?, _ extent: Extent?, _ dictionary: [UInt8]?, _ encoding: ValueEncoding,
        _ compressor: inout PageCompressor
    ) throws(ParquetError) -> Trial {
        var trial = Trial()
        guard compressor.isOn, let first, let extent else { return trial }
        trial.first = try pack(first, extent, encoding, true, &compressor)
        if let dictionary {
            try dictionary.lend { (bytes) throws(ParquetError) in
                try compressor.compress(bytes, into: &trial.dictionary)
            }
        }
        return trial
    }

    private func pack(
        _ page: RawPage, _ extent: Extent, _ encoding: ValueEncoding, _ isCompressed: Bool,
        _ compressor: inout PageCompressor
    ) throws(ParquetError) -> PackedPage {
        let size = page.bytes.count
        guard size <= Limits.pageBytes else {
            throw ParquetError(
                .tooLarge,
                "A value of column \"\(column.name)\" is too long: pages have "
                    + "\(Limits.pageBytes) bytes at most.")
        }
        var body: [UInt8] = []
        let kind: PageHeader.Kind
        switch options.effectivePageVersion {
        case .v1:
            if isCompressed {
                try page.bytes.lend { (bytes) throws(ParquetError) in
                    try compressor.compress(bytes, into: &body)
                }
            } else {
                body = page.bytes
            }
            kind = .data(values: extent.rows.count, encoding: encoding.thrift)
        case .v2:
            var details = PageHeader.DataV2()
            details.values = extent.rows.count
            details.rows = extent.rows.count
            details.nulls = extent.nulls
            details.encoding = encoding.thrift
            details.definitionBytes = page.levelBytes
            details.isCompressed = false
            if isCompressed, size > page.levelBytes {
                body.append(contentsOf: page.bytes[..<page.levelBytes])
                try page.bytes.lend { (bytes) throws(ParquetError) in
                    try compressor.compress(
                        UnsafeRawBufferPointer(rebasing: bytes[page.levelBytes...]), into: &body)
                }
                details.isCompressed = PageCompressor.pays(body.count, insteadOf: size)
            }
            if !details.isCompressed { body = page.bytes }
            kind = .dataV2(details)
        }
        return PackedPage(
            header: PageHeader(kind, uncompressedSize: size, compressedSize: body.count),
            body: body)
    }
}

/// parquet.thrift `CompressionCodec`, those that are read and written.
enum Codec {
    static let none: Int32 = 0
    static let zstd: Int32 = 6
}
