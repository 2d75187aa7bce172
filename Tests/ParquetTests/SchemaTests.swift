// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@Suite struct SchemaTests {
    @Test func `two columns of one name are refused`() {
        #expect(throws: ParquetError(.misuse, "")) {
            try Schema([Column("a", .int64), Column("a", .double)])
        }
    }

    @Test(arguments: [
        Column("a", .int32, .decimal(precision: 10, scale: 2)),
        Column("a", .int64, .decimal(precision: 18, scale: 19)),
        Column("a", .fixedLenByteArray(16), .decimal(precision: 39, scale: 0)),
        Column("a", .int64, .string), Column("a", .int32, .integer(bits: 64, isSigned: true)),
        Column("a", .fixedLenByteArray(0)), Column("a", .fixedLenByteArray(15), .uuid),
    ])
    func `a logical type that its physical type cannot carry is refused`(column: Column) {
        #expect(throws: ParquetError(.misuse, "")) { try Schema([column]) }
    }

    @Test func `a column is found by its name`() throws {
        let schema = try Schema([
            Column("a", .int64, .decimal(precision: 18, scale: 8)),
            Column("b", .fixedLenByteArray(16), .decimal(precision: 38, scale: 18)),
        ])
        #expect(schema.index(of: "b") == 1)
        #expect(schema.index(of: "c") == nil)
    }
}
