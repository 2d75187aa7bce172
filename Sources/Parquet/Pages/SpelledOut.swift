// SPDX-License-Identifier: Apache-2.0

extension ColumnValues {
    /// The values that codes stand for in this dictionary; each code is below its count.
    ///
    /// - Throws: `tooLarge` when strings would come to more than `Limits.spelledOutBytes`.
    func spelledOut(_ codes: [UInt32]) throws(ParquetError) -> ColumnValues {
        switch self {
        case .booleans(let values): return .booleans(Self.gather(values, codes))
        case .int32s(let values): return .int32s(Self.gather(values, codes))
        case .int64s(let values): return .int64s(Self.gather(values, codes))
        case .doubles(let values): return .doubles(Self.gather(values, codes))
        case .strings(let values): return .strings(try Self.gather(values, codes))
        case .fixed(let values):
            try Self.checkSize(codes.count.multipliedReportingOverflow(by: values.width))
            var data: [UInt8] = []
            data.reserveCapacity(codes.count * values.width)
            for code in codes { data += values[Int(code)] }
            return .fixed(FixedByteStrings(width: values.width, data: data))
        case .dictionary(let inner, let values):
            return try values.spelledOut(Self.gather(inner, codes))
        }
    }

    private static func gather<Value: BitwiseCopyable>(
        _ values: [Value], _ codes: [UInt32]
    ) -> [Value] {
        values.withUnsafeBufferPointer { values in
            codes.withUnsafeBufferPointer { codes in
                [Value](unsafeUninitializedCapacity: codes.count) { output, count in
                    for index in 0..<codes.count { output[index] = values[Int(codes[index])] }
                    count = codes.count
                }
            }
        }
    }

    private static func gather(
        _ values: ByteStrings, _ codes: [UInt32]
    ) throws(ParquetError) -> ByteStrings {
        var offsets: [UInt32] = []
        offsets.reserveCapacity(codes.count + 1)
        offsets.append(0)
        var total = 0
        for code in codes {
            total += Int(values.offsets[Int(code) + 1] - values.offsets[Int(code)])
            guard total <= Limits.spelledOutBytes else { throw tooLong }
            offsets.append(UInt32(total))
        }
        let data = values.data.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: total) { output, count in
                count = total
                guard let source = source.baseAddress, let target = output.baseAddress else {
                    return
                }
                for (index, code) in codes.enumerated() {
                    let start = Int(values.offsets[Int(code)])
                    let length = Int(offsets[index + 1] - offsets[index])
                    UnsafeMutableRawPointer(target + Int(offsets[index])).copyMemory(
                        from: source + start, byteCount: length)
                }
            }
        }
        return ByteStrings(data: data, offsets: offsets)
    }

    private static func checkSize(_ size: (Int, overflow: Bool)) throws(ParquetError) {
        guard !size.overflow, size.0 <= Limits.spelledOutBytes else { throw tooLong }
    }

    static var tooLong: ParquetError {
        ParquetError(
            .tooLarge,
            "A chunk has more than \(Limits.spelledOutBytes) bytes of strings; read fewer rows at "
                + "a time, or write smaller row groups.")
    }
}
