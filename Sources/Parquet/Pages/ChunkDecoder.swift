// SPDX-License-Identifier: Apache-2.0

/// Decodes the pages of one column chunk, in order, into one vector.
struct ChunkDecoder: ~Copyable {
    private let column: Column
    private let codec: Int32
    /// Rows that are wanted in the end, to make room for at once.
    private let rowsWanted: Int
    private var zstd: ZstdDecompressor
    private var decompressed: [UInt8] = []
    private var levels: [UInt8] = []
    private var dictionary: ColumnValues?
    private var presence: [UInt8]?
    /// Codes of the pages so far, as long as all of them have codes.
    private var codes: [UInt32] = []
    /// Values of the pages so far, once one has values.
    private var values: ColumnValues?
    private var count = 0

    init(_ column: Column, codec: Int32, rowsWanted: Int) throws(ParquetError) {
        guard codec == Codec.none || codec == Codec.zstd else {
            throw ParquetError(
                .unsupported,
                "A chunk is compressed with codec \(codec); this library reads zstd (6) and "
                    + "uncompressed (0).")
        }
        let zstd = try ZstdDecompressor()
        self.column = column
        self.codec = codec
        self.rowsWanted = rowsWanted
        self.zstd = zstd
    }

    /// Rows of a data page; nil for another page.
    static func rows(_ header: PageHeader) throws(ParquetError) -> Int? {
        switch header.kind {
        case .data(let values, _): return values
        case .dataV2(let page):
            guard page.rows == page.values, page.nulls <= page.values else {
                throw ParquetError(.damaged, "A page of a flat column has rows and values apart.")
            }
            return page.values
        case .dictionary, .other: return nil
        }
    }

    /// The dictionary, once its page was taken.
    var takenDictionary: ColumnValues? { dictionary }

    // MARK: - Pages

    /// Takes the dictionary page.
    mutating func takeDictionary(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer
    ) throws(ParquetError) {
        guard case .dictionary(let count, let encoding) = header.kind else { return }
        guard dictionary == nil, self.count == 0 else {
            throw ParquetError(.damaged, "A dictionary page stands behind other pages.")
        }
        guard encoding == Encoding.plain.rawValue || encoding == Encoding.plainDictionary.rawValue
        else { throw ParquetError(.unsupported, "A dictionary has encoding \(encoding).") }
        var content = try decompress(body, header.uncompressedSize, codec == Codec.zstd)
        dictionary = try content.withBytes { (bytes) throws(ParquetError) in
            try Plain.decode(bytes, physical: column.physical, count: count)
        }
        giveBack(&content)
    }

    /// Takes a data page, of which only the `kept` rows are wanted: ascending ranges, counted in the
    /// page.
    mutating func take(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer, kept: [Range<Int>]
    ) throws(ParquetError) {
        switch header.kind {
        case .data(let rows, let encoding):
            var content = try decompress(body, header.uncompressedSize, codec == Codec.zstd)
            try content.withBytes { (bytes) throws(ParquetError) in
                var levels = 0..<0
                if column.isOptional {
                    guard bytes.count >= 4 else { throw Self.cutOff }
                    let length = Int(bytes.loadUnaligned(as: UInt32.self))
                    guard length <= bytes.count - 4 else { throw Self.cutOff }
                    levels = 4..<(4 + length)
                }
                try take(
                    UnsafeRawBufferPointer(rebasing: bytes[levels]),
                    UnsafeRawBufferPointer(rebasing: bytes[levels.upperBound...]),
                    rows: rows, encoding, kept)
            }
            giveBack(&content)
        case .dataV2(let page):
            guard page.repetitionBytes == 0, page.definitionBytes <= body.count,
                page.definitionBytes <= header.uncompressedSize
            else { throw Self.cutOff }
            let levels = UnsafeRawBufferPointer(rebasing: body[..<page.definitionBytes])
            let rest = UnsafeRawBufferPointer(rebasing: body[page.definitionBytes...])
            var content = try decompress(
                rest, header.uncompressedSize - page.definitionBytes,
                page.isCompressed && codec == Codec.zstd)
            try content.withBytes { (bytes) throws(ParquetError) in
                try take(levels, bytes, rows: page.values, page.encoding, kept)
            }
            giveBack(&content)
        case .dictionary, .other: break
        }
    }

    private mutating func take(
        _ levelBytes: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, rows: Int,
        _ encoding: Int32, _ kept: [Range<Int>]
    ) throws(ParquetError) {
        var present = rows
        if column.isOptional {
            present = try decodeLevels(levelBytes, rows)
        }
        let total = kept.reduce(0) { $0 + $1.count }
        var wanted = kept
        if present < rows {
            // From rows to values: those before a row that have one.
            var row = 0
            var value = 0
            for (index, range) in kept.enumerated() {
                let start = value + levels.countOnes(row..<range.lowerBound).ones
                value = start + levels.countOnes(range).ones
                row = range.upperBound
                wanted[index] = start..<value
            }
            addPresence(kept, total)
        } else if presence != nil {
            presence?.append(contentsOf: repeatElement(1, count: total))
        }
        count += total
        try decode(bytes, encoding, present, wanted)
    }

    /// Levels of a page into `levels`; returns how many are 1.
    private mutating func decodeLevels(
        _ bytes: UnsafeRawBufferPointer, _ rows: Int
    ) throws(ParquetError) -> Int {
        if levels.count < rows {
            levels.append(contentsOf: repeatElement(0, count: rows - levels.count))
        }
        return try levels.withUnsafeMutableBufferPointer { (levels) throws(ParquetError) -> Int in
            guard let base = levels.baseAddress else { return 0 }
            return try RLEHybrid.decodeLevels(bytes, count: rows, into: base).ones
        }
    }

    private mutating func addPresence(_ kept: [Range<Int>], _ total: Int) {
        if presence == nil {
            var all: [UInt8] = []
            all.reserveCapacity(max(rowsWanted, count + total))
            all.append(contentsOf: repeatElement(1, count: count))
            presence = all
        }
        for range in kept { presence?.append(contentsOf: levels[range]) }
    }

    // MARK: - Values

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Int32, _ present: Int,
        _ wanted: [Range<Int>]
    ) throws(ParquetError) {
        guard present > 0 else { return }
        switch Encoding(rawValue: encoding) {
        case .rleDictionary, .plainDictionary:
            guard let dictionary else {
                throw ParquetError(.damaged, "A page refers to a dictionary that is not there.")
            }
            try addCodes(bytes, present, wanted, dictionary)
        case .plain:
            try add(
                try Plain.decode(bytes, physical: column.physical, count: present).parts(wanted))
        case .rle where column.physical == .boolean:
            try add(.booleans(try Self.booleans(bytes, present)).parts(wanted))
        case .deltaBinaryPacked where column.physical == .int64:
            let values = try DeltaBinaryPacked.decodeInt64(bytes, count: present).values
            try add(ColumnValues.int64s(values).parts(wanted))
        case .deltaBinaryPacked where column.physical == .int32:
            let values = try DeltaBinaryPacked.decodeInt32(bytes, count: present).values
            try add(ColumnValues.int32s(values).parts(wanted))
        case .deltaLengthByteArray where column.physical == .byteArray:
            let strings = try DeltaLengthByteArray.decode(bytes, count: present)
            try add(ColumnValues.strings(strings).parts(wanted))
        default:
            throw ParquetError(
                .unsupported,
                "Column \"\(column.name)\" has a page with encoding \(encoding), which this "
                    + "library does not read.")
        }
    }

    private static func booleans(
        _ bytes: UnsafeRawBufferPointer, _ count: Int
    ) throws(ParquetError) -> [UInt8] {
        guard bytes.count >= 4 else { throw cutOff }
        let length = Int(bytes.loadUnaligned(as: UInt32.self))
        guard length <= bytes.count - 4 else { throw cutOff }
        return try [UInt8](count: count) { (output) throws(ParquetError) in
            _ = try RLEHybrid.decodeLevels(
                UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + length)]), count: count,
                into: output)
        }
    }

    /// Adds codes to those of earlier pages; where these have values, what the codes stand for.
    private mutating func addCodes(
        _ bytes: UnsafeRawBufferPointer, _ present: Int, _ wanted: [Range<Int>],
        _ dictionary: ColumnValues
    ) throws(ParquetError) {
        guard values == nil, wanted.count == 1, wanted[0].count == present else {
            let page = try [UInt32](count: present) { (output) throws(ParquetError) in
                try RLEHybrid.decodeCodes(
                    bytes, count: present, dictionaryCount: dictionary.count, into: output)
            }
            guard values == nil else {
                let kept = ColumnValues.dictionary(codes: page, dictionary).parts(wanted)
                if case .dictionary(let codes, _) = kept {
                    try add(try dictionary.spelledOut(codes))
                }
                return
            }
            for range in wanted { codes.append(contentsOf: page[range]) }
            return
        }
        // All of the page: straight to its place.
        let start = codes.count
        if start == 0 { codes.reserveCapacity(max(rowsWanted, present)) }
        // Copied from a block of zeros: repeated elements are appended one by one.
        var missing = present
        while missing > 0 {
            let count = min(missing, Self.zeros.count)
            codes.append(contentsOf: Self.zeros[..<count])
            missing -= count
        }
        try codes.withUnsafeMutableBufferPointer { (codes) throws(ParquetError) in
            guard let base = codes.baseAddress else { return }
            try RLEHybrid.decodeCodes(
                bytes, count: present, dictionaryCount: dictionary.count, into: base + start)
        }
    }

    private static let zeros = [UInt32](repeating: 0, count: 16_384)

    /// Adds values to those of earlier pages; codes of these become values.
    private mutating func add(_ more: ColumnValues) throws(ParquetError) {
        if !codes.isEmpty, let dictionary {
            values = try dictionary.spelledOut(codes)
            codes = []
        }
        guard var earlier = values else {
            values = more
            return
        }
        values = nil  // so that what is appended to has one owner
        try earlier.append(more, room: rowsWanted)
        values = earlier
    }

    /// What the pages gave.
    consuming func finish() -> ColumnVector {
        var all = values ?? .none(of: column.physical)
        if values == nil, !codes.isEmpty, let dictionary {
            all = .dictionary(codes: codes, dictionary)
        }
        return ColumnVector(count: count, presence: presence, values: all)
    }

    // MARK: - Compression

    /// A page's content: the bytes given, or those of the scratch space.
    private enum Content {
        case asIs(UnsafeRawBufferPointer)
        case scratch([UInt8])

        func withBytes<Value>(
            _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
        ) throws(ParquetError) -> Value {
            switch self {
            case .asIs(let bytes): try body(bytes)
            case .scratch(let bytes): try bytes.lend(body)
            }
        }
    }

    private mutating func decompress(
        _ bytes: UnsafeRawBufferPointer, _ expected: Int, _ isCompressed: Bool
    ) throws(ParquetError) -> Content {
        guard isCompressed else {
            guard bytes.count == expected else {
                throw ParquetError(
                    .damaged, "An uncompressed page has \(bytes.count) bytes, not \(expected).")
            }
            return .asIs(bytes)
        }
        // Version 2 pages without values may have no bytes to decompress at all.
        if bytes.isEmpty, expected == 0 { return .asIs(bytes) }
        var scratch: [UInt8] = []
        swap(&scratch, &decompressed)
        try zstd.decompress(bytes, expected: expected, into: &scratch)
        return .scratch(scratch)
    }

    /// The scratch space serves the next page again.
    private mutating func giveBack(_ content: inout Content) {
        guard case .scratch(var bytes) = content else { return }
        content = .asIs(UnsafeRawBufferPointer(start: nil, count: 0))
        swap(&bytes, &decompressed)
    }

    private static var cutOff: ParquetError {
        ParquetError(.damaged, "A page's levels or values are longer than the page.")
    }
}
