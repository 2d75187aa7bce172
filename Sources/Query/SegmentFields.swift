// SPDX-License-Identifier: Apache-2.0

import Parquet
import Segments

/// In which columns of a file the values of a field may be.
struct SegmentFields: Sendable {
    /// Columns by the bytes of their names: texts that look the same are different fields.
    let columns: [[UInt8]: Int]
    let names: [String]
    /// JSON of members whose keys are no columns.
    let rest: Int?
    /// Lines that rebuilding does not give.
    let line: Int?
    /// What sealed records say of their envelopes.
    let sealed: Int?

    init(_ schema: Schema) {
        names = schema.columns.map(\.name)
        var columns: [[UInt8]: Int] = [:]
        for (index, name) in names.enumerated() { columns[Array(name.utf8)] = index }
        self.columns = columns
        rest = columns[Array(SegmentVocabulary.rest.utf8)]
        line = columns[Array(SegmentVocabulary.line.utf8)]
        sealed = columns[Array("sealed".utf8)]
    }

    /// The columns of one field, each nil when the file does not have it.
    struct Places: Sendable {
        var type: SegmentVocabulary.FieldType
        var main: Int?
        var wide: Int?
        var text: Int?
        /// Columns of the objects that a path with points may lead into.
        var parents: [Int] = []
    }

    func places(of path: FieldPath) -> Places {
        var places = places(of: path.name)
        for point in path.points {
            let parent = String(decoding: path.bytes[..<point], as: UTF8.self)
            let found = self.places(of: parent)
            // An object is never in a typed column.
            if found.type == .text, let main = found.main { places.parents.append(main) }
            if let text = found.text { places.parents.append(text) }
        }
        return places
    }

    private func places(of name: String) -> Places {
        let type = SegmentVocabulary.type(of: name)
        // Keys that begin with `_` are ours as columns, and in `_rest` as fields.
        guard !name.hasPrefix("_") else { return Places(type: type) }
        return Places(
            type: type, main: columns[Array(name.utf8)],
            wide: columns[Array(SegmentVocabulary.wideName(name).utf8)],
            text: columns[Array(SegmentVocabulary.textName(name).utf8)])
    }

    /// The columns that bare words look into, and how.
    enum WordPlace {
        /// Texts, and JSON of arrays and objects.
        case texts
        /// Only in arrays and objects.
        case containers
    }

    func wordPlace(_ column: Int) -> WordPlace? {
        let name = names[column]
        if name.hasPrefix(SegmentVocabulary.textName("")) { return .containers }
        if name == SegmentVocabulary.rest { return .containers }
        guard !name.hasPrefix("_"), SegmentVocabulary.type(of: name) == .text else { return nil }
        return FieldKind(of: name).isSearchedForWords ? .texts : .containers
    }
}
