// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

@Suite struct CatalogTests {
    private func entry(_ number: Int) -> CatalogEntry {
        var ids = CatalogEntry.Chunk()
        ids.lowest = Array("order-\(number)00".utf8)
        ids.highest = Array("order-\(number)99".utf8)
        ids.bloomOffset = 4096
        ids.bloomBlocks = 8
        var rest = CatalogEntry.Chunk()
        rest.isEmpty = true
        return CatalogEntry(
            name: "2026-11-0\(number)-0001.parquet", first: UInt64(number) * 1000, records: 1000,
            bytes: 5000, sha256: [UInt8](repeating: UInt8(number), count: 32), times: 5...9,
            rowCounts: [600, 400],
            columns: [
                .init(name: "_rest", chunks: [rest, rest]),
                .init(name: "order_id", chunks: [ids, CatalogEntry.Chunk()]),
                .init(name: "asset", chunks: [filtered(["AAPL", "MSFT"]), rest]),
            ], hasAllTexts: number != 4)
    }

    /// A chunk of which the catalog has a filter.
    private func filtered(_ values: [String]) -> CatalogEntry.Chunk {
        var chunk = CatalogEntry.Chunk()
        var filter = SplitBlockBloomFilter(distinct: values.count, falsePositives: 0.01)
        var texts = ByteStrings()
        for value in values { Array(value.utf8).withUnsafeBytes { texts.append($0) } }
        filter.insert(.strings(texts))
        filter.append(to: &chunk.filter)
        return chunk
    }

    private func digest(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 32) }

    @Test("What is written is read back")
    func roundTrip() throws {
        let records = (1...5).compactMap { CatalogRecord(entry($0)) }
        let reader = try #require(CatalogReader(Catalog.encode(records)))
        #expect(reader.count == 5)
        let row = try #require(
            reader.row(
                name: "2026-11-03-0001.parquet", first: 3000, records: 1000, sha256: digest(3)))
        #expect(row.times == 5...9)
        let block = try #require(reader.block(of: row))
        #expect(block.rowCounts == [600, 400])
        #expect(block.chunks(of: Array("order_id".utf8)) == entry(3).columns[1].chunks)
        #expect(block.chunks(of: Array("_rest".utf8)) == entry(3).columns[0].chunks)
        #expect(block.chunks(of: Array("asset".utf8)) == entry(3).columns[2].chunks)
        #expect(block.chunks(of: Array("side".utf8)) == nil)
        #expect(reader.record(of: row) == records[2])
    }

    @Test("A row counts only for the very file that it was made of")
    func otherFile() throws {
        let reader = try #require(
            CatalogReader(Catalog.encode((1...3).compactMap { CatalogRecord(entry($0)) })))
        let name = "2026-11-02-0001.parquet"
        #expect(reader.row(name: name, first: 2000, records: 1000, sha256: digest(2)) != nil)
        #expect(reader.row(name: name, first: 2000, records: 1000, sha256: digest(3)) == nil)
        #expect(reader.row(name: name, first: 2000, records: 999, sha256: digest(2)) == nil)
        #expect(reader.row(name: name, first: 1000, records: 1000, sha256: digest(2)) == nil)
        #expect(
            reader.row(name: name + "x", first: 2000, records: 1000, sha256: digest(2)) == nil)
    }

    @Test("Each byte altered or cut off is noticed, or says the same")
    func damage() throws {
        let bytes = Catalog.encode((1...3).compactMap { CatalogRecord(entry($0)) })
        func said(_ reader: CatalogReader?) -> [CatalogRecord?] {
            (1...3).map { number in
                reader?.row(
                    name: "2026-11-0\(number)-0001.parquet", first: UInt64(number) * 1000,
                    records: 1000, sha256: digest(number)
                ).flatMap { reader?.record(of: $0) }
            }
        }
        let truth = said(CatalogReader(bytes))
        for place in bytes.indices {
            for bits: UInt8 in [0x01, 0x80, 0xFF] {
                var altered = bytes
                altered[place] ^= bits
                for (found, real) in zip(said(CatalogReader(altered)), truth) where found != nil {
                    #expect(found == real, "byte \(place)")
                }
            }
            #expect(
                zip(said(CatalogReader(Array(bytes[..<place]))), truth)
                    .allSatisfy { $0 == nil || $0 == $1 })
        }
    }

    /// The row groups that may have a text, as the catalog of one segment tells; bits.
    private func groups(
        _ column: String, _ texts: [String], in entry: CatalogEntry, isInFile: Bool = true
    ) throws -> CatalogRowGroups {
        let record = try #require(CatalogRecord(entry))
        let reader = try #require(CatalogReader(Catalog.encode([record])))
        let row = try #require(
            reader.row(
                name: entry.name, first: entry.first, records: entry.records, sha256: entry.sha256))
        let block = try #require(reader.block(of: row))
        let wanted = CatalogTexts(
            column: Array(column.utf8), texts: texts.map { Array($0.utf8) })
        return block.mayHold(wanted, from: 0) { _, _ in isInFile }
    }

    @Test("A filter of the catalog tells which row groups cannot have a text")
    func filters() throws {
        #expect(try groups("asset", ["AAPL"], in: entry(3)) == 1)
        #expect(try groups("asset", ["TSLA", "MSFT"], in: entry(3)) == 1)
        #expect(try groups("asset", ["TSLA"], in: entry(3)) == 0)
        #expect(try groups("asset", [], in: entry(3)) == 0)
    }

    @Test("Where the file has the filter, the file is asked, and only for texts in range")
    func filtersInFile() throws {
        #expect(try groups("order_id", ["order-350"], in: entry(3)) == 3)
        #expect(try groups("order_id", ["order-350"], in: entry(3), isInFile: false) == 2)
        #expect(try groups("order_id", ["order-450"], in: entry(3)) == 2)
    }

    @Test("A column that is not there has no value only where all texts are there")
    func allTexts() throws {
        #expect(try groups("side", ["buy"], in: entry(3)) == 0)
        #expect(try groups("side", ["buy"], in: entry(4)) == .max)
        var many = entry(3)
        many.columns.append(.init(name: String(repeating: "x", count: 70_000), chunks: []))
        #expect(try groups("side", ["buy"], in: many) == .max)
    }

    @Test("Row groups beyond 64 are asked about in turn")
    func manyRowGroups() throws {
        var entry = entry(3)
        entry.rowCounts = [UInt32](repeating: 10, count: 130)
        var chunks = [CatalogEntry.Chunk](repeating: filtered(["AAPL"]), count: 130)
        chunks[64] = filtered(["TSLA"])
        chunks[129] = filtered(["TSLA"])
        entry.columns = [.init(name: "asset", chunks: chunks)]
        let record = try #require(CatalogRecord(entry))
        let reader = try #require(CatalogReader(Catalog.encode([record])))
        let row = try #require(
            reader.row(
                name: entry.name, first: entry.first, records: entry.records, sha256: entry.sha256))
        let block = try #require(reader.block(of: row))
        let wanted = CatalogTexts(column: Array("asset".utf8), texts: [Array("TSLA".utf8)])
        let found = [0, 64, 128].map { block.mayHold(wanted, from: $0) { _, _ in true } }
        #expect(found == [0, 1, 2])
    }

    @Test("A cut-off highest value stands for all that begin with it")
    func cutOff() throws {
        var chunk = CatalogEntry.Chunk()
        chunk.lowest = Array("b".utf8)
        chunk.highest = Array("order".utf8)
        func mayHold(_ text: String) throws -> Bool {
            var entry = entry(3)
            entry.columns = [.init(name: "order_id", chunks: [chunk, chunk])]
            return try groups("order_id", [text], in: entry) != 0
        }
        #expect(try mayHold("order-99"))
        #expect(try mayHold("b"))
        #expect(try !mayHold("a"))
        #expect(try !mayHold("p"))
        chunk.isEmpty = true
        #expect(try !mayHold("order"))
    }
}
