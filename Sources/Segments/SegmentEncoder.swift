// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// Turns lines into the columns of one row group.
///
/// Not for several threads at once; several encoders are, one for each row group. Memory grows with
/// the lines taken, to about twice their bytes.
package final class SegmentEncoder {
    private var core: LineEncoder

    /// An encoder for a row group of a day, whose columns are agreed on through `day`.
    package init(day: DayColumns) { core = LineEncoder(day: day) }

    /// Takes one line, without its line feed. Any bytes.
    package func append(line: UnsafeBufferPointer<UInt8>) { core.appendCopied(line) }

    /// Takes lines that each end in a line feed, until the row group is full, and returns how many
    /// bytes it took. Bytes behind the last line feed are not taken.
    package func append(lines: UnsafeRawBufferPointer) -> Int { core.append(lines: lines) }

    /// Lines taken.
    package var rows: Int { core.rows }

    /// Bytes of the lines taken, without line feeds.
    package var bytes: Int { core.bytes }

    /// Whether the row group is as large as it should become. A line is taken even so.
    package var isFull: Bool { core.isFull }

    /// The columns. The encoder is spent afterwards.
    ///
    /// - Throws: `tooLarge` when it was filled far beyond `isFull`.
    package func finish() throws(SegmentError) -> SegmentRowGroup {
        guard core.bytes <= Limits.encodedBytesMax else {
            throw SegmentError(
                .tooLarge, "A row group has \(core.bytes) bytes of lines; end it when it is full.")
        }
        do throws(ParquetError) {
            return try core.finish()
        } catch {
            throw SegmentError(error)
        }
    }
}

/// The columns of some lines, ready to be written.
package struct SegmentRowGroup: Sendable {
    package var schema: Schema
    package var columns: [ColumnVector]
    /// How many lines.
    package var rows: Int
    /// The bytes of the lines, without line feeds.
    package var lineBytes: Int
}
