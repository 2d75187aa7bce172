// SPDX-License-Identifier: Apache-2.0

internal import Parquet

/// The texts of one column in a run of rows, for whoever wants one member of many lines.
package struct ColumnTexts: Sendable {
    /// Rows of the run, those without a text included.
    package let rows: Int
    /// One byte a row, 1 where there is a text; nil when each row has one.
    private let presence: [UInt8]?
    private let texts: ByteStrings
    /// For each text its place in `texts`; nil when they are in order.
    private let codes: [UInt32]?

    /// No texts.
    fileprivate init(rows: Int) {
        self.rows = rows
        presence = [UInt8](repeating: 0, count: rows)
        texts = ByteStrings()
        codes = nil
    }

    /// - Throws: `damaged` when the vector contradicts itself.
    fileprivate init(_ vector: ColumnVector, rows: Int) throws(SegmentError) {
        self.rows = rows
        presence = vector.presence
        switch vector.values {
        case .strings(let strings): (texts, codes) = (strings, nil)
        case .dictionary(let numbers, .strings(let strings)): (texts, codes) = (strings, numbers)
        default: throw LineRebuilder.damaged
        }
        let present = presence.map { $0.reduce(0) { $0 + ($1 == 1 ? 1 : 0) } } ?? rows
        let strings = UInt32(clamping: texts.count)
        guard vector.count == rows, presence.map({ $0.count == rows }) ?? true,
            present == codes?.count ?? texts.count, codes?.allSatisfy({ $0 < strings }) ?? true,
            Self.areOrdered(texts)
        else { throw LineRebuilder.damaged }
    }

    private static func areOrdered(_ strings: ByteStrings) -> Bool {
        var last: UInt32 = 0
        for offset in strings.offsets {
            guard offset >= last else { return false }
            last = offset
        }
        return !strings.offsets.isEmpty && Int(last) <= strings.data.count
    }

    /// Whether a row has a text.
    package func has(_ row: Int) -> Bool { presence.map { $0[row] == 1 } ?? true }

    /// Calls `body` with the row and the text of each row that has one, in order.
    package func forEach(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
        texts.data.withUnsafeBufferPointer { data in
            var position = 0
            for row in 0..<rows where has(row) {
                let text = codes.map { Int($0[position]) } ?? position
                position += 1
                let range = Int(texts.offsets[text])..<Int(texts.offsets[text + 1])
                body(row, UnsafeBufferPointer(rebasing: data[range]))
            }
        }
    }
}

extension SegmentReader {
    /// The texts of the column of a name in a run of rows of a row group; none when there is no such
    /// column, or it is not of text.
    package func texts(of name: String, rowGroup: Int, rows: Range<Int>) throws(SegmentError)
        -> ColumnTexts
    {
        guard let column = file.schema.index(of: name),
            file.schema.columns[column].physical == .byteArray
        else { return ColumnTexts(rows: rows.count) }
        let vector: ColumnVector
        do throws(ParquetError) {
            vector = try file.read(column: column, rowGroup: rowGroup, rows: [rows])
        } catch {
            throw SegmentError(error)
        }
        return try ColumnTexts(vector, rows: rows.count)
    }
}
