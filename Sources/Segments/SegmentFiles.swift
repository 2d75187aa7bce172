// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// How parts and segments are written.
package struct SegmentOptions: Sendable {
    /// 1 (fast) to 19 (small).
    package var zstdLevel: Int
    /// Encrypts the whole file.
    package var key: EncryptionKey?

    package init(zstdLevel: Int = 3, key: EncryptionKey? = nil) {
        self.zstdLevel = zstdLevel
        self.key = key
    }

    var writer: WriterOptions {
        WriterOptions(compression: .zstd(level: zstdLevel), encryption: key)
    }
}

/// Writing parts and segments.
package enum SegmentFiles {
    /// Writes one row group as a file and returns the sink, in which the file is then complete.
    package static func writePart<Sink: ParquetSink>(
        _ group: SegmentRowGroup, header: SegmentHeader, to sink: Sink,
        options: SegmentOptions = SegmentOptions()
    ) throws(SegmentError) -> Sink {
        guard UInt64(group.rows) == header.records else { throw wrongCount }
        do throws(ParquetError) {
            let encoder = try RowGroupEncoder(schema: group.schema, options: options.writer)
            let encoded = try encoder.encode(group.columns)
            var writer = try ParquetWriter(
                to: sink, schema: group.schema, options: options.writer)
            try writer.append(encoded)
            try writer.finish(metadata: header.metadata)
            return writer.sink
        } catch {
            throw SegmentError(error)
        }
    }

    /// Writes the row groups of parts, which follow each other, as one file. Values are not encoded
    /// again; columns that a part lacks have no values in its row groups.
    package static func merge<Sink: ParquetSink>(
        _ parts: [SegmentReader], header: SegmentHeader, to sink: Sink,
        options: SegmentOptions = SegmentOptions()
    ) throws(SegmentError) -> Sink {
        var next = header.first
        for part in parts {
            guard part.range.lowerBound == next else { throw wrongCount }
            next = part.range.upperBound
        }
        guard next == header.first &+ header.records else { throw wrongCount }
        do throws(ParquetError) {
            let schema = try merged(parts.map(\.file.schema))
            var writer = try ParquetWriter(to: sink, schema: schema, options: options.writer)
            for part in parts {
                for group in part.file.rowGroups.indices {
                    try writer.append(copying: group, of: part.file)
                }
            }
            try writer.finish(metadata: header.metadata)
            return writer.sink
        } catch {
            throw SegmentError(error)
        }
    }

    private static var wrongCount: SegmentError {
        SegmentError(
            .damaged,
            "Parts do not follow each other from the first to the last record of the "
                + "segment; build the parts again from the lines.")
    }

    /// The columns of all schemas: fields as they come, then companions, then the format's own.
    static func merged(_ schemas: [Schema]) throws(ParquetError) -> Schema {
        var fields: [Column] = []
        var companions: [Column] = []
        // By bytes: names that only look the same are different columns.
        var known: Set<[UInt8]> = []
        for column in SegmentVocabulary.ownColumns { known.insert(Array(column.name.utf8)) }
        for column in schemas.flatMap(\.columns)
        where known.insert(Array(column.name.utf8)).inserted {
            if column.name.utf8.first == UInt8(ascii: "_") {
                companions.append(column)
            } else {
                fields.append(column)
            }
        }
        return try Schema(fields + companions + SegmentVocabulary.ownColumns)
    }
}
