// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct ValueEncodingTests {
    @Test(arguments: [1000, 5 << 20])
    func `a dictionary that is handed over is made anew where its page would be too long`(
        bytes: Int
    ) throws {
        // The long entry does not even occur.
        let entries = ByteStrings(
            data: [1] + [UInt8](repeating: 2, count: bytes), offsets: [0, 1, UInt32(bytes + 1)])
        let given = ColumnValues.dictionary(
            codes: [UInt32](repeating: 0, count: 100), .strings(entries))
        var compressor = try PageCompressor(.none)
        let (encoding, values) = try ValueEncoding.choose(given, &compressor)
        #expect(values.count == 100)
        #expect(values.bytes(99) == [1])
        guard case .dictionary(_, let written) = encoding else { return }
        #expect(written.count == (bytes == 1000 ? 2 : 1))
    }
}
