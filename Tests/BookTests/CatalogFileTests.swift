// SPDX-License-Identifier: Apache-2.0

import Masking
import Segments
import Testing
import TransparencyLog

@testable import Book

/// The catalog follows the sealed days, and cannot lie unnoticed.
@Suite struct CatalogFileTests {
    let directory = TemporaryDirectory()
    let clock = TestClock("2026-11-20T10:00:00Z")

    /// A book of three sealed days.
    private func days() throws -> (BookPlace, BookCore) {
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.delayNanoseconds = 0
        let place = place(directory, clock: clock)
        let core = try #require(try BookCore.open(place, settings))
        for day in 0..<3 {
            _ = try core.append([trades((day * 50)..<(day * 50 + 50))])
            try core.rotate()
            try work(core)
            clock.microseconds += 86_400_000_000
        }
        return (place, core)
    }

    @Test("Every sealed day is in it, and what was known is taken over")
    func follows() throws {
        let (place, core) = try days()
        let catalog = try #require(CatalogFile(place).read())
        let sealed = core.manifest.closed.filter { $0.segment != nil }
        #expect(sealed.count >= 3)
        #expect(catalog.count == sealed.count)
        for file in sealed {
            let segment = try #require(file.segment)
            let row = try #require(catalog.row(of: segment, file))
            let block = try #require(catalog.block(of: row))
            #expect(block.rowCounts.reduce(0, +) == UInt32(file.records))
            #expect(block.chunks(of: Array("order_id".utf8))?.isEmpty == false)
        }
        let before = bytes(CatalogFile(place).path)
        try place.disk.remove(CatalogFile(place).path)
        CatalogFile(place).refresh(core.manifest)
        #expect(bytes(CatalogFile(place).path) == before)
        #expect(try BookVerifier(place).run().isSound)
        core.abandon()
    }

    @Test("verify says no when a catalog says something else than its segment")
    func lies() throws {
        let (place, core) = try days()
        let reader = try #require(CatalogFile(place).read())
        let file = try #require(core.manifest.closed.first { $0.segment != nil })
        let segment = try #require(file.segment)
        // All ids are said to be below the real ones: a search for one would pass the day over.
        var empty = CatalogEntry.Chunk()
        empty.isEmpty = true
        let forged = try #require(
            CatalogRecord(
                CatalogEntry(
                    name: segment.name, first: file.first, records: file.records,
                    bytes: UInt64(segment.bytes), sha256: segment.sha256.bytes,
                    times: .min ... .max, rowCounts: [UInt32(file.records)],
                    columns: [.init(name: "order_id", chunks: [empty])])))
        var records = [forged]
        for other in core.manifest.closed.dropFirst() {
            guard let segment = other.segment, let row = reader.row(of: segment, other) else {
                continue
            }
            records.append(try #require(reader.record(of: row)))
        }
        try overwrite(CatalogFile(place).path, Catalog.encode(records))
        let verdict = try BookVerifier(place).run()
        #expect(!verdict.isSound)
        #expect(verdict.findings.map(\.file) == [CatalogFile(place).path])
        #expect(verdict.findings.first?.records?.lowerBound == file.first)
        core.abandon()
    }

    @Test("A damaged catalog is left aside and made again")
    func damaged() throws {
        let (place, core) = try days()
        var altered = bytes(CatalogFile(place).path)
        let whole = altered
        altered[40] ^= 1
        try overwrite(CatalogFile(place).path, altered)
        #expect(CatalogFile(place).read() == nil)
        #expect(try BookVerifier(place).run().isSound)
        CatalogFile(place).refresh(core.manifest)
        #expect(bytes(CatalogFile(place).path) == whole)
        core.abandon()
    }
}
