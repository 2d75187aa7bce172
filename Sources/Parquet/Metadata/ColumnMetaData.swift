// SPDX-License-Identifier: Apache-2.0

/// A column chunk in the footer: parquet.thrift `ColumnChunk` with its `ColumnMetaData`.
struct ColumnMetaData {
    var type = 0
    var encodings: [Int32] = []
    var codec: Int32 = 0
    var valueCount = 0
    var uncompressedSize = 0
    var compressedSize = 0
    var dataPageOffset = 0
    var dictionaryPageOffset: Int?
    var statistics: RawStatistics?
    var bloomOffset: Int?
    /// Bytes of bloom filter with its header.
    var bloomLength: Int?
    var offsetIndex: FileRange?
    var columnIndex: FileRange?
    /// Encrypted with the footer key.
    var isEncrypted = false

    init() {}

    /// Where the chunk's pages begin.
    var start: Int {
        guard let dictionaryPageOffset else { return dataPageOffset }
        return min(dictionaryPageOffset, dataPageOffset)
    }

    /// Whether the first page is the dictionary.
    var hasDictionaryPage: Bool {
        guard let dictionaryPageOffset else { return false }
        return dictionaryPageOffset < dataPageOffset
    }

    /// All pages, checked to lie in the file.
    func extent(in source: any ParquetSource) throws(ParquetError) -> FileRange {
        guard start <= source.size, compressedSize <= source.size - start,
            dataPageOffset - start <= compressedSize
        else {
            throw ParquetError(
                .damaged,
                "The chunk at byte \(start) of the file, \(compressedSize) bytes, goes beyond its "
                    + "end.")
        }
        guard compressedSize <= Limits.chunkBytes else {
            throw ParquetError(
                .tooLarge,
                "The chunk at byte \(start) of the file has \(compressedSize) bytes; this library "
                    + "reads \(Limits.chunkBytes).")
        }
        return FileRange(offset: start, count: compressedSize)
    }

    /// Moves all that lies in the chunk itself.
    mutating func move(by distance: Int) {
        dictionaryPageOffset = hasDictionaryPage ? dictionaryPageOffset.map { $0 + distance } : nil
        dataPageOffset += distance
    }

    // MARK: - Reading

    init(chunk reader: inout ThriftReader) throws(ParquetError) {
        var hasMetaData = false
        var offsetOfIndexes: (offset: Int?, column: Int?) = (nil, nil)
        var lengthOfIndexes: (offset: Int?, column: Int?) = (nil, nil)
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1:
                throw ParquetError(.unsupported, "A column chunk lies in another file.")
            case 3 where field.kind == .structure:
                try readMetaData(&reader)
                hasMetaData = true
            case 4: offsetOfIndexes.offset = try reader.natural(field)
            case 5: lengthOfIndexes.offset = try reader.natural(field)
            case 6: offsetOfIndexes.column = try reader.natural(field)
            case 7: lengthOfIndexes.column = try reader.natural(field)
            case 8 where field.kind == .structure:
                isEncrypted = true
                try reader.structure { (_, field) throws(ParquetError) in
                    guard field.id == 1 else {
                        throw ParquetError(
                            .unsupported,
                            "A column has a key of its own; this library reads files with one "
                                + "footer key.")
                    }
                    return false
                }
            default: return false
            }
            return true
        }
        guard hasMetaData else { throw reader.damaged("A column chunk has no metadata") }
        offsetIndex = FileRange(offsetOfIndexes.offset, lengthOfIndexes.offset)
        columnIndex = FileRange(offsetOfIndexes.column, lengthOfIndexes.column)
    }

    private mutating func readMetaData(_ reader: inout ThriftReader) throws(ParquetError) {
        var seen = 0  // bits of the required fields
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1: type = Int(try reader.int32(field))
            case 2:
                try reader.list(field, of: .int32) { (reader) throws(ParquetError) in
                    guard encodings.count < Limits.encodings else {
                        throw reader.damaged("A chunk has too many encodings")
                    }
                    encodings.append(try reader.integerElement(Int32.self))
                }
            case 4: codec = try reader.int32(field)
            case 5: valueCount = try reader.natural(field)
            case 6: uncompressedSize = try reader.natural(field)
            case 7: compressedSize = try reader.natural(field)
            case 9: dataPageOffset = try reader.natural(field)
            case 11:
                // Some writers say 0 for none: a file begins with its magic.
                let place = try reader.natural(field)
                dictionaryPageOffset = place > 0 ? place : nil
            case 12 where field.kind == .structure: statistics = try RawStatistics(&reader)
            case 14: bloomOffset = try reader.natural(field)
            case 15: bloomLength = try reader.natural(field)
            default: return false
            }
            if field.id <= 9 { seen |= 1 << field.id }
            return true
        }
        let required = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9
        guard seen & required == required else {
            throw reader.damaged("A column chunk lacks a required field")
        }
    }

    // MARK: - Writing

    func writeChunk(_ writer: inout ThriftWriter, name: String) {
        writer.field(2, int64: 0)
        writer.field(3) { writeMetaData(&$0, name: name) }
        if let offsetIndex {
            writer.field(4, int64: offsetIndex.offset)
            writer.field(5, int32: offsetIndex.count)
        }
        if let columnIndex {
            writer.field(6, int64: columnIndex.offset)
            writer.field(7, int32: columnIndex.count)
        }
        if isEncrypted { writer.field(8, union: 1) }
    }

    private func writeMetaData(_ writer: inout ThriftWriter, name: String) {
        writer.field(1, int32: type)
        writer.field(2, list: encodings, of: .int32) { $0.element(integer: Int($1)) }
        writer.field(3, list: CollectionOfOne(name), of: .binary) { $0.element($1) }
        writer.field(4, int32: Int(codec))
        writer.field(5, int64: valueCount)
        writer.field(6, int64: uncompressedSize)
        writer.field(7, int64: compressedSize)
        writer.field(9, int64: dataPageOffset)
        if let dictionaryPageOffset { writer.field(11, int64: dictionaryPageOffset) }
        if let statistics { writer.field(12) { statistics.write(&$0) } }
        if let bloomOffset { writer.field(14, int64: bloomOffset) }
        if let bloomLength { writer.field(15, int32: bloomLength) }
    }
}

/// Bytes of a file.
struct FileRange: Hashable {
    var offset: Int
    var count: Int

    init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }

    /// Nil unless both are there and there are bytes.
    init?(_ offset: Int?, _ count: Int?) {
        guard let offset, let count, count > 0 else { return nil }
        self.offset = offset
        self.count = count
    }
}

/// parquet.thrift `Statistics`, values as their plain bytes. The deprecated `min` and `max`, whose
/// order nobody defined, are passed over.
struct RawStatistics {
    var nullCount: Int?
    var distinctCount: Int?
    var max: [UInt8]?
    var min: [UInt8]?
    var isMaxExact: Bool?
    var isMinExact: Bool?

    init() {}

    init(_ reader: inout ThriftReader) throws(ParquetError) {
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 3: nullCount = try reader.natural(field)
            case 4: distinctCount = try reader.natural(field)
            case 5: max = [UInt8](try reader.binary(field))
            case 6: min = [UInt8](try reader.binary(field))
            case 7: isMaxExact = try reader.bool(field)
            case 8: isMinExact = try reader.bool(field)
            default: return false
            }
            return true
        }
    }

    func write(_ writer: inout ThriftWriter) {
        if let nullCount { writer.field(3, int64: nullCount) }
        if let distinctCount { writer.field(4, int64: distinctCount) }
        if let max { writer.field(5, max) }
        if let min { writer.field(6, min) }
        if let isMaxExact { writer.field(7, isMaxExact) }
        if let isMinExact { writer.field(8, isMinExact) }
    }
}
