// SPDX-License-Identifier: Apache-2.0

import Parquet
import Segments

/// A bare word over all columns of texts.
///
/// The values of a column are searched as one buffer for the longest run of letters that the word
/// must have; only values where it stands are looked at as `RowEvaluator` does.
struct SegmentWords {
    let pattern: TextPattern
    let fields: SegmentFields
    private let run: [UInt8]
    private let runInJSON: [UInt8]

    init(_ pattern: TextPattern, _ fields: SegmentFields) {
        self.pattern = pattern
        self.fields = fields
        run = pattern.longestRun
        runInJSON = pattern.longestRunInJSON ?? []
    }

    func verdict(_ rows: SegmentRows, within: VectorMask) throws(QueryError) -> VectorVerdict {
        var verdict = VectorVerdict.none(rows.count)
        for column in fields.names.indices where !rows.isEmpty(column) {
            switch fields.wordPlace(column) {
            case nil: break
            case .texts:
                // A column whose dictionary has nothing ends here.
                if let entries = try rows.dictionary(column), !mayHold(entries) { continue }
                if let values = try rows.column(column, within: within) {
                    verdict |= inTexts(values)
                }
            case .containers:
                if let values = try rows.column(column, within: within) {
                    verdict |= .maybe(inContainers(values))
                }
            }
        }
        return verdict
    }

    private func mayHold(_ entries: ByteStrings) -> Bool {
        entries.data.withUnsafeBufferPointer {
            VectorFind.contains(run, in: $0) || VectorFind.contains(runInJSON, in: $0)
        }
    }

    /// A column that holds texts, numbers as they are written, and JSON of arrays and objects.
    private func inTexts(_ column: VectorColumn) -> VectorVerdict {
        if case .strings(let strings) = column.values {
            return inStrings(strings, column)
        }
        return column.verdict { answer($0) }
    }

    private func answer(_ text: UnsafeBufferPointer<UInt8>) -> VectorTest.Answer {
        if let first = text.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            return VectorFind.contains(runInJSON, in: text) || pattern.isFound(in: text)
                ? .unknown : .no
        }
        guard pattern.isFound(in: text) else { return .no }
        // Numbers, true and false are no texts, but stand here like texts.
        return Self.mayBeLiteral(text) ? .unknown : .yes
    }

    private static func mayBeLiteral(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        return first == UInt8(ascii: "-") || first &- 0x30 < 10
            || text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
            || text.elementsEqual("NaN".utf8) || text.elementsEqual("Infinity".utf8)
    }

    private func inContainers(_ column: VectorColumn) -> VectorMask {
        column.verdict {
            guard let first = $0.first,
                first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
            else { return .no }
            return VectorFind.contains(runInJSON, in: $0) ? .yes : .no
        }.certain
    }

    // MARK: - All values at once

    private func inStrings(_ strings: ByteStrings, _ column: VectorColumn) -> VectorVerdict {
        // What JSON may write otherwise, or a pattern of wildcards alone, is looked for one by one.
        guard !run.isEmpty, runInJSON == run else { return column.verdict { answer($0) } }
        var hits: [(dense: Int, answer: VectorTest.Answer)] = []
        strings.withUnsafe { text in
            strings.data.withUnsafeBufferPointer { data in
                run.withUnsafeBufferPointer { run in
                    var from = 0
                    var find = VectorFind(run, in: data)
                    while let place = find.next(from: from) {
                        let dense = Self.string(at: place, in: strings.offsets)
                        let found = answer(text(dense))
                        if found != .no { hits.append((dense, found)) }
                        // On to the next string: one look at each is enough.
                        from = max(place + 1, Int(strings.offsets[dense + 1]))
                    }
                }
            }
        }
        guard !hits.isEmpty else { return .none(column.rows) }
        var answers = [VectorTest.Answer](repeating: .no, count: strings.count)
        for hit in hits { answers[hit.dense] = hit.answer }
        return VectorVerdict(
            certain: column.rows { answers[$0] == .yes },
            possible: column.rows { answers[$0] != .no })
    }

    /// The string that holds a byte.
    private static func string(at place: Int, in offsets: [UInt32]) -> Int {
        var low = 0
        var high = offsets.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(offsets[middle]) <= place { low = middle } else { high = middle }
        }
        return low
    }
}
