// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@Suite struct RoundTripTests {
    static let options: [WriterOptions] = [
        WriterOptions(pageRows: 1024),
        WriterOptions(compression: .none, pageRows: 1024, checksums: false),
        WriterOptions(pageVersion: .v2, pageRows: 1024),
        WriterOptions(compression: .none, pageVersion: .v2, pageRows: 2048, bloomFilters: .none),
    ]

    @Test(arguments: options.indices)
    func `every type, spread and repetition comes back as it was`(option: Int) throws {
        let options = Self.options[option]
        let schema = try TestTable.schema()
        let groups = [1500, 1, 0].map { rows in
            TestTable.columns(of: schema, rows: rows, seed: UInt64(rows))
        }
        let pairs = [KeyValue("a", "b"), KeyValue("a", nil), KeyValue("é", "")]
        let bytes = try TestTable.file(schema, groups, options, metadata: pairs)
        let file = try ParquetFile(MemorySource(bytes))
        #expect(file.schema == schema)
        #expect(file.rowCount == 1501)
        #expect(file.rowGroups.map(\.rowCount) == [1500, 1, 0])
        #expect(file.metadata == pairs)
        for (index, group) in groups.enumerated() {
            for column in schema.columns.indices {
                let read = try file.read(column: column, rowGroup: index)
                #expect(
                    read.rows == group[column].rows,
                    "\(schema.columns[column].name), group \(index)")
            }
        }
    }

    @Test func `all encodings are in use`() throws {
        let schema = try TestTable.schema()
        let columns = TestTable.columns(of: schema, rows: 6000)
        let options = WriterOptions(compression: .none)
        let file = try ParquetFile(
            MemorySource(try TestTable.file(schema, [columns], options)))
        let encodings = Set(file.rowGroups[0].columns.flatMap(\.encodings))
        #expect(
            encodings.isSuperset(of: [
                .plain, .rle, .rleDictionary, .deltaBinaryPacked, .deltaLengthByteArray,
            ]))
    }

    @Test func `a chunk with a dictionary comes as codes`() throws {
        let schema = try Schema([Column("a", .byteArray, .string, isOptional: false)])
        var random = TestRandom(3)
        let values = TestTable.values(.byteArray, .few, 5000, &random)
        let bytes = try TestTable.file(schema, [[ColumnVector(count: 5000, values: values)]])
        let read = try ParquetFile(MemorySource(bytes)).read(column: 0, rowGroup: 0)
        guard case .dictionary(let codes, .strings(let entries)) = read.values else {
            Issue.record("No dictionary was read.")
            return
        }
        #expect(codes.count == 5000)
        #expect(entries.count == 9)
    }

    @Test(arguments: [2, 40, 4000])
    func `a dictionary that is handed over is written, or spelt out`(entries: Int) throws {
        let schema = try Schema([Column("a", .int64, isOptional: false)])
        let codes = (0..<5000).map { UInt32($0 * 7 % entries) }
        let vector = ColumnVector(
            count: 5000,
            values: .dictionary(codes: codes, .int64s((0..<Int64(entries)).map { $0 * $0 })))
        let file = try ParquetFile(MemorySource(try TestTable.file(schema, [[vector]])))
        #expect(try file.read(column: 0, rowGroup: 0).rows == vector.rows)
        let statistics = try #require(file.rowGroups[0].columns[0].statistics)
        let largest = Int64(codes.max() ?? 0)
        #expect(statistics.min == .int64(0))
        #expect(statistics.max == .int64(largest * largest))
    }

    @Test func `long values get pages of their own`() throws {
        let schema = try Schema([Column("a", .byteArray, isOptional: false)])
        var strings = ByteStrings()
        for index in 0..<60 {
            let text = [UInt8](repeating: UInt8(index), count: 100_000 + index)
            text.withUnsafeBytes { strings.append($0) }
        }
        let vector = ColumnVector(count: 60, values: .strings(strings))
        let file = try ParquetFile(MemorySource(try TestTable.file(schema, [[vector]])))
        #expect(try file.read(column: 0, rowGroup: 0).rows == vector.rows)
        #expect(try #require(try file.pageIndex(column: 0, rowGroup: 0)).pages.count > 5)
        #expect(
            try file.read(column: 0, rowGroup: 0, rows: 31..<33).rows == Array(vector.rows[31..<33])
        )
    }

    @Test func `the same values give the same bytes`() throws {
        let schema = try TestTable.schema([.few, .random])
        let columns = TestTable.columns(of: schema, rows: 3000)
        #expect(try TestTable.file(schema, [columns]) == TestTable.file(schema, [columns]))
    }

    @Test func `vectors that do not fit are refused`() throws {
        let schema = try Schema([
            Column("a", .int64, isOptional: false), Column("b", .byteArray),
        ])
        let encoder = try RowGroupEncoder(schema: schema)
        let numbers = ColumnVector(count: 2, values: .int64s([1, 2]))
        let texts = ColumnVector(
            count: 2, presence: [1, 0], values: .strings(ByteStrings(data: [1], offsets: [0, 1])))
        _ = try encoder.encode([numbers, texts])
        let wrong: [[ColumnVector]] = [
            [numbers],
            [texts, numbers],
            [ColumnVector(count: 2, presence: [1, 0], values: .int64s([1])), texts],
            [ColumnVector(count: 3, values: .int64s([1, 2, 3])), texts],
            [ColumnVector(count: 2, values: .int64s([1])), texts],
            [numbers, ColumnVector(count: 2, presence: [1], values: texts.values)],
            [numbers, ColumnVector(count: 2, presence: [1, 2], values: texts.values)],
            [
                numbers,
                ColumnVector(count: 1, values: .strings(ByteStrings(data: [1], offsets: [0, 2]))),
            ],
            [
                numbers,
                ColumnVector(
                    count: 2, values: .strings(ByteStrings(data: [1], offsets: [0, 3, 1]))),
            ],
            [
                ColumnVector(count: 2, values: .dictionary(codes: [0, 1], .int64s([5]))), texts,
            ],
        ]
        for columns in wrong {
            #expect(throws: ParquetError(.misuse, "")) { try encoder.encode(columns) }
        }
    }
}
