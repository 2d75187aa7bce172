// SPDX-License-Identifier: Apache-2.0

/// Decodes the pages of one column chunk, in order, into one vector.
struct ChunkDecoder: ~Copyable {
    private let column: Column
    private let codec: Int32
    /// Rows that are wanted in the end, to make room for at once.
    private let rowsWanted: Int
    private var zstd: ZstdDecompressor
    private var levels: [UInt8] = []
    /// Codes of a page of which some are wanted.
    private var pageCodes: [UInt32] = []
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
        let bytes = try decompress(body, header.uncompressedSize, codec == Codec.zstd)
        dictionary = try Plain.decode(bytes, physical: column.physical, count: count)
    }

    /// Takes a data page, of which only the `kept` rows are wanted: ascending ranges, counted in the
    /// page.
    mutating func take(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer, kept: [Range<Int>]
    ) throws(ParquetError) {
        switch header.kind {
        case .data(let rows, let encoding):
            let bytes = try decompress(body, header.uncompressedSize, codec == Codec.zstd)
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
        case .dataV2(let page):
            guard page.repetitionBytes == 0, page.definitionBytes <= body.count,
                page.definitionBytes <= header.uncompressedSize
            else { throw Self.cutOff }
            let levels = UnsafeRawBufferPointer(rebasing: body[..<page.definitionBytes])
            let rest = UnsafeRawBufferPointer(rebasing: body[page.definitionBytes...])
            let bytes = try decompress(
                rest, header.uncompressedSize - page.definitionBytes,
                page.isCompressed && codec == Codec.zstd)
            try take(levels, bytes, rows: page.values, page.encoding, kept)
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
            wanted = levels.withUnsafeBufferPointer { Self.values(of: kept, $0) }
            addPresence(kept, total)
        } else if presence != nil {
            presence?.append(contentsOf: repeatElement(1, count: total))
        }
        count += total
        try decode(bytes, encoding, present, wanted)
    }

    /// The values of ranges of rows, by the rows' levels.
    private static func values(
        of kept: [Range<Int>], _ levels: UnsafeBufferPointer<UInt8>
    ) -> [Range<Int>] {
        func ones(_ from: Int, _ to: Int) -> Int {
            var ones = 0
            for row in from..<to { ones &+= Int(levels[row]) }
            return ones
        }
        var row = 0
        var value = 0
        var wanted: [Range<Int>] = []
        wanted.reserveCapacity(kept.count)
        for range in kept {
            let start = value + ones(row, range.lowerBound)
            value =
                start
                + (range.count == 1
                    ? Int(levels[range.lowerBound]) : ones(range.lowerBound, range.upperBound))
            row = range.upperBound
            wanted.append(start..<value)
        }
        return wanted
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
        var all = presence.take() ?? []
        if all.isEmpty {
            all.reserveCapacity(max(rowsWanted, count + total))
            all.append(contentsOf: repeatElement(1, count: count))
        }
        levels.withUnsafeBufferPointer { all.append($0, of: kept) }
        presence = all
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
            try addSome(bytes, present, wanted, dictionary)
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

    /// Adds the wanted codes of a page. The others are decoded and not looked at.
    private mutating func addSome(
        _ bytes: UnsafeRawBufferPointer, _ present: Int, _ wanted: [Range<Int>],
        _ dictionary: ColumnValues
    ) throws(ParquetError) {
        if pageCodes.count < present { pageCodes = [UInt32](repeating: 0, count: present) }
        try pageCodes.withUnsafeMutableBufferPointer { (page) throws(ParquetError) in
            guard let base = page.baseAddress else { return }
            try RLEHybrid.decodeUncheckedCodes(
                bytes, count: present, dictionaryCount: dictionary.count, into: base)
        }
        let total = wanted.reduce(0) { $0 + $1.count }
        let first = codes.count
        var chosen = codes
        codes = []  // so that it has one owner
        chosen.reserveCapacity(max(rowsWanted, first + total))
        pageCodes.withUnsafeBufferPointer { chosen.append($0, of: wanted) }
        let entries = dictionary.count
        guard chosen[first...].allSatisfy({ Int($0) < entries }) else {
            throw RLEHybrid.beyond(entries)
        }
        guard values != nil else {
            codes = chosen
            return
        }
        try add(try dictionary.spelledOut(chosen))
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

    /// A page's content: the bytes given, or those of the scratch space, valid until the next page.
    private mutating func decompress(
        _ bytes: UnsafeRawBufferPointer, _ expected: Int, _ isCompressed: Bool
    ) throws(ParquetError) -> UnsafeRawBufferPointer {
        guard isCompressed else {
            guard bytes.count == expected else {
                throw ParquetError(
                    .damaged, "An uncompressed page has \(bytes.count) bytes, not \(expected).")
            }
            return bytes
        }
        // Version 2 pages without values may have no bytes to decompress at all.
        if bytes.isEmpty, expected == 0 { return bytes }
        return try zstd.decompress(bytes, expected: expected)
    }

    private static var cutOff: ParquetError {
        ParquetError(.damaged, "A page's levels or values are longer than the page.")
    }
}

extension Array where Element: BitwiseCopyable {
    /// Adds some ranges of others. Most are of one or a few, for which a copy costs more.
    mutating func append(_ all: UnsafeBufferPointer<Element>, of ranges: [Range<Int>]) {
        for range in ranges {
            if range.count < 8 {
                for index in range { append(all[index]) }
            } else {
                append(contentsOf: UnsafeBufferPointer(rebasing: all[range]))
            }
        }
    }
}
