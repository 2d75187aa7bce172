// SPDX-License-Identifier: Apache-2.0

internal import Parquet
internal import TransparencyLog

/// What a part or a segment says about itself in the footer's metadata.
package struct SegmentHeader: Sendable, Equatable {
    /// The book's name in its checkpoints.
    package var origin: String
    /// The day, `yyyy-mm-dd`.
    package var date: String
    /// The index of the first record.
    package var first: UInt64
    /// How many records.
    package var records: UInt64
    /// The root of the book's tree behind the last record, 32 bytes; a part has none.
    package var root: [UInt8]?
    /// The text of the signed checkpoint that covers the records.
    package var checkpoint: String?

    package init(
        origin: String, date: String, first: UInt64, records: UInt64, root: [UInt8]? = nil,
        checkpoint: String? = nil
    ) {
        self.origin = origin
        self.date = date
        self.first = first
        self.records = records
        self.root = root
        self.checkpoint = checkpoint
    }

    /// The version of the format that this build writes, and the only one it reads.
    static let version = "1"

    var metadata: [KeyValue] {
        var pairs = [
            KeyValue("daybook.version", Self.version),
            KeyValue("daybook.vocabulary", String(SegmentVocabulary.version)),
            KeyValue("daybook.origin", origin), KeyValue("daybook.date", date),
            KeyValue("daybook.first", String(first)),
            KeyValue("daybook.records", String(records)),
        ]
        if let root { pairs.append(KeyValue("daybook.root", Base64.encode(root))) }
        if let checkpoint { pairs.append(KeyValue("daybook.checkpoint", checkpoint)) }
        return pairs
    }

    /// - Throws: `unsupported` for another version, `damaged` when a key is missing or contradicts
    ///   the file.
    init(_ file: ParquetFile) throws(SegmentError) {
        guard let version = file.metadata("daybook.version") else {
            throw SegmentError(
                .damaged, "The file has no daybook.version: it is no segment of Daybook.")
        }
        guard version == Self.version else {
            throw SegmentError(
                .unsupported,
                "The segment has a format version that this build does not read; "
                    + "use a newer Daybook.")
        }
        guard let origin = file.metadata("daybook.origin"),
            let date = file.metadata("daybook.date"),
            let first = file.metadata("daybook.first").flatMap({ UInt64($0) }),
            let records = file.metadata("daybook.records").flatMap({ UInt64($0) }),
            Int(exactly: records) == file.rowCount, first <= UInt64.max - records
        else {
            throw SegmentError(
                .damaged,
                "The segment's footer lacks origin, date, first or records, or counts "
                    + "other records than the file has; restore the file from a copy.")
        }
        self.init(origin: origin, date: date, first: first, records: records)
        checkpoint = file.metadata("daybook.checkpoint")
        guard let text = file.metadata("daybook.root") else { return }
        guard let root = Base64.decode(text.utf8), root.count == 32 else {
            throw SegmentError(
                .damaged, "The segment's footer has a root that is none; restore the file.")
        }
        self.root = root
    }
}
