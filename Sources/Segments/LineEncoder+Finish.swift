// SPDX-License-Identifier: Apache-2.0

internal import Parquet

extension LineEncoder {
    /// The columns in the order of the format: core, other fields as they came, companions, the
    /// format's own.
    func finish() throws(ParquetError) -> SegmentRowGroup {
        var columns: [Column] = []
        var vectors: [ColumnVector] = []
        var companions: [Column] = []
        var companionVectors: [ColumnVector] = []
        for index in 0..<table.count {
            let field = table.fields.base[index]
            guard field.place == .column else { continue }
            let name = String(decoding: table.names[index], as: UTF8.self)
            columns.append(SegmentVocabulary.column(of: name))
            vectors.append(
                field.kind == .text
                    ? texts.base[Int(field.own)].vector(rows: rows)
                    : numbers.base[Int(field.own)].vector(rows: rows))
            if field.wide >= 0 {
                companions.append(SegmentVocabulary.wideColumn(of: name))
                companionVectors.append(wides[Int(field.wide)].vector(rows: rows))
            }
            if field.text >= 0 {
                companions.append(SegmentVocabulary.textColumn(of: name))
                companionVectors.append(texts.base[Int(field.text)].vector(rows: rows))
            }
        }
        columns += companions + SegmentVocabulary.ownColumns
        vectors += companionVectors
        vectors.append(rest.vector(rows: rows))
        vectors.append(shapeVector())
        vectors.append(scales.vector(rows: rows))
        vectors.append(lines.vector(rows: rows))
        return SegmentRowGroup(
            schema: try Schema(columns), columns: vectors, rows: rows, lineBytes: bytes)
    }

    private func shapeVector() -> ColumnVector {
        var dictionary = ByteStrings()
        for shape in 0..<tree.shapeCount {
            tree.appendText(ofShape: shape, to: &dictionary.data)
            dictionary.offsets.append(UInt32(truncatingIfNeeded: dictionary.data.count))
        }
        return ColumnVector(
            count: rows, presence: shaped.array(rows: rows),
            values: .dictionary(codes: shapes.array(shaped.count), .strings(dictionary)))
    }
}
