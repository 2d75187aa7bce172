// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct StatisticsTests {
    private static func chunk(
        _ column: Column, _ values: ColumnValues, presence: [UInt8]? = nil,
        options: WriterOptions = WriterOptions(pageRows: 1024)
    ) throws -> (file: ParquetFile, statistics: ColumnStatistics) {
        let schema = try Schema([column])
        let vector = ColumnVector(
            count: presence?.count ?? values.count, presence: presence, values: values)
        let file = try ParquetFile(
            MemorySource(try TestTable.file(schema, [[vector]], options)))
        return (file, try #require(file.rowGroups[0].columns[0].statistics))
    }

    private static func strings(_ texts: [[UInt8]]) -> ColumnValues {
        var strings = ByteStrings()
        for text in texts { text.withUnsafeBytes { strings.append($0) } }
        return .strings(strings)
    }

    @Test func `signed and unsigned numbers have their own order`() throws {
        let values = ColumnValues.int32s([5, -1, 3])
        let signed = try Self.chunk(Column("a", .int32), values).statistics
        #expect(signed.min == .int32(-1) && signed.max == .int32(5))
        let unsigned = try Self.chunk(
            Column("a", .int32, .integer(bits: 32, isSigned: false)), values
        ).statistics
        #expect(unsigned.min == .int32(3) && unsigned.max == .int32(-1))
    }

    @Test func `decimals of bytes are compared as signed numbers, other bytes are not`() throws {
        let values = ColumnValues.fixed(
            FixedByteStrings(width: 2, data: [0xFF, 0xFE, 0x00, 0x05, 0x01, 0x00]))
        let decimal = try Self.chunk(
            Column("a", .fixedLenByteArray(2), .decimal(precision: 4, scale: 0)), values
        ).statistics
        #expect(decimal.min == .bytes([0xFF, 0xFE]) && decimal.max == .bytes([1, 0]))
        let bytes = try Self.chunk(Column("a", .fixedLenByteArray(2)), values).statistics
        #expect(bytes.min == .bytes([0, 5]) && bytes.max == .bytes([0xFF, 0xFE]))
        let variable = try Self.chunk(
            Column("a", .byteArray, .decimal(precision: 9, scale: 0)),
            Self.strings([[0x05], [0xFF], [0x00, 0x04], [0x7F, 0x00], [0x80, 0x00]])
        ).statistics
        #expect(variable.min == .bytes([0x80, 0x00]) && variable.max == .bytes([0x7F, 0x00]))
    }

    @Test func `NaN is in no bound, and a zero bounds both zeros`() throws {
        let values = ColumnValues.doubles([.nan, 0.0, 1.5, -.nan])
        let (file, statistics) = try Self.chunk(Column("a", .double), values)
        guard case .double(let least)? = statistics.min else {
            Issue.record("There is no minimum.")
            return
        }
        #expect(least == 0 && least.sign == .minus)
        #expect(statistics.max == .double(1.5))
        #expect(
            try #require(try file.pageIndex(column: 0, rowGroup: 0)).pages[0].max == .double(1.5))
        let onlyNaN = try Self.chunk(Column("a", .double), .doubles([.nan, .nan]))
        #expect(onlyNaN.statistics.min == nil && onlyNaN.statistics.max == nil)
        #expect(try onlyNaN.file.pageIndex(column: 0, rowGroup: 0)?.pages[0].min == nil)
    }

    @Test func `strings are compared byte by byte, also beyond their first eight`() throws {
        let texts = ["order-0002", "order-0001", "order-00010", "\u{e9}", ""].map { Array($0.utf8) }
        let statistics = try Self.chunk(
            Column("a", .byteArray, .string), Self.strings(texts)
        ).statistics
        #expect(statistics.min == .bytes([]) && statistics.max == .bytes(Array("\u{e9}".utf8)))
        let some = try Self.chunk(
            Column("a", .byteArray, .string), Self.strings(Array(texts[..<3]))
        ).statistics
        #expect(some.min == .bytes(texts[1]) && some.max == .bytes(texts[0]))
        #expect(some.isMinExact && some.isMaxExact)
    }

    @Test func `long bounds are shortened and stay bounds`() throws {
        let long = Array(String(repeating: "a", count: 63).utf8)
        let texts = [long + Array("\u{e9}z".utf8), long + Array("zz".utf8)]
        let (file, statistics) = try Self.chunk(
            Column("a", .byteArray, .string), Self.strings(texts))
        #expect(statistics.min == .bytes(long + Array("z".utf8)))
        #expect(!statistics.isMinExact && !statistics.isMaxExact)
        guard case .bytes(let greatest)? = statistics.max else {
            Issue.record("There is no maximum.")
            return
        }
        #expect(texts[0].lexicographicallyPrecedes(greatest) && greatest.count <= 64)
        #expect(String(validating: greatest, as: UTF8.self) != nil)
        let page = try #require(try file.pageIndex(column: 0, rowGroup: 0)).pages[0]
        #expect(page.min == statistics.min && page.max == statistics.max)
    }

    @Test func `a shortened upper bound is above all that it stands for`() {
        let limit = 8
        let texts = [
            "aaaaaaab", "aaaaaaa\u{7f}x", "aaaaaaa\u{10FFFF}x", "aaaaaaa\u{D7FF}x",
            String(repeating: "\u{10FFFF}", count: 3), "aaaaaaaaaaaaaaa",
        ].map { Array($0.utf8) }
        for text in texts {
            let lower = Truncation.lower(text, to: limit, isText: true)
            #expect(lower == text || lower.lexicographicallyPrecedes(text))
            #expect(String(validating: lower, as: UTF8.self) != nil)
            guard let upper = Truncation.upper(text, to: limit, isText: true) else {
                #expect(text.count > limit && text[0] == 0xF4)
                continue
            }
            #expect(upper == text || text.lexicographicallyPrecedes(upper))
            #expect(String(validating: upper, as: UTF8.self) != nil)
        }
        let bytes = [UInt8](repeating: 0xFF, count: 9)
        #expect(Truncation.upper(bytes, to: limit, isText: false) == nil)
        #expect(Truncation.upper([1] + bytes, to: limit, isText: false) == [2])
    }

    @Test func `pages say their rows, nulls and order`() throws {
        let rows = 5000
        let presence = (0..<rows).map { UInt8($0 < 1024 || $0 % 2 == 0 ? 0 : 1) }
        let count = presence.reduce(0) { $0 + Int($1) }
        let (file, statistics) = try Self.chunk(
            Column("a", .int64), .int64s((0..<Int64(count)).map { $0 * 1_000_003 }),
            presence: presence)
        let index = try #require(try file.pageIndex(column: 0, rowGroup: 0))
        #expect(index.order == .ascending)
        #expect(index.pages.map(\.firstRow) == [0, 1024, 2048, 3072, 4096])
        #expect(index.pages.map(\.rowCount) == [1024, 1024, 1024, 1024, 904])
        #expect(index.pages.map(\.nullCount) == [1024, 512, 512, 512, 452])
        #expect(index.pages.map(\.isAllNull) == [true, false, false, false, false])
        #expect(index.pages[0].min == nil)
        #expect(index.pages[1].min == .int64(0))
        #expect(index.pages[4].max == statistics.max)
        #expect(statistics.nullCount == rows - count)
    }

    @Test(arguments: [WriterOptions.PageVersion.v1, .v2])
    func `ranges of rows give these rows`(version: WriterOptions.PageVersion) throws {
        let schema = try TestTable.schema([.few, .random])
        let columns = TestTable.columns(of: schema, rows: 3000, seed: 5)
        let options = WriterOptions(pageVersion: version, pageRows: 1024)
        let file = try ParquetFile(
            MemorySource(try TestTable.file(schema, [columns], options)))
        let ranges: [[Range<Int>]] = [
            [0..<1], [1023..<1025], [2999..<3000], [1024..<2048], [0..<3000], [5..<5], [],
            [0..<2, 2..<3, 1000..<1100, 1200..<1201, 2900..<3000],
        ]
        for column in schema.columns.indices {
            let all = columns[column].rows
            for range in ranges {
                let read = try file.read(column: column, rowGroup: 0, rows: range)
                #expect(read.rows == range.flatMap { all[$0] })
            }
        }
        for wrong in [[-1..<2], [2999..<3001], [5..<7, 6..<8], [5..<7, 1..<2]] {
            #expect(throws: ParquetError(.misuse, "")) {
                try file.read(column: 0, rowGroup: 0, rows: wrong)
            }
        }
    }
}
