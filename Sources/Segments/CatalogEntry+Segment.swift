// SPDX-License-Identifier: Apache-2.0

internal import Parquet

extension CatalogEntry {
    /// What a catalog keeps of a segment: read from its footer, its bloom filters' headers, the
    /// dictionaries of its shapes, and texts of few values. The same file always gives the same.
    package init(
        of reader: SegmentReader, name: String, bytes: UInt64, sha256: [UInt8]
    ) throws(SegmentError) {
        let file = reader.file
        var columns: [Column] = []
        let chosen = Self.chosen(file.schema, file.rowGroups)
        do throws(ParquetError) {
            let containers = try Self.containers(of: file)
            for column in chosen.prefix(Limits.catalogColumnsMax) {
                columns.append(try Self.column(column, of: file, containers))
            }
        } catch {
            throw SegmentError(error)
        }
        self.init(
            name: name, first: reader.header.first, records: reader.header.records, bytes: bytes,
            sha256: sha256, times: Self.times(file),
            rowCounts: file.rowGroups.map { UInt32(clamping: $0.rowCount) }, columns: columns,
            hasAllTexts: chosen.count <= Limits.catalogColumnsMax)
    }

    /// The columns to keep something of, as positions in the schema, ids before other texts.
    private static func chosen(_ schema: Schema, _ rowGroups: [RowGroup]) -> [Int] {
        let own = [SegmentVocabulary.rest, SegmentVocabulary.line].compactMap {
            schema.index(of: $0)
        }
        let texts = schema.columns.indices.filter { number in
            let column = schema.columns[number]
            guard column.physical == .byteArray, !column.name.hasPrefix("_") else { return false }
            return rowGroups.contains { !isEmpty(number, $0) }
        }
        let ids = texts.filter { schema.columns[$0].name.hasSuffix("_id") }
        return own + ids + texts.filter { !schema.columns[$0].name.hasSuffix("_id") }
    }

    private static func isEmpty(_ column: Int, _ group: RowGroup) -> Bool {
        group.columns[column].statistics?.nullCount == group.rowCount
    }

    private static func containers(of file: ParquetFile) throws(ParquetError) -> [Set<String>?] {
        var found: [Set<String>?] = []
        for rowGroup in file.rowGroups.indices {
            found.append(try SegmentShapes.containers(in: file, rowGroup: rowGroup))
        }
        return found
    }

    private static func column(
        _ number: Int, of file: ParquetFile, _ containers: [Set<String>?]
    ) throws(ParquetError) -> Column {
        let name = file.schema.columns[number].name
        var chunks: [Chunk] = []
        for (position, rowGroup) in file.rowGroups.enumerated() {
            let from = rowGroup.columns[number]
            var chunk = Chunk()
            chunk.isEmpty = isEmpty(number, rowGroup)
            chunk.mayHaveContainers = containers[position].map { $0.contains(name) } ?? true
            chunk.lowest = from.statistics?.min?.byteString
            chunk.highest = from.statistics?.max?.byteString
            if from.hasBloomFilter,
                let place = try file.bloomLocation(column: number, rowGroup: position)
            {
                chunk.bloomOffset = UInt64(clamping: place.offset)
                chunk.bloomBlocks = UInt32(clamping: place.blockCount)
            } else if !chunk.isEmpty, !name.hasPrefix("_"), !unasked.contains(name) {
                chunk.filter = try filter(number, of: file, rowGroup: position)
            }
            chunks.append(chunk)
        }
        return Column(name: name, chunks: chunks)
    }

    /// Texts of which each is another one, and which nobody asks for by value.
    private static let unasked: Set<String> = ["sealed"]

    /// A filter over the values of a chunk, where they are few and no longer than ids; empty
    /// otherwise.
    private static func filter(
        _ column: Int, of file: ParquetFile, rowGroup: Int
    ) throws(ParquetError) -> [UInt8] {
        let values: ColumnValues
        if let known = try file.readDictionary(column: column, rowGroup: rowGroup) {
            values = known
        } else {
            let group = file.rowGroups[rowGroup]
            let nulls = group.columns[column].statistics?.nullCount ?? 0
            guard group.rowCount - nulls <= Limits.catalogFilterValuesMax else { return [] }
            values = try file.read(column: column, rowGroup: rowGroup).values
        }
        let texts: ByteStrings
        switch values {
        case .strings(let strings), .dictionary(_, .strings(let strings)): texts = strings
        default: return []
        }
        guard texts.count > 0, texts.count <= Limits.catalogFilterValuesMax,
            texts.data.count <= texts.count * Limits.catalogFilterMeanBytesMax
        else { return [] }
        var filter = SplitBlockBloomFilter(
            distinct: texts.count, falsePositives: Limits.catalogFilterErrors)
        filter.insert(.strings(texts))
        var bytes: [UInt8] = []
        filter.append(to: &bytes)
        return bytes
    }

    /// The instants that a record of the file may count by; all, where columns do not tell.
    private static func times(_ file: ParquetFile) -> ClosedRange<Int64> {
        var lowest = Int64.max
        var highest = Int64.min
        func isEmpty(_ name: String, _ group: RowGroup) -> Bool {
            file.schema.index(of: name).map { Self.isEmpty($0, group) } ?? true
        }
        for group in file.rowGroups {
            let others = [
                SegmentVocabulary.textName("timestamp"), SegmentVocabulary.textName("recorded"),
                SegmentVocabulary.rest, SegmentVocabulary.line,
            ]
            guard others.allSatisfy({ isEmpty($0, group) }) else { return .min ... .max }
            // Only records without a `timestamp` count by `recorded`.
            for name in ["timestamp", "recorded"] {
                guard let column = file.schema.index(of: name) else { continue }
                guard let statistics = group.columns[column].statistics else {
                    return .min ... .max
                }
                if !isEmpty(name, group) {
                    guard let low = statistics.min?.integer, let high = statistics.max?.integer
                    else { return .min ... .max }
                    lowest = min(lowest, low)
                    highest = max(highest, high)
                }
                if statistics.nullCount == 0 { break }
            }
        }
        return lowest <= highest ? lowest...highest : .min ... .max
    }
}
