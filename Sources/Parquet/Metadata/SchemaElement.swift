// SPDX-License-Identifier: Apache-2.0

/// A node of the schema tree as the footer holds it (parquet.thrift `SchemaElement`).
struct SchemaElement {
    var type: Int32?
    var typeLength: Int32?
    var repetition: Int32?
    var name = ""
    var children = 0
    var convertedType: Int32?
    var scale: Int32?
    var precision: Int32?
    var logical: LogicalType?

    static let required: Int32 = 0
    static let optional: Int32 = 1

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var hasName = false
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: type = try reader.int32(field)
            case 2: typeLength = try reader.int32(field)
            case 3: repetition = try reader.int32(field)
            case 4:
                name = try reader.string(field)
                hasName = true
            case 5: children = try reader.natural(field)
            case 6: convertedType = try reader.int32(field)
            case 7: scale = try reader.int32(field)
            case 8: precision = try reader.int32(field)
            case 10: logical = try LogicalType.read(&reader, field)
            default: return false
            }
            return true
        }
        guard hasName else { throw reader.damaged("A column has no name") }
    }

    /// The columns of a flat schema from the footer's depth-first list, whose first node is the root.
    static func schema(_ elements: [SchemaElement]) throws(ParquetError) -> Schema {
        guard let root = elements.first, root.children == elements.count - 1 else {
            throw ParquetError(
                elements.isEmpty ? .damaged : .unsupported,
                "The schema is nested; this library reads flat tables.")
        }
        var columns: [Column] = []
        columns.reserveCapacity(elements.count - 1)
        for (position, element) in elements.dropFirst().enumerated() {
            columns.append(try element.column(position))
        }
        do throws(ParquetError) {
            return try Schema(columns)
        } catch {
            throw ParquetError(.damaged, "The file's schema is inconsistent: \(error.message)")
        }
    }

    private func column(_ position: Int) throws(ParquetError) -> Column {
        guard children == 0, let type else {
            throw ParquetError(.unsupported, "Column \(position) is a group; use flat tables.")
        }
        guard let repetition, repetition == Self.required || repetition == Self.optional else {
            throw ParquetError(.unsupported, "Column \(position) is a list; use flat tables.")
        }
        let physical: PhysicalType
        switch type {
        case 0: physical = .boolean
        case 1: physical = .int32
        case 2: physical = .int64
        case 5: physical = .double
        case 6: physical = .byteArray
        case 7:
            guard let typeLength, typeLength > 0, typeLength <= Limits.fixedWidthMax else {
                throw ParquetError(.damaged, "Column \(position) has no valid width.")
            }
            physical = .fixedLenByteArray(Int(typeLength))
        default:
            throw ParquetError(
                .unsupported, "Column \(position) has a type (INT96 or FLOAT) that is not read.")
        }
        var column = Column(
            name, physical, logical ?? converted, isOptional: repetition == Self.optional)
        // A meaning that does not fit is a defect of the writer; the plain values are still there.
        if !column.isConsistent { column.logical = nil }
        return column
    }

    /// What older writers say instead of a logical type.
    private var converted: LogicalType? {
        switch convertedType {
        case 0: .string
        case 5: .decimal(precision: Int(precision ?? 0), scale: Int(scale ?? 0))
        case 9: .timestamp(.milliseconds, isAdjustedToUTC: true)
        case 10: .timestamp(.microseconds, isAdjustedToUTC: true)
        case 11: .integer(bits: 8, isSigned: false)
        case 12: .integer(bits: 16, isSigned: false)
        case 13: .integer(bits: 32, isSigned: false)
        case 14: .integer(bits: 64, isSigned: false)
        case 15: .integer(bits: 8, isSigned: true)
        case 16: .integer(bits: 16, isSigned: true)
        case 17: .integer(bits: 32, isSigned: true)
        case 18: .integer(bits: 64, isSigned: true)
        case 19: .json
        default: nil
        }
    }
}

// MARK: - Writing

extension Schema {
    /// The root and the columns, as elements of the footer's list.
    func write(_ writer: inout ThriftWriter, id: Int) {
        writer.field(id, list: -1..<columns.count, of: .structure) { writer, position in
            writer.structure { writer in
                guard position >= 0 else {
                    writer.field(4, "schema")
                    writer.field(5, int32: columns.count)
                    return
                }
                columns[position].write(&writer)
            }
        }
    }
}

extension PhysicalType {
    /// The number in parquet.thrift `Type`.
    var thrift: Int {
        switch self {
        case .boolean: 0
        case .int32: 1
        case .int64: 2
        case .double: 5
        case .byteArray: 6
        case .fixedLenByteArray: 7
        }
    }
}

extension Column {
    fileprivate func write(_ writer: inout ThriftWriter) {
        writer.field(1, int32: physical.thrift)
        if case .fixedLenByteArray(let width) = physical { writer.field(2, int32: width) }
        writer.field(3, int32: Int(isOptional ? SchemaElement.optional : SchemaElement.required))
        writer.field(4, name)
        if let converted = logical?.convertedType { writer.field(6, int32: converted) }
        if case .decimal(let precision, let scale) = logical {
            writer.field(7, int32: scale)
            writer.field(8, int32: precision)
        }
        if let logical { writer.field(10) { logical.write(&$0) } }
    }
}
