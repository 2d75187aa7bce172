// SPDX-License-Identifier: Apache-2.0

/// A file's footer (parquet.thrift `FileMetaData`).
struct FileMetaData {
    var schema: Schema
    var rowCount = 0
    var rowGroups: [RowGroupMetaData] = []
    var keyValues: [KeyValue] = []
    var createdBy: String?

    init(schema: Schema) { self.schema = schema }

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var elements: [SchemaElement] = []
        var rowCount: Int?
        var groups: [RowGroupMetaData] = []
        var keyValues: [KeyValue] = []
        var createdBy: String?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 2:
                try reader.list(field, of: .structure) { (reader) throws(ParquetError) in
                    elements.append(try SchemaElement(&reader))
                }
            case 3: rowCount = try reader.natural(field)
            case 4:
                try reader.list(field, of: .structure) { (reader) throws(ParquetError) in
                    groups.append(try RowGroupMetaData(&reader))
                }
            case 5:
                try reader.list(field, of: .structure) { (reader) throws(ParquetError) in
                    keyValues.append(try KeyValue(&reader))
                }
            case 6: createdBy = try reader.string(field)
            default: return false
            }
            return true
        }
        guard let rowCount else { throw reader.damaged("The footer has no row count") }
        schema = try SchemaElement.schema(elements)
        self.rowCount = rowCount
        rowGroups = groups
        self.keyValues = keyValues
        self.createdBy = createdBy
        try check()
    }

    /// What all else relies on: groups have a chunk a column, and rows that add up.
    private func check() throws(ParquetError) {
        var total = 0
        for (position, group) in rowGroups.enumerated() {
            guard group.columns.count == schema.columns.count else {
                throw ParquetError(
                    .damaged,
                    "Row group \(position) has \(group.columns.count) columns, the schema "
                        + "\(schema.columns.count).")
            }
            guard group.rowCount <= Limits.rowGroupRows else {
                throw ParquetError(
                    .tooLarge,
                    "Row group \(position) has \(group.rowCount) rows; this library reads "
                        + "\(Limits.rowGroupRows). Write smaller row groups.")
            }
            total += group.rowCount
            for (chunk, column) in zip(group.columns, schema.columns)
            where chunk.type != column.physical.thrift || chunk.valueCount != group.rowCount {
                throw ParquetError(
                    .damaged,
                    "A chunk of row group \(position) contradicts its column's type or rows.")
            }
        }
        guard total == rowCount else {
            throw ParquetError(
                .damaged, "The footer says \(rowCount) rows, its row groups have \(total).")
        }
    }

    /// The footer's bytes, without their length.
    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            writer.field(1, int32: 2)
            schema.write(&writer, id: 2)
            writer.field(3, int64: rowCount)
            writer.field(4, list: rowGroups, of: .structure) { writer, group in
                writer.structure { group.write(&$0, names: schema.columns) }
            }
            if !keyValues.isEmpty {
                writer.field(5, list: keyValues, of: .structure) { writer, pair in
                    writer.structure { writer in
                        writer.field(1, pair.key)
                        if let value = pair.value { writer.field(2, value) }
                    }
                }
            }
            if let createdBy { writer.field(6, createdBy) }
            // TYPE_DEFINED_ORDER for each column: min and max follow the type's own order.
            writer.field(7, list: schema.columns, of: .structure) { writer, _ in
                writer.structure { $0.field(1) { _ in } }
            }
        }
    }
}

/// A pair of the footer's key-value metadata.
public struct KeyValue: Sendable, Hashable {
    /// The key; a file may hold one more than once.
    public var key: String
    /// The value, if there is one.
    public var value: String?

    /// A pair.
    public init(_ key: String, _ value: String?) {
        self.key = key
        self.value = value
    }

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var key: String?
        var value: String?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: key = try reader.string(field)
            case 2: value = try reader.string(field)
            default: return false
            }
            return true
        }
        guard let key else { throw reader.damaged("A key-value pair has no key") }
        self.key = key
        self.value = value
    }
}

/// parquet.thrift `RowGroup`.
struct RowGroupMetaData {
    var columns: [ColumnMetaData] = []
    var rowCount = 0
    var totalByteSize = 0
    var totalCompressedSize = 0
    var fileOffset: Int?
    /// Its place in the file; encrypted files need it said.
    var ordinal: Int?

    init() {}

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var rows: Int?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1:
                try reader.list(
                    field, of: .structure, reserve: { columns.reserveCapacity(min($0, 1 << 12)) },
                    { (reader) throws(ParquetError) in
                        columns.append(try ColumnMetaData(chunk: &reader))
                    })
            case 2: totalByteSize = try reader.natural(field)
            case 3: rows = try reader.natural(field)
            case 5: fileOffset = try reader.natural(field)
            case 6: totalCompressedSize = try reader.natural(field)
            case 7: ordinal = try reader.natural(field)
            default: return false
            }
            return true
        }
        guard let rows else { throw reader.damaged("A row group has no row count") }
        rowCount = rows
    }

    func write(_ writer: inout ThriftWriter, names: [Column]) {
        writer.field(1, list: columns.indices, of: .structure) { writer, index in
            writer.structure { columns[index].writeChunk(&$0, name: names[index].name) }
        }
        writer.field(2, int64: totalByteSize)
        writer.field(3, int64: rowCount)
        if let fileOffset { writer.field(5, int64: fileOffset) }
        writer.field(6, int64: totalCompressedSize)
        if let ordinal { writer.field(7, int16: ordinal) }
    }
}
