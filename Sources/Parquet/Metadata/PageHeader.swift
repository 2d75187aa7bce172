// SPDX-License-Identifier: Apache-2.0

/// What stands before each page (parquet.thrift `PageHeader`).
struct PageHeader: Sendable {
    var kind: Kind
    /// Bytes of the page once decompressed.
    var uncompressedSize = 0
    /// Bytes of the page in the file, without this header.
    var compressedSize = 0
    /// CRC-32 of these bytes as they lie in the file.
    var checksum: UInt32?

    enum Kind: Sendable {
        case data(values: Int, encoding: Int32)
        case dataV2(DataV2)
        case dictionary(values: Int, encoding: Int32)
        /// An index page, or what a later version of the format may bring.
        case other
    }

    struct DataV2: Sendable {
        var values = 0
        var nulls = 0
        var rows = 0
        var encoding: Int32 = 0
        /// Bytes of definition levels, never compressed.
        var definitionBytes = 0
        var repetitionBytes = 0
        var isCompressed = true
    }

    /// The definition levels' encoding that all writers use.
    private static let rle = 3

    init(_ kind: Kind, uncompressedSize: Int, compressedSize: Int, checksum: UInt32? = nil) {
        self.kind = kind
        self.uncompressedSize = uncompressedSize
        self.compressedSize = compressedSize
        self.checksum = checksum
    }

    // MARK: - Reading

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        kind = .other
        var type: Int32?
        var found: Kind?
        var sizes = 0
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: type = try reader.int32(field)
            case 2:
                uncompressedSize = Int(try reader.int32(field))
                sizes |= 1
            case 3:
                compressedSize = Int(try reader.int32(field))
                sizes |= 2
            case 4: checksum = UInt32(bitPattern: try reader.int32(field))
            case 5 where field.kind == .structure: found = try Self.data(&reader)
            case 7 where field.kind == .structure: found = try Self.dictionary(&reader)
            case 8 where field.kind == .structure: found = try Self.dataV2(&reader)
            default: return false
            }
            return true
        }
        guard let type, sizes == 3, uncompressedSize >= 0, compressedSize >= 0 else {
            throw reader.damaged("A page header lacks its type or sizes")
        }
        switch (type, found) {
        case (0, .data?), (2, .dictionary?), (3, .dataV2?): kind = found ?? .other
        case (0, _), (2, _), (3, _): throw reader.damaged("A page header contradicts its type")
        default: kind = .other
        }
    }

    private static func data(_ reader: inout ThriftReader) throws(ParquetError) -> Kind {
        var values: Int?
        var encoding: Int32?
        var levels: Int32?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: values = try reader.count(field)
            case 2: encoding = try reader.int32(field)
            case 3: levels = try reader.int32(field)
            default: return false
            }
            return true
        }
        guard let values, let encoding, let levels else {
            throw reader.damaged("A data page's header lacks a field")
        }
        // Flat required columns have no levels; old writers call their encoding BIT_PACKED.
        guard levels == rle || levels == 4 else {
            throw reader.damaged("A data page's levels have an unknown encoding")
        }
        return .data(values: values, encoding: encoding)
    }

    private static func dictionary(_ reader: inout ThriftReader) throws(ParquetError) -> Kind {
        var values: Int?
        var encoding: Int32?
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: values = try reader.count(field)
            case 2: encoding = try reader.int32(field)
            default: return false
            }
            return true
        }
        guard let values, let encoding else {
            throw reader.damaged("A dictionary page's header lacks a field")
        }
        return .dictionary(values: values, encoding: encoding)
    }

    private static func dataV2(_ reader: inout ThriftReader) throws(ParquetError) -> Kind {
        var page = DataV2()
        var seen = 0
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: page.values = try reader.count(field)
            case 2: page.nulls = try reader.count(field)
            case 3: page.rows = try reader.count(field)
            case 4: page.encoding = try reader.int32(field)
            case 5: page.definitionBytes = try reader.count(field)
            case 6: page.repetitionBytes = try reader.count(field)
            case 7: page.isCompressed = try reader.bool(field)
            default: return false
            }
            seen |= 1 << field.id
            return true
        }
        guard seen & 0x7E == 0x7E else {
            throw reader.damaged("A data page's header lacks a field")
        }
        return .dataV2(page)
    }

    // MARK: - Writing

    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            switch kind {
            case .data: writer.field(1, int32: 0)
            case .dictionary: writer.field(1, int32: 2)
            case .dataV2: writer.field(1, int32: 3)
            case .other: writer.field(1, int32: 1)
            }
            writer.field(2, int32: uncompressedSize)
            writer.field(3, int32: compressedSize)
            if let checksum { writer.field(4, int32: Int(Int32(bitPattern: checksum))) }
            switch kind {
            case .data(let values, let encoding):
                writer.field(5) { writer in
                    writer.field(1, int32: values)
                    writer.field(2, int32: Int(encoding))
                    writer.field(3, int32: Self.rle)
                    writer.field(4, int32: Self.rle)
                }
            case .dictionary(let values, let encoding):
                writer.field(7) { writer in
                    writer.field(1, int32: values)
                    writer.field(2, int32: Int(encoding))
                }
            case .dataV2(let page): writer.field(8) { page.write(&$0) }
            case .other: break
            }
        }
    }
}

extension PageHeader.DataV2 {
    fileprivate func write(_ writer: inout ThriftWriter) {
        writer.field(1, int32: values)
        writer.field(2, int32: nulls)
        writer.field(3, int32: rows)
        writer.field(4, int32: Int(encoding))
        writer.field(5, int32: definitionBytes)
        writer.field(6, int32: repetitionBytes)
        if !isCompressed { writer.field(7, false) }
    }
}
