// SPDX-License-Identifier: Apache-2.0

internal import Parquet

extension CatalogEntry {
    /// What a catalog keeps of a segment: read from its footer, its bloom filters' headers and the
    /// dictionaries of its shapes. The same file always gives the same.
    package init(
        of reader: SegmentReader, name: String, bytes: UInt64, sha256: [UInt8]
    ) throws(SegmentError) {
        let file = reader.file
        var columns: [Column] = []
        do throws(ParquetError) {
            let containers = try Self.containers(of: file)
            for column in Self.chosen(file.schema, file.rowGroups) {
                columns.append(try Self.column(column, of: file, containers))
            }
        } catch {
            throw SegmentError(error)
        }
        self.init(
            name: name, first: reader.header.first, records: reader.header.records, bytes: bytes,
            sha256: sha256, times: Self.times(file),
            rowCounts: file.rowGroups.map { UInt32(clamping: $0.rowCount) }, columns: columns)
    }

    /// The columns to keep something of, as positions in the schema.
    private static func chosen(_ schema: Schema, _ rowGroups: [RowGroup]) -> [Int] {
        let own = [SegmentVocabulary.rest, SegmentVocabulary.line].compactMap {
            schema.index(of: $0)
        }
        let ids = schema.columns.indices.filter { number in
            let column = schema.columns[number]
            guard column.physical == .byteArray, !column.name.hasPrefix("_") else { return false }
            if column.name.hasSuffix("_id") { return true }
            return rowGroups.contains { group in
                let chunk = group.columns[number]
                return chunk.hasBloomFilter
                    || (!chunk.hasDictionary && chunk.statistics?.nullCount != group.rowCount)
            }
        }
        return Array((own + ids).prefix(Limits.catalogColumnsMax))
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
            chunk.isEmpty = from.statistics?.nullCount == rowGroup.rowCount
            chunk.mayHaveContainers = containers[position].map { $0.contains(name) } ?? true
            chunk.lowest = from.statistics?.min?.byteString
            chunk.highest = from.statistics?.max?.byteString
            if from.hasBloomFilter,
                let place = try file.bloomLocation(column: number, rowGroup: position)
            {
                chunk.bloomOffset = UInt64(clamping: place.offset)
                chunk.bloomBlocks = UInt32(clamping: place.blockCount)
            }
            chunks.append(chunk)
        }
        return Column(name: name, chunks: chunks)
    }

    /// The instants that a record of the file may count by; all, where columns do not tell.
    private static func times(_ file: ParquetFile) -> ClosedRange<Int64> {
        var lowest = Int64.max
        var highest = Int64.min
        func isEmpty(_ name: String, _ group: RowGroup) -> Bool {
            guard let column = file.schema.index(of: name) else { return true }
            return group.columns[column].statistics?.nullCount == group.rowCount
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
