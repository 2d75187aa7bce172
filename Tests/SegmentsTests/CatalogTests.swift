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
            ])
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
        #expect(block.chunks(of: Array("asset".utf8)) == nil)
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

    @Test("A cut-off highest value stands for all that begin with it")
    func cutOff() throws {
        var chunk = CatalogEntry.Chunk()
        chunk.lowest = Array("b".utf8)
        chunk.highest = Array("order".utf8)
        func mayHold(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes { chunk.mayHold(string: $0) }
        }
        #expect(mayHold("order-99"))
        #expect(mayHold("b"))
        #expect(!mayHold("a"))
        #expect(!mayHold("p"))
        chunk.isEmpty = true
        #expect(!mayHold("order"))
    }
}
