// SPDX-License-Identifier: Apache-2.0

/// How the values of a chunk are written.
enum ValueEncoding {
    case plain
    case rle
    case deltaBinaryPacked
    case deltaLengthByteArray
    /// With a dictionary page; a code for each value.
    case dictionary(codes: [UInt32], ColumnValues)

    var thrift: Int32 {
        switch self {
        case .plain: Encoding.plain.rawValue
        case .rle: Encoding.rle.rawValue
        case .deltaBinaryPacked: Encoding.deltaBinaryPacked.rawValue
        case .deltaLengthByteArray: Encoding.deltaLengthByteArray.rawValue
        case .dictionary: Encoding.rleDictionary.rawValue
        }
    }

    /// Adds the values of `range`. `values` has the type that the encoding is for.
    func encode(_ values: ColumnValues, _ range: Range<Int>, into output: inout [UInt8]) {
        switch (self, values) {
        case (.dictionary(let codes, let dictionary), _):
            codes.withUnsafeBufferPointer { codes in
                RLEHybrid.encodeCodes(
                    UnsafeBufferPointer(rebasing: codes[range]), dictionaryCount: dictionary.count,
                    into: &output)
            }
        case (.deltaBinaryPacked, .int64s(let values)):
            values.withUnsafeBufferPointer { values in
                DeltaBinaryPacked.encode(
                    UnsafeBufferPointer(rebasing: values[range]), into: &output)
            }
        case (.deltaBinaryPacked, .int32s(let values)):
            values.withUnsafeBufferPointer { values in
                DeltaBinaryPacked.encode(
                    UnsafeBufferPointer(rebasing: values[range]), into: &output)
            }
        case (.deltaLengthByteArray, .strings(let values)):
            DeltaLengthByteArray.encode(values, range: range, into: &output)
        case (.rle, .booleans(let values)):
            let start = output.count
            output.append(contentsOf: [0, 0, 0, 0])
            values.withUnsafeBufferPointer { values in
                RLEHybrid.encodeLevels(
                    UnsafeBufferPointer(rebasing: values[range]), into: &output)
            }
            output.storeLength(output.count - start - 4, at: start)
        default: Plain.encode(values, range: range, into: &output)
        }
    }
}

extension [UInt8] {
    /// Writes a length of 4 bytes over those at `place`.
    mutating func storeLength(_ length: Int, at place: Int) {
        for byte in 0..<4 { self[place + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }
}

// MARK: - Choosing

extension ValueEncoding {
    /// The encoding that comes to the fewest bytes after compression, by a sample from the middle;
    /// a dictionary where it comes close, as readers then work with codes.
    ///
    /// - Returns: the encoding, and the values that go with it: the ones given, unless these are a
    ///   dictionary that does not pay.
    static func choose(
        _ given: ColumnValues, _ compressor: inout PageCompressor
    ) throws(ParquetError) -> (encoding: ValueEncoding, values: ColumnValues) {
        var values = given
        var handed: (codes: [UInt32], dictionary: ColumnValues)?
        if case .dictionary(let codes, let dictionary) = given {
            // Whoever hands over a dictionary with few entries knows what is in the column.
            let fits = dictionary.plainSize <= Limits.dictionaryBytesHanded
            let isSmall = dictionary.count <= codes.count / 4 && dictionary.count <= 1 << 16
            if isSmall, fits { return (.dictionary(codes: codes, dictionary), given) }
            values = try dictionary.spelledOut(codes)
            if case .strings(let strings) = dictionary, fits, strings.count <= codes.count / 4 * 3 {
                handed = (codes, dictionary)
            }
        }
        let count = values.count
        guard count > 0 else { return (.plain, values) }
        // What repeats within a page shows only in a page.
        let sampled = min(count, Limits.sampleValues * (handed == nil ? 1 : 4))
        let start = (count - sampled) / 2
        let sample = start..<(start + sampled)

        var best = ValueEncoding.plain
        var least = Int.max
        for candidate in candidates(values) {
            var bytes: [UInt8] = []
            candidate.encode(values, sample, into: &bytes)
            let size = try compressor.size(of: bytes)
            if size < least {
                least = size
                best = candidate
            }
        }
        guard let built = handed ?? DictionaryBuilder.build(values, limit: dictionaryLimit) else {
            return (best, values)
        }
        let dictionary = ValueEncoding.dictionary(codes: built.codes, built.dictionary)
        var bytes: [UInt8] = []
        dictionary.encode(values, sample, into: &bytes)
        let codes = try compressor.size(of: bytes)
        bytes.removeAll(keepingCapacity: true)
        let distinct = built.dictionary.count
        let sampledEntries = min(distinct, Limits.sampleEntries)
        Plain.encode(built.dictionary, range: 0..<sampledEntries, into: &bytes)
        let entries = scale(try compressor.size(of: bytes), max(1, sampledEntries), distinct)
        // Codes are worth a fiftieth: a reader compares them, and not the values.
        let cost = scale(codes, sampled, count) + entries
        return cost <= scale(least, sampled, count) * 51 / 50
            ? (dictionary, values) : (best, values)
    }

    private static var dictionaryLimit: DictionaryBuilder.Limit {
        var limit = DictionaryBuilder.Limit()
        limit.bytes = Limits.dictionaryBytesWritten
        return limit
    }

    private static func scale(_ size: Int, _ sampled: Int, _ count: Int) -> Int {
        Int((Double(size) * Double(count) / Double(sampled)).rounded())
    }

    private static func candidates(_ values: ColumnValues) -> [ValueEncoding] {
        switch values {
        case .booleans: [.plain, .rle]
        case .int32s, .int64s: [.plain, .deltaBinaryPacked]
        case .strings: [.plain, .deltaLengthByteArray]
        case .doubles, .fixed, .dictionary: [.plain]
        }
    }
}

extension ColumnValues {
    /// Bytes that the values take in their plain encoding; those of codes without their entries.
    var plainSize: Int {
        switch self {
        case .booleans(let values): (values.count + 7) / 8
        case .int32s(let values): values.count * 4
        case .int64s(let values): values.count * 8
        case .doubles(let values): values.count * 8
        case .strings(let strings): strings.data.count + strings.count * 4
        case .fixed(let strings): strings.data.count
        case .dictionary(let codes, _): codes.count * 4
        }
    }
}
