// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

/// What Sources/Parquet/Documentation.docc/Parquet.md shows, word for word.
@Suite struct GuideTests {
    @Test func `the guide's file is written and read`() throws {
        let schema = try Schema([
            Column("asset", .byteArray, .string, isOptional: false),
            Column("price", .int64, .decimal(precision: 18, scale: 8)),
        ])
        var assets = ByteStrings()
        for name in ["AAPL", "MSFT", "AAPL"] {
            Array(name.utf8).withUnsafeBytes { assets.append($0) }
        }
        // The second row has no price: values are dense, and presence says which rows have one.
        let rows = [
            ColumnVector(count: 3, values: .strings(assets)),
            ColumnVector(
                count: 3, presence: [1, 0, 1], values: .int64s([150_25000000, 151_00000000])),
        ]

        let encoder = try RowGroupEncoder(schema: schema)
        var writer = try ParquetWriter(to: MemorySink(), schema: schema)
        try writer.append(try encoder.encode(rows))
        try writer.finish(metadata: [KeyValue("made.by", "the guide")])
        let bytes = writer.sink.bytes

        var printed: [[Int64]] = []
        let file = try ParquetFile(MemorySource(bytes))
        let price = file.schema.index(of: "price") ?? 0
        for (number, group) in file.rowGroups.enumerated() {
            // Skip what cannot hold a price above 150.50.
            guard case .int64(let most)? = group.columns[price].statistics?.max,
                most > 150_50000000
            else { continue }
            let vector = try file.read(column: price, rowGroup: number)
            guard case .int64s(let values) = vector.values else { continue }
            printed.append(values)
        }
        #expect(printed == [[150_25000000, 151_00000000]])
        #expect(file.metadata("made.by") == "the guide")
    }
}
