// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@Suite struct CopyTests {
    private static let rows = 1300

    /// A file of some of the columns, with two row groups, and what is in it.
    private static func part(
        _ schema: Schema, _ names: (String) -> Bool, seed: UInt64, _ options: WriterOptions
    ) throws -> (bytes: [UInt8], schema: Schema, groups: [[ColumnVector]]) {
        let schema = try Schema(schema.columns.filter { !$0.isOptional || names($0.name) })
        let groups = [rows, 5].map { TestTable.columns(of: schema, rows: $0, seed: seed) }
        return (try TestTable.file(schema, groups, options), schema, groups)
    }

    private static func options(isEncrypted: Bool, metadata: String) throws -> WriterOptions {
        var options = WriterOptions(
            pageRows: 1024, bloomFilters: .columns(["c7_few_optional": nil]))
        if isEncrypted {
            options.encryption = try EncryptionKey(
                Array(repeating: 7, count: 16), metadata: Array(metadata.utf8))
        }
        return options
    }

    @Test(arguments: [false, true], [false, true])
    func `row groups of files with different columns come together`(
        fromEncrypted: Bool, toEncrypted: Bool
    ) throws {
        let schema = try TestTable.schema([.few, .random])
        let from = try Self.options(isEncrypted: fromEncrypted, metadata: "from")
        let to = try Self.options(isEncrypted: toEncrypted, metadata: "to")
        let parts = [
            try Self.part(schema, { $0.contains("few") }, seed: 1, from),
            try Self.part(schema, { $0.contains("random") }, seed: 2, from),
        ]
        var writer = try ParquetWriter(to: MemorySink(), schema: schema, options: to)
        for part in parts {
            let file = try ParquetFile(MemorySource(part.bytes), key: from.encryption)
            for group in file.rowGroups.indices { try writer.append(copying: group, of: file) }
        }
        try writer.finish()
        #expect(writer.offset == writer.sink.bytes.count)

        let file = try ParquetFile(MemorySource(writer.sink.bytes), key: to.encryption)
        #expect(file.schema == schema)
        #expect(file.isEncrypted == toEncrypted)
        #expect(file.rowGroups.map(\.rowCount) == [Self.rows, 5, Self.rows, 5])
        for (group, (part, place)) in parts.flatMap({ part in (0..<2).map { (part, $0) } })
            .enumerated()
        {
            for (index, column) in schema.columns.enumerated() {
                let read = try file.read(column: index, rowGroup: group)
                let some = try file.read(column: index, rowGroup: group, rows: 2..<4)
                let expected = part.schema.index(of: column.name).map {
                    part.groups[place][$0].rows
                }
                #expect(read.rows == expected ?? Array(repeating: nil, count: read.count))
                #expect(some.rows == Array(read.rows[2..<4]))
                let pages = try #require(try file.pageIndex(column: index, rowGroup: group)).pages
                #expect(pages.map(\.rowCount).reduce(0, +) == read.count)
                let nulls = read.rows.filter { $0 == nil }.count
                #expect(pages.compactMap(\.nullCount).reduce(0, +) == nulls)
                #expect(file.rowGroups[group].columns[index].statistics?.nullCount == nulls)
            }
        }
    }

    @Test(arguments: [false, true])
    func `bloom filters come along`(isEncrypted: Bool) throws {
        let schema = try TestTable.schema([.few])
        let from = try Self.options(isEncrypted: isEncrypted, metadata: "from")
        let to = try Self.options(isEncrypted: !isEncrypted, metadata: "to")
        let part = try Self.part(schema, { _ in true }, seed: 1, from)
        var writer = try ParquetWriter(to: MemorySink(), schema: schema, options: to)
        let origin = try ParquetFile(MemorySource(part.bytes), key: from.encryption)
        try writer.append(copying: 0, of: origin)
        try writer.finish()
        let file = try ParquetFile(MemorySource(writer.sink.bytes), key: to.encryption)
        let column = try #require(schema.index(of: "c7_few_optional"))
        #expect(file.rowGroups[0].columns[column].hasBloomFilter)
        for value in part.groups[0][column].rows {
            guard let value else { continue }
            #expect(try file.mayContain(.bytes(value), column: column, rowGroup: 0))
        }
        let absent = try (0..<200).filter {
            try file.mayContain(.bytes(Array("absent \($0)".utf8)), column: column, rowGroup: 0)
        }
        #expect(absent.count < 40)
    }

    @Test func `what the file's schema does not allow is refused`() throws {
        let narrow = try Schema([Column("a", .int64)])
        let bytes = try TestTable.file(
            narrow, [[ColumnVector(count: 1, values: .int64s([1]))]])
        let file = try ParquetFile(MemorySource(bytes))
        let wrong = [
            [Column("b", .int64)],
            [Column("a", .int64, isOptional: false)],
            [Column("a", .double)],
            [Column("a", .int64), Column("b", .int64, isOptional: false)],
        ]
        for columns in wrong {
            var writer = try ParquetWriter(to: MemorySink(), schema: Schema(columns))
            #expect(throws: ParquetError(.misuse, "")) {
                try writer.append(copying: 0, of: file)
            }
        }
        var writer = try ParquetWriter(to: MemorySink(), schema: narrow)
        #expect(throws: ParquetError(.misuse, "")) { try writer.append(copying: 1, of: file) }
    }

    @Test func `encoded groups may lack optional columns`() throws {
        let schema = try Schema([Column("a", .int64), Column("b", .byteArray, .string)])
        let encoder = try RowGroupEncoder(schema: try Schema([schema.columns[1]]))
        let vector = ColumnVector(
            count: 3, presence: [0, 1, 1],
            values: .strings(ByteStrings(data: [65, 66], offsets: [0, 1, 2])))
        var writer = try ParquetWriter(to: MemorySink(), schema: schema)
        try writer.append(try encoder.encode([vector]))
        try writer.finish()
        let file = try ParquetFile(MemorySource(writer.sink.bytes))
        #expect(try file.read(column: 0, rowGroup: 0).rows == [nil, nil, nil])
        #expect(try file.read(column: 1, rowGroup: 0).rows == [nil, [65], [66]])
        #expect(throws: ParquetError(.misuse, "")) { try writer.finish() }
        #expect(throws: ParquetError(.misuse, "")) {
            try writer.append(try encoder.encode([vector]))
        }
    }
}
