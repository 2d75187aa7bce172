// SPDX-License-Identifier: Apache-2.0

import Parquet
import Synchronization
import Testing

/// A source that remembers what was read.
private final class WatchedSource: ParquetSource {
    private let bytes: MemorySource
    private let reads = Mutex<[Range<Int>]>([])

    init(_ bytes: [UInt8]) { self.bytes = MemorySource(bytes) }

    var size: Int { bytes.size }

    func withBytes<Value>(
        at offset: Int, count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        reads.withLock { $0.append(offset..<(offset + count)) }
        return try bytes.withBytes(at: offset, count: count, body)
    }

    /// What was read since the last call.
    func taken() -> [Range<Int>] {
        reads.withLock { reads in
            defer { reads = [] }
            return reads
        }
    }
}

@Suite struct BloomFileTests {
    private static let count = 6000

    /// Ids in order, and without one.
    private static func file(_ filters: WriterOptions.BloomFilters) throws -> [UInt8] {
        var random = TestRandom(9)
        var ordered = ByteStrings()
        var shuffled = ByteStrings()
        for index in 0..<count {
            // As ids of orders do: now and then one from a while ago.
            let late = random.next() % 2 == 0 ? 0 : Int(random.next() % 300)
            Array("id-\(1_000_000 + index - late)".utf8).withUnsafeBytes { ordered.append($0) }
            Array("id-\(random.next())".utf8).withUnsafeBytes { shuffled.append($0) }
        }
        let schema = try Schema([
            Column("ordered", .byteArray, .string), Column("random", .byteArray, .string),
            Column("number", .int64),
        ])
        let columns = [
            ColumnVector(count: count, values: .strings(ordered)),
            ColumnVector(count: count, values: .strings(shuffled)),
            ColumnVector(count: count, values: .int64s((0..<Int64(count)).map { $0 * $0 })),
        ]
        return try TestTable.file(
            schema, [columns], WriterOptions(pageRows: 1024, bloomFilters: filters))
    }

    @Test func `ids in no order get a filter, ids in order do not need one`() throws {
        let file = try ParquetFile(MemorySource(try Self.file(.automatic)))
        #expect(file.rowGroups[0].columns.map(\.hasBloomFilter) == [false, true, false])
        let none = try ParquetFile(MemorySource(try Self.file(.none)))
        #expect(none.rowGroups[0].columns.allSatisfy { !$0.hasBloomFilter })
    }

    @Test func `a filter never denies what is there, and reads one block`() throws {
        let source = WatchedSource(try Self.file(.columns(["random": nil, "number": 6000])))
        let file = try ParquetFile(source)
        let ids = try file.read(column: 1, rowGroup: 0).rows
        for id in ids.prefix(500) {
            #expect(try file.mayContain(.bytes(#require(id)), column: 1, rowGroup: 0))
        }
        #expect(try file.mayContain(.int64(49), column: 2, rowGroup: 0))
        let location = try #require(try file.bloomLocation(column: 1, rowGroup: 0))
        _ = source.taken()
        var wrong = 0
        for index in 0..<1000 {
            let found = try Array("no-\(index)".utf8).withUnsafeBytes {
                try file.mayContain($0, at: location)
            }
            wrong += found ? 1 : 0
        }
        #expect(wrong < 60)
        #expect(source.taken().allSatisfy { $0.count == 32 })
        #expect(try file.mayContain(.bytes([1]), column: 0, rowGroup: 0))
        #expect(try file.bloomLocation(column: 0, rowGroup: 0) == nil)
    }

    @Test func `one row is read with one page`() throws {
        let source = WatchedSource(try Self.file(.none))
        let file = try ParquetFile(source)
        let index = try #require(try file.pageIndex(column: 1, rowGroup: 0))
        _ = source.taken()
        let row = try file.read(column: 1, rowGroup: 0, rows: 3000..<3001)
        #expect(row.count == 1)
        let page = index.pages[2]
        let reads = source.taken().filter { $0.overlaps(0..<index.pages[5].offset) }
        #expect(reads == [page.offset..<(page.offset + page.compressedSize)])
    }
}
