// SPDX-License-Identifier: Apache-2.0
//
// The decoders of pages, without the checksums that keep damage from them in a whole file: whatever
// comes in, nothing traps and nothing is read beyond the end; what decodes is written again and
// decodes to the same.
//
// The first byte chooses the decoder, the second its parameter, two more how many values.

import Parquet

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count >= 4 else { return 0 }
    let parameter = Int(start[1])
    let values = Int(start[2]) | Int(start[3]) << 8
    let bytes = UnsafeRawBufferPointer(start: start + 4, count: count - 4)
    switch start[0] % 8 {
    case 0: hybrid(bytes, width: parameter % 36, count: values)
    case 1: levels(bytes, count: values)
    case 2: codes(bytes, entries: parameter, count: values)
    case 3: delta64(bytes, count: values)
    case 4: delta32(bytes, count: values)
    case 5: deltaLength(bytes, count: values)
    case 6: plain(bytes, parameter, count: values)
    default: zstd(bytes, expected: values << (parameter % 24))
    }
    return 0
}

private func decode(
    _ bytes: UnsafeRawBufferPointer, _ width: Int, _ count: Int
) -> [UInt32]? {
    var output = [UInt32](repeating: 0, count: count)
    let consumed = output.withUnsafeMutableBufferPointer { output in
        output.baseAddress.flatMap {
            try? RLEHybrid.decode(bytes, bitWidth: width, count: count, into: $0)
        }
    }
    guard let consumed else { return nil }
    precondition(consumed <= bytes.count)
    return output
}

private func hybrid(_ bytes: UnsafeRawBufferPointer, width: Int, count: Int) {
    guard let values = decode(bytes, width, count) else { return }
    var again: [UInt8] = []
    values.withUnsafeBufferPointer { RLEHybrid.encode($0, bitWidth: width, into: &again) }
    let back = again.withUnsafeBytes { decode($0, width, count) }
    precondition(back == values, "what was written decodes differently")
}

private func levels(_ bytes: UnsafeRawBufferPointer, count: Int) {
    func decode(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var output = [UInt8](repeating: 9, count: count)
        let result = output.withUnsafeMutableBufferPointer { output in
            output.baseAddress.flatMap {
                try? RLEHybrid.decodeLevels(bytes, count: count, into: $0)
            }
        }
        guard let result else { return nil }
        precondition(result.ones == output.count { $0 == 1 })
        precondition(output.allSatisfy { $0 <= 1 } && result.consumed <= bytes.count)
        return output
    }
    guard let levels = decode(bytes) else { return }
    var again: [UInt8] = []
    levels.withUnsafeBufferPointer { RLEHybrid.encodeLevels($0, into: &again) }
    precondition(again.withUnsafeBytes(decode) == levels, "levels decode differently")
}

private func codes(_ bytes: UnsafeRawBufferPointer, entries: Int, count: Int) {
    var output = [UInt32](repeating: 0, count: count)
    let isValid = output.withUnsafeMutableBufferPointer { output -> Bool in
        guard let base = output.baseAddress else { return false }
        do throws(ParquetError) {
            try RLEHybrid.decodeCodes(bytes, count: count, dictionaryCount: entries, into: base)
            return true
        } catch {
            return false
        }
    }
    if isValid { precondition(output.allSatisfy { $0 < entries }) }
}

private func delta64(_ bytes: UnsafeRawBufferPointer, count: Int) {
    guard let (values, consumed) = try? DeltaBinaryPacked.decodeInt64(bytes, count: count)
    else { return }
    precondition(consumed <= bytes.count && values.count == count)
    var again: [UInt8] = []
    values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &again) }
    let back = again.withUnsafeBytes {
        try? DeltaBinaryPacked.decodeInt64($0, count: count).values
    }
    precondition(back == values, "integers decode differently")
}

private func delta32(_ bytes: UnsafeRawBufferPointer, count: Int) {
    guard let (values, consumed) = try? DeltaBinaryPacked.decodeInt32(bytes, count: count)
    else { return }
    precondition(consumed <= bytes.count && values.count == count)
    var again: [UInt8] = []
    values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &again) }
    let back = again.withUnsafeBytes {
        try? DeltaBinaryPacked.decodeInt32($0, count: count).values
    }
    precondition(back == values, "integers decode differently")
}

private func deltaLength(_ bytes: UnsafeRawBufferPointer, count: Int) {
    guard let strings = try? DeltaLengthByteArray.decode(bytes, count: count) else { return }
    precondition(strings.count == count)
    var again: [UInt8] = []
    DeltaLengthByteArray.encode(strings, range: 0..<count, into: &again)
    let back = again.withUnsafeBytes { try? DeltaLengthByteArray.decode($0, count: count) }
    precondition(back == strings, "strings decode differently")
    var limit = DictionaryBuilder.Limit()
    limit.newShare = 1
    guard let built = DictionaryBuilder.build(.strings(strings), limit: limit),
        case .strings(let distinct) = built.dictionary
    else { return }
    for (index, code) in built.codes.enumerated() {
        precondition(distinct[Int(code)] == strings[index], "a code stands for another string")
    }
}

private func plain(_ bytes: UnsafeRawBufferPointer, _ parameter: Int, count: Int) {
    let types: [PhysicalType] = [
        .boolean, .int32, .int64, .double, .byteArray, .fixedLenByteArray(1 + parameter / 6),
    ]
    let physical = types[parameter % types.count]
    guard let values = try? Plain.decode(bytes, physical: physical, count: count) else { return }
    precondition(values.count == count)
    var again: [UInt8] = []
    Plain.encode(values, into: &again)
    precondition(again.count <= bytes.count, "more bytes are written than were read")
    if physical != .boolean {  // the bits behind the last boolean may be anything
        precondition(again.elementsEqual(bytes.prefix(again.count)), "plain values differ")
    }
}

private func zstd(_ bytes: UnsafeRawBufferPointer, expected: Int) {
    guard var decompressor = try? ZstdDecompressor() else { return }
    do throws(ParquetError) {
        let output = try decompressor.decompress(bytes, expected: expected)
        precondition(output.count == expected)
    } catch {}
}
