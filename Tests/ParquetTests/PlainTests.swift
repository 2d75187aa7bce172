// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct PlainTests {
    private func encoded(_ values: ColumnValues, _ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        Plain.encode(values, range: range, into: &bytes)
        return bytes
    }

    private func decoded(
        _ bytes: [UInt8], _ physical: PhysicalType, _ count: Int
    ) throws(ParquetError) -> ColumnValues {
        try exactly(bytes) { (bytes) throws(ParquetError) in
            try Plain.decode(bytes, physical: physical, count: count)
        }
    }

    private static let strings = ByteStrings(
        data: Array("abcdefgh".utf8), offsets: [0, 3, 3, 4, 8, 8])
    static let samples: [(PhysicalType, ColumnValues)] = [
        (.boolean, .booleans([1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1])), (.boolean, .booleans([])),
        (.int32, .int32s([.min, -1, 0, 1, .max])), (.int64, .int64s([.min, -1, 0, 1, .max])),
        (.double, .doubles([-0.0, 0, .infinity, .pi])), (.byteArray, .strings(strings)),
        (.byteArray, .strings(ByteStrings())),
        (.fixedLenByteArray(3), .fixed(FixedByteStrings(width: 3, data: Array(0..<12)))),
    ]

    @Test(arguments: samples)
    func `values come back, and bytes cut off are an error`(
        physical: PhysicalType, values: ColumnValues
    ) throws {
        let bytes = encoded(values, 0..<values.count)
        // Comparing as text: -0.0 and 0 differ there.
        #expect("\(try decoded(bytes, physical, values.count))" == "\(values)")
        for cut in 0..<bytes.count {
            #expect(throws: ParquetError(.damaged, "")) {
                try decoded(Array(bytes[..<cut]), physical, values.count)
            }
        }
    }

    @Test func `a range of values is written as these values alone`() throws {
        for (_, values) in Self.samples where values.count > 4 {
            let bytes = encoded(values, 2..<4)
            switch values {
            case .booleans(let all): #expect(bytes == encoded(.booleans(Array(all[2..<4])), 0..<2))
            case .int32s(let all): #expect(bytes == encoded(.int32s(Array(all[2..<4])), 0..<2))
            case .int64s(let all): #expect(bytes == encoded(.int64s(Array(all[2..<4])), 0..<2))
            case .strings: #expect(bytes == [1, 0, 0, 0, 100, 4, 0, 0, 0, 101, 102, 103, 104])
            default: break
            }
        }
    }

    @Test func `counts beyond any page are an error, without memory for them`() {
        for physical in [
            .boolean, .int32, .int64, .double, .byteArray, .fixedLenByteArray(.max),
        ] as [PhysicalType] {
            #expect(throws: ParquetError(.damaged, "")) {
                try decoded([1, 2, 3, 4], physical, 1 << 60)
            }
        }
    }
}
