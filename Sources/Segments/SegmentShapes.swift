// SPDX-License-Identifier: Apache-2.0

package import Parquet
internal import Records

/// What the shapes of a row group's lines tell about its columns.
package enum SegmentShapes {
    /// The columns in which some line of a row group has an array or object; nil when the shapes are
    /// too many to be in a dictionary.
    package static func containers(
        in file: ParquetFile, rowGroup: Int
    ) throws(ParquetError) -> Set<String>? {
        guard let column = file.schema.index(of: SegmentVocabulary.shape),
            case .strings(let shapes)? = try file.readDictionary(
                column: column, rowGroup: rowGroup)
        else { return nil }
        var found: Set<String> = []
        var tape = JSONTape()
        for number in 0..<shapes.count {
            guard add(shapes[number], to: &found, &tape) else { return nil }
        }
        return found
    }

    /// - Returns: false for a text that is no shape.
    private static func add(
        _ shape: ArraySlice<UInt8>, to found: inout Set<String>, _ tape: inout JSONTape
    ) -> Bool {
        shape.withUnsafeBufferPointer { bytes in
            guard (try? tape.parse(bytes)) != nil, tape.isObject else { return false }
            var key = tape.first(in: 0)
            while key < tape.after(0) {
                let value = key + 1
                if tape.textEquals(value, MemberCode.json.text) {
                    found.insert(tape.string(key))
                } else if tape.textEquals(value, MemberCode.textJSON.text) {
                    found.insert(SegmentVocabulary.textName(tape.string(key)))
                }
                key = tape.after(value)
            }
            return true
        }
    }
}
