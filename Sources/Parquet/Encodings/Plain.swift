// SPDX-License-Identifier: Apache-2.0

/// Values one after the other, little-endian (Encodings.md, "Plain").
package enum Plain {
    // MARK: - Encoding

    /// Adds values, which are not dictionary codes.
    package static func encode(_ values: ColumnValues, into output: inout [UInt8]) {
        encode(values, range: 0..<values.count, into: &output)
    }

    /// Adds the values of `range`, which are not dictionary codes.
    package static func encode(
        _ values: ColumnValues, range: Range<Int>, into output: inout [UInt8]
    ) {
        switch values {
        case .booleans(let values):
            values.withUnsafeBufferPointer { values in
                RLEHybrid.appendPacked(UnsafeBufferPointer(rebasing: values[range]), to: &output)
            }
        case .int32s(let values): append(values, range, to: &output)
        case .int64s(let values): append(values, range, to: &output)
        case .doubles(let values): append(values, range, to: &output)
        case .strings(let values): append(values, range, to: &output)
        case .fixed(let values):
            let bytes = (range.lowerBound * values.width)..<(range.upperBound * values.width)
            output.append(contentsOf: values.data[bytes])
        case .dictionary: assertionFailure("Dictionary codes have an encoding of their own.")
        }
    }

    @inline(__always)
    private static func append<Value: BitwiseCopyable>(
        _ values: [Value], _ range: Range<Int>, to output: inout [UInt8]
    ) {
        values.withUnsafeBufferPointer { values in
            output.append(
                contentsOf: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: values[range])))
        }
    }

    private static func append(
        _ strings: ByteStrings, _ range: Range<Int>, to output: inout [UInt8]
    ) {
        strings.offsets.withUnsafeBufferPointer { offsets in
            let bytes = Int(offsets[range.upperBound]) - Int(offsets[range.lowerBound])
            strings.data.withUnsafeBytes { data in
                output.extend(by: bytes + 4 * range.count) { target in
                    var target = target
                    for index in range {
                        let start = Int(offsets[index])
                        let count = Int(offsets[index + 1]) - start
                        target.storeBytes(of: UInt32(truncatingIfNeeded: count), as: UInt32.self)
                        target += 4
                        if count > 0, let base = data.baseAddress {
                            target.copyMemory(from: base + start, byteCount: count)
                            target += count
                        }
                    }
                }
            }
        }
    }

    // MARK: - Decoding

    /// Exactly `count` values.
    ///
    /// - Throws: `damaged` when the bytes end before.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, physical: PhysicalType, count: Int
    ) throws(ParquetError) -> ColumnValues {
        switch physical {
        case .boolean:
            guard (count + 7) / 8 <= bytes.count else { throw tooFew(count) }
            return .booleans(
                [UInt8](count: count) { output in
                    _ = RLEHybrid.spread(bytes, count: count, into: output)
                })
        case .int32: return .int32s(try numbers(bytes, count: count))
        case .int64: return .int64s(try numbers(bytes, count: count))
        case .double: return .doubles(try numbers(bytes, count: count))
        case .byteArray: return .strings(try strings(bytes, count: count))
        case .fixedLenByteArray(let width):
            let (total, isTooMuch) = count.multipliedReportingOverflow(by: width)
            guard width > 0, !isTooMuch, total <= bytes.count else { throw tooFew(count) }
            return .fixed(FixedByteStrings(width: width, data: Array(bytes[..<total])))
        }
    }

    @inline(__always)
    private static func numbers<Value: BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> [Value] {
        guard count <= bytes.count / MemoryLayout<Value>.size else { throw tooFew(count) }
        return [Value](count: count) { output in
            guard let base = bytes.baseAddress else { return }
            UnsafeMutableRawPointer(output).copyMemory(
                from: base, byteCount: count * MemoryLayout<Value>.size)
        }
    }

    private static func strings(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> ByteStrings {
        guard count <= bytes.count / 4 else { throw tooFew(count) }
        guard count > 0, let base = bytes.baseAddress else { return ByteStrings() }
        // Two passes: the lengths say how long the data is, and that all of it is there.
        let offsets = try [UInt32](count: count + 1) { (offsets) throws(ParquetError) in
            offsets[0] = 0
            var position = 0
            for index in 0..<count {
                guard bytes.count - position >= 4 else { throw tooFew(count) }
                let length = Int((base + position).loadUnaligned(as: UInt32.self))
                position += 4
                guard length <= bytes.count - position else { throw tooFew(count) }
                position += length
                let end = position - 4 * (index + 1)
                guard end <= Int(UInt32.max) else { throw tooFew(count) }
                offsets[index + 1] = UInt32(truncatingIfNeeded: end)
            }
        }
        let data = [UInt8](count: Int(offsets[count])) { output in
            offsets.withUnsafeBufferPointer { offsets in
                let target = UnsafeMutableRawPointer(output)
                for index in 0..<count {
                    let start = Int(offsets[index])
                    target.advanced(by: start).copyMemory(
                        from: base + start + 4 * (index + 1),
                        byteCount: Int(offsets[index + 1]) - start)
                }
            }
        }
        return ByteStrings(data: data, offsets: offsets)
    }

    private static func tooFew(_ count: Int) -> ParquetError {
        ParquetError(.damaged, "Plain data ends before its \(count) values do.")
    }
}
