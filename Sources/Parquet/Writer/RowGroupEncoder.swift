// SPDX-License-Identifier: Apache-2.0

/// Turns columns of values into the bytes of a row group.
///
/// Encoding needs no file: several threads may encode row groups at once with one encoder, and a
/// `ParquetWriter` then takes them in order. The same values give the same bytes.
public struct RowGroupEncoder: Sendable {
    /// The columns that `encode` takes.
    public let schema: Schema
    private let options: WriterOptions

    /// - Throws: `misuse` for options that contradict themselves.
    public init(schema: Schema, options: WriterOptions = WriterOptions()) throws(ParquetError) {
        try options.check()
        self.schema = schema
        self.options = options
    }

    /// Encodes a row group: a vector for each column of the schema, all of the same count of rows.
    ///
    /// Takes time in proportion to the values, and memory for their encoded form besides.
    /// - Throws: `misuse` when vectors do not fit the schema, each other or themselves.
    public func encode(_ columns: [ColumnVector]) throws(ParquetError) -> EncodedRowGroup {
        guard columns.count == schema.columns.count else {
            throw ParquetError(
                .misuse, "\(columns.count) vectors for \(schema.columns.count) columns.")
        }
        let rows = columns.first?.count ?? 0
        guard rows <= Limits.rowGroupRows else {
            throw ParquetError(
                .tooLarge, "A row group of \(rows) rows; at most \(Limits.rowGroupRows) go in one.")
        }
        var compressor = try PageCompressor(options.compression)
        var chunks: [EncodedChunk] = []
        chunks.reserveCapacity(columns.count)
        for (vector, column) in zip(columns, schema.columns) {
            guard vector.count == rows else {
                throw ParquetError(.misuse, "Columns differ in their count of rows.")
            }
            try vector.check(against: column)
            let encoder = ChunkEncoder(column: column, options: options, rows: rows)
            chunks.append(try encoder.encode(vector, &compressor))
        }
        return EncodedRowGroup(schema: schema, rowCount: rows, chunks: chunks)
    }
}

extension ColumnVector {
    /// - Throws: `misuse` when the vector contradicts itself or the column.
    func check(against column: Column) throws(ParquetError) {
        func misuse(_ what: String) -> ParquetError {
            ParquetError(.misuse, "Column \"\(column.name)\": \(what).")
        }
        var present = count
        if let presence {
            guard presence.count == count else { throw misuse("`presence` has not `count` bytes") }
            let (ones, isClean) = presence.countOnes(0..<presence.count)
            guard isClean else { throw misuse("`presence` has bytes other than 0 and 1") }
            present = ones
        }
        guard present == count || column.isOptional else {
            throw misuse("it is required, and rows lack a value")
        }
        guard values.isWellFormed, values.count == present else {
            throw misuse("the count of values is not that of the rows that have one")
        }
        var plain = values
        if case .dictionary(let codes, let dictionary) = values {
            guard codes.allBelow(dictionary.count) else {
                throw misuse("a code is beyond the dictionary")
            }
            if case .dictionary = dictionary { throw misuse("a dictionary in a dictionary") }
            guard dictionary.isWellFormed else { throw misuse("the dictionary is inconsistent") }
            plain = dictionary
        }
        switch (plain, column.physical) {
        case (.booleans, .boolean), (.int32s, .int32), (.int64s, .int64), (.doubles, .double),
            (.strings, .byteArray):
            break
        case (.fixed(let strings), .fixedLenByteArray(let width)) where strings.width == width:
            break
        default: throw misuse("the values have another type")
        }
    }
}

extension ColumnValues {
    /// Whether counts and offsets are such that every value is there.
    fileprivate var isWellFormed: Bool {
        switch self {
        case .int32s, .int64s, .doubles, .dictionary: return true
        case .booleans(let values): return values.countOnes(0..<values.count).isClean
        case .fixed(let strings):
            return strings.width > 0 && strings.data.count % strings.width == 0
        case .strings(let strings):
            guard strings.offsets.first == 0, let last = strings.offsets.last,
                last == strings.data.count
            else { return false }
            return strings.offsets.withUnsafeBufferPointer { offsets in
                var isAscending = true
                for index in 1..<Swift.max(1, offsets.count) {
                    isAscending = isAscending && offsets[index - 1] <= offsets[index]
                }
                return isAscending
            }
        }
    }
}

extension [UInt32] {
    fileprivate func allBelow(_ limit: Int) -> Bool {
        withUnsafeBufferPointer { codes in
            var largest: UInt32 = 0
            for code in codes { largest = Swift.max(largest, code) }
            return codes.isEmpty || Int(largest) < limit
        }
    }
}

extension [UInt8] {
    /// How many bytes of a range are 1, and whether all are 0 or 1.
    @inline(__always)
    func countOnes(_ range: Range<Int>) -> (ones: Int, isClean: Bool) {
        withUnsafeBufferPointer { bytes in
            var ones = 0
            var all: UInt8 = 0
            for byte in UnsafeBufferPointer(rebasing: bytes[range]) {
                ones &+= Int(byte & 1)
                all |= byte
            }
            return (ones, all <= 1)
        }
    }
}
