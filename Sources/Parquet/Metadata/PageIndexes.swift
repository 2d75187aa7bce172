// SPDX-License-Identifier: Apache-2.0

/// Where a chunk's data pages lie (parquet.thrift `OffsetIndex`).
struct OffsetIndex {
    var pages: [Location] = []

    struct Location {
        /// Of the page's header, in the file.
        var offset: Int
        /// Header and page.
        var size: Int
        /// In the row group.
        var firstRow: Int
    }

    init(pages: [Location]) { self.pages = pages }

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        try reader.structure { (reader, field) throws(ParquetError) in
            guard field.id == 1 else { return false }
            try reader.list(field, of: .structure) { (reader) throws(ParquetError) in
                pages.append(try Self.location(&reader))
            }
            return true
        }
    }

    private static func location(_ reader: inout ThriftReader) throws(ParquetError) -> Location {
        var location = Location(offset: -1, size: -1, firstRow: -1)
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: location.offset = try reader.natural(field)
            case 2: location.size = try reader.natural(field)
            case 3: location.firstRow = try reader.natural(field)
            default: return false
            }
            return true
        }
        guard location.offset >= 0, location.size >= 0, location.firstRow >= 0 else {
            throw reader.damaged("A page location lacks a field")
        }
        return location
    }

    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            writer.field(1, list: pages, of: .structure) { writer, page in
                writer.structure { writer in
                    writer.field(1, int64: page.offset)
                    writer.field(2, int32: page.size)
                    writer.field(3, int64: page.firstRow)
                }
            }
        }
    }
}

/// What a chunk's data pages hold (parquet.thrift `ColumnIndex`).
struct ColumnIndex {
    /// One for each page: whether no row of it has a value; its min and max are empty then.
    var nullPages: [Bool] = []
    var min: [[UInt8]] = []
    var max: [[UInt8]] = []
    var order: PageIndex.Order = .unordered
    var nullCounts: [Int]?

    init() {}

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1:
                try reader.list(field, of: .yes) { (reader) throws(ParquetError) in
                    nullPages.append(try reader.boolElement())
                }
            case 2:
                try reader.list(field, of: .binary) { (reader) throws(ParquetError) in
                    min.append([UInt8](try reader.binaryElement()))
                }
            case 3:
                try reader.list(field, of: .binary) { (reader) throws(ParquetError) in
                    max.append([UInt8](try reader.binaryElement()))
                }
            case 4:
                switch try reader.int32(field) {
                case 1: order = .ascending
                case 2: order = .descending
                default: order = .unordered
                }
            case 5:
                var counts: [Int] = []
                try reader.list(field, of: .int64) { (reader) throws(ParquetError) in
                    counts.append(Int(try reader.integerElement(Int64.self)))
                }
                nullCounts = counts
            default: return false
            }
            return true
        }
        guard min.count == nullPages.count, max.count == nullPages.count,
            nullCounts?.count ?? nullPages.count == nullPages.count
        else { throw reader.damaged("A column index's lists differ in length") }
    }

    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            writer.field(1, list: nullPages, of: .yes) { $0.element($1) }
            writer.field(2, list: min, of: .binary) { $0.element($1) }
            writer.field(3, list: max, of: .binary) { $0.element($1) }
            switch order {
            case .unordered: writer.field(4, int32: 0)
            case .ascending: writer.field(4, int32: 1)
            case .descending: writer.field(4, int32: 2)
            }
            if let nullCounts {
                writer.field(5, list: nullCounts, of: .int64) { $0.element(integer: $1) }
            }
        }
    }
}

/// What stands before a bloom filter's blocks (parquet.thrift `BloomFilterHeader`).
struct BloomFilterHeader {
    /// Bytes of the blocks.
    var byteCount: Int

    init(byteCount: Int) { self.byteCount = byteCount }

    /// - Throws: `unsupported` for an algorithm, hash or compression other than the format's one.
    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var count: Int?
        var known = true
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: count = try reader.natural(field)
            case 2, 3, 4:
                guard field.kind == .structure else { return false }
                try reader.structure { (_, choice) throws(ParquetError) in
                    known = known && choice.id == 1
                    return false
                }
            default: return false
            }
            return true
        }
        guard known else {
            throw ParquetError(.unsupported, "A bloom filter has an unknown algorithm.")
        }
        guard let count, count > 0, count % 32 == 0, count <= Limits.bloomFilterBytes else {
            throw reader.damaged("A bloom filter has no valid size")
        }
        byteCount = count
    }

    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            writer.field(1, int32: byteCount)
            writer.field(2, union: 1)
            writer.field(3, union: 1)
            writer.field(4, union: 1)
        }
    }
}
