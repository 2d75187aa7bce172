// SPDX-License-Identifier: Apache-2.0

import Parquet
import Segments

// Finding exact texts: everything is asked that can say no before a page is decompressed.

extension SegmentRows {
    /// The rows with one of these texts in a column of texts that holds no arrays or objects:
    /// ranges of the chunk, bloom filter, dictionary, ranges of the pages, and then the pages.
    func find(
        _ texts: [[UInt8]], in column: Int, within: VectorMask
    ) throws(QueryError) -> VectorVerdict {
        var texts = texts.filter { mayHold($0, chunk(column).statistics) }
        if chunk(column).hasBloomFilter {
            var left: [[UInt8]] = []
            for text in texts where try bloomMayHold(text, column) { left.append(text) }
            texts = left
        }
        if !texts.isEmpty, let entries = try dictionary(column) {
            texts = texts.filter { text in
                entries.withUnsafe { entry in
                    (0..<entries.count).contains { entry($0).elementsEqual(text) }
                }
            }
        }
        guard !texts.isEmpty, !within.isEmpty else { return .none(count) }
        guard !hasRead(column), !chunk(column).hasDictionary, chunk(column).hasPageIndex else {
            let values = try self.column(column, within: within)
            return values.map { VectorVerdict($0.rows(equalTo: texts)) } ?? .none(count)
        }
        return VectorVerdict(try findInPages(texts, column, within))
    }

    private func findInPages(
        _ texts: [[UInt8]], _ column: Int, _ within: VectorMask
    ) throws(QueryError) -> VectorMask {
        let index = try readable { () throws(ParquetError) in
            try reader.file.pageIndex(column: column, rowGroup: rowGroup)
        }
        guard let index else {
            return try self.column(column, within: within)?.rows(equalTo: texts) ?? none
        }
        var wanted: [Range<Int>] = []
        for page in index.pages where !page.isAllNull {
            let rows = page.firstRow..<min(count, page.firstRow + page.rowCount)
            guard rows.lowerBound >= 0, rows.lowerBound <= rows.upperBound,
                within.hasAny(in: rows),
                texts.contains(where: { mayHold($0, page.min, page.max) })
            else { continue }
            if let last = wanted.last, last.upperBound == rows.lowerBound {
                wanted[wanted.count - 1] = last.lowerBound..<rows.upperBound
            } else {
                wanted.append(rows)
            }
        }
        if wanted.reduce(0, { $0 + $1.count }) == count {
            return try self.column(column)?.rows(equalTo: texts) ?? none
        }
        return wanted.isEmpty ? none : try read(column, rows: wanted).rows(equalTo: texts)
    }

    private func mayHold(_ text: [UInt8], _ statistics: ColumnStatistics?) -> Bool {
        mayHold(text, statistics?.min, statistics?.max)
    }

    private func mayHold(
        _ text: [UInt8], _ lowest: StatisticsValue?, _ highest: StatisticsValue?
    ) -> Bool {
        if let lowest = lowest?.byteString, text.lexicographicallyPrecedes(lowest) { return false }
        if let highest = highest?.byteString, highest.lexicographicallyPrecedes(text) {
            return false
        }
        return true
    }

    private func bloomMayHold(_ text: [UInt8], _ column: Int) throws(QueryError) -> Bool {
        try readable { () throws(ParquetError) in
            try reader.file.mayContain(.bytes(text), column: column, rowGroup: rowGroup)
        }
    }

    /// The dictionary of a chunk that has no values outside it; nil for others.
    func dictionary(_ column: Int) throws(QueryError) -> ByteStrings? {
        if let known = dictionaries[column] { return known }
        var found: ByteStrings?
        if chunk(column).hasDictionary {
            let read = try readable { () throws(ParquetError) in
                try reader.file.readDictionary(column: column, rowGroup: rowGroup)
            }
            if case .strings(let entries)? = read { found = entries }
        }
        dictionaries[column] = .some(found)
        return found
    }

    /// Whether a column of texts may hold the JSON of arrays or objects in this row group: the
    /// shapes of its lines say so.
    func hasContainers(_ column: Int) throws(QueryError) -> Bool {
        if containers == nil { containers = try readContainers() }
        guard let known = containers ?? nil else { return true }
        return known.contains(column)
    }

    /// The columns that hold arrays or objects in some line; nil when that is not known.
    private func readContainers() throws(QueryError) -> Set<Int>? {
        let names = try readable { () throws(ParquetError) in
            try SegmentShapes.containers(in: reader.file, rowGroup: rowGroup)
        }
        return names.map { Set($0.compactMap { fields.columns[Array($0.utf8)] }) }
    }
}
