// SPDX-License-Identifier: Apache-2.0

import Desk
import Query
import Records
import Segments

/// Rows as JSON objects and as comma-separated values.
struct ValueWriter: ~Copyable {
    private var buffer = ByteBuffer(capacity: 1024)
    private var row = RowEvaluator(.all)
    /// The columns of whole records: the core of the vocabulary, so that they are the same for
    /// every search, and the record itself, so that nothing is missing.
    private static let recordColumns = SegmentVocabulary.coreColumns + ["record"]
    private let paths = SegmentVocabulary.coreColumns.map { FieldPath($0) }

    // MARK: - JSON

    /// One object; a value that the record lacks is null.
    mutating func object(
        _ columns: [ResultColumn], _ row: [RecordValue?], into out: inout OutputBuffer
    ) {
        buffer.removeAll()
        buffer.append(UInt8(ascii: "{"))
        for (place, column) in columns.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            CanonicalJSON.encode(.string(column.name), into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            RecordValue.json(row[place], into: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
        out.append(line: buffer.unsafeBytes)
    }

    // MARK: - Comma-separated values

    func header(_ shape: ResultShape, into out: inout OutputBuffer) {
        let names: [String]
        if case .records = shape {
            names = Self.recordColumns
        } else {
            names = shape.columns.map(\.name)
        }
        out.append(
            line: names.map { name in
                name.utf8.contains(where: Self.needsQuotes)
                    ? "\"" + name.replacing("\"", with: "\"\"") + "\"" : name
            }.joined(separator: ","))
    }

    mutating func write(_ record: FoundRecord, into out: inout OutputBuffer) {
        var values: [RecordValue?] = []
        let isLoaded = row.load(record.line)
        for path in paths { values.append(isLoaded ? row.value(at: path) : nil) }
        values.append(RecordValue(.container, Array(record.line)))
        write(values, into: &out)
    }

    /// One line; what is missing or null is empty.
    mutating func write(_ row: [RecordValue?], into out: inout OutputBuffer) {
        buffer.removeAll()
        for (place, value) in row.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            guard let value, value.kind != .null else { continue }
            guard value.bytes.contains(where: Self.needsQuotes) || value.bytes.isEmpty else {
                buffer.append(value.bytes)
                continue
            }
            buffer.append(UInt8(ascii: "\""))
            for byte in value.bytes {
                if byte == UInt8(ascii: "\"") { buffer.append(byte) }
                buffer.append(byte)
            }
            buffer.append(UInt8(ascii: "\""))
        }
        out.append(line: buffer.unsafeBytes)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
}
