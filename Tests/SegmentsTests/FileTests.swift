// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

@Suite("Parts and segments as files")
struct FileTests {
    private func header(_ first: UInt64, _ records: Int) -> SegmentHeader {
        SegmentHeader(
            origin: "example.com/audit", date: "2026-11-20", first: first,
            records: UInt64(records))
    }

    private func part(
        _ lines: [[UInt8]], first: UInt64, day: DayColumns, key: EncryptionKey? = nil
    ) throws -> SegmentReader {
        let sink = try SegmentFiles.writePart(
            encode(lines, day: day), header: header(first, lines.count), to: MemorySink(),
            options: SegmentOptions(key: key))
        return try SegmentReader(MemorySource(sink.bytes), key: key)
    }

    private func lines(
        of reader: SegmentReader, in range: Range<UInt64>? = nil
    ) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var next = (range ?? reader.range).clamped(to: reader.range).lowerBound
        try reader.forEachBatch(in: range ?? reader.range) { batch in
            #expect(batch.firstIndex == next)
            next += UInt64(batch.count)
            for position in 0..<batch.count { lines.append(Array(batch.line(position))) }
            #expect(batch.bytes.count == lines.suffix(batch.count).reduce(0) { $0 + $1.count + 1 })
            return true
        }
        return lines
    }

    @Test(
        "a part gives its lines back, all of them or a range", arguments: [nil, 16, 32] as [Int?])
    func part(keyBytes: Int?) throws {
        let key = try keyBytes.map { try EncryptionKey([UInt8](repeating: 7, count: $0)) }
        var records = RandomRecords(seed: 1, longest: 100)
        let lines = (0..<900).map { _ in records.line() }
        let reader = try part(lines, first: 1000, day: DayColumns(), key: key)
        #expect(reader.range == 1000..<1900)
        #expect(reader.header == header(1000, 900))
        #expect(try self.lines(of: reader) == lines)
        #expect(try self.lines(of: reader, in: 900..<1003) == Array(lines[..<3]))
        #expect(try self.lines(of: reader, in: 1555..<1666) == Array(lines[555..<666]))
        #expect(try self.lines(of: reader, in: 1899..<9000) == [lines[899]])
        #expect(try self.lines(of: reader, in: 0..<10) == [])
        if key != nil {
            #expect(reader.file.isEncrypted)
        }
    }

    @Test("parts merged into a segment are the same lines in the same order")
    func merge() throws {
        let key = try EncryptionKey([UInt8](repeating: 9, count: 32))
        for encryption in [nil, key] {
            let day = DayColumns()
            var all: [[UInt8]] = []
            var parts: [SegmentReader] = []
            for seed in 0..<4 {
                var records = RandomRecords(seed: UInt64(seed), names: seed * 10 + 1, longest: 100)
                let lines = (0..<(100 + seed * 100)).map { _ in records.line() }
                parts.append(
                    try part(lines, first: 77 + UInt64(all.count), day: day, key: encryption))
                all += lines
            }
            var header = header(77, all.count)
            header.root = [UInt8](repeating: 5, count: 32)
            header.checkpoint = "example.com/audit\n1\nAAAA\n\n— sig\n"
            let sink = try SegmentFiles.merge(
                parts, header: header, to: MemorySink(), options: SegmentOptions(key: encryption))
            let segment = try SegmentReader(MemorySource(sink.bytes), key: encryption)
            #expect(segment.header == header)
            #expect(segment.file.rowGroups.map(\.rowCount) == [100, 200, 300, 400])
            #expect(try lines(of: segment) == all)
            #expect(
                try lines(of: segment, in: 150..<600) == Array(all[(150 - 77)..<(600 - 77)]))
            let wrong = self.header(78, all.count)
            #expect(throws: SegmentError(.damaged, "")) {
                _ = try SegmentFiles.merge(parts, header: wrong, to: MemorySink())
            }
        }
    }

    @Test("chosen rows are the same as those read in order")
    func randomAccess() throws {
        var records = RandomRecords(seed: 3, longest: 100)
        let lines = (0..<800).map { _ in records.line() }
        let reader = try part(lines, first: 0, day: DayColumns())
        var random = SplitMix(seed: 4)
        var batch = LineBatch()
        for share in [1, 5, 50, 99] {
            let rows = (0..<lines.count).filter { _ in random.chance(share) }
            batch.removeAll()
            try reader.rebuild(rowGroup: 0, rows: rows, into: &batch)
            #expect((0..<batch.count).map { Array(batch.line($0)) } == rows.map { lines[$0] })
        }
        batch.removeAll()
        try reader.rebuild(rowGroup: 0, rows: 700..<702, into: &batch)
        try reader.rebuild(rowGroup: 0, rows: [], into: &batch)
        #expect((0..<batch.count).map { Array(batch.line($0)) } == Array(lines[700..<702]))
        #expect(throws: SegmentError(.damaged, "")) {
            try reader.rebuild(rowGroup: 0, rows: [5, 4], into: &batch)
        }
        #expect(throws: SegmentError.self) {
            try reader.rebuild(rowGroup: 0, rows: [800], into: &batch)
        }
    }

    @Test("a body that says stop is not called again")
    func stop() throws {
        let lines = (0..<9_000).map { Array("{\"n\":\($0)}".utf8) }
        let reader = try part(lines, first: 0, day: DayColumns())
        var calls = 0
        try reader.forEachBatch(in: 0..<9_000) { batch in
            #expect(batch.count == Limits.batchLinesMax)
            calls += 1
            return calls < 2
        }
        #expect(calls == 2)
    }

    @Test("a file that is no segment, or another one, is refused with a reason")
    func refusals() throws {
        let schema = try Schema([Column("a", .int64)])
        var writer = try ParquetWriter(to: MemorySink(), schema: schema)
        try writer.finish()
        let foreign = writer.sink.bytes
        #expect(throws: SegmentError(.damaged, "")) { try SegmentReader(MemorySource(foreign)) }
        #expect(throws: SegmentError(.damaged, "")) { try SegmentReader(MemorySource([1, 2, 3])) }
        writer = try ParquetWriter(to: MemorySink(), schema: schema)
        try writer.finish(metadata: [KeyValue("daybook.version", "2")])
        let newer = writer.sink.bytes
        #expect(throws: SegmentError(.unsupported, "")) { try SegmentReader(MemorySource(newer)) }
        let group = try encode(["{}"])
        #expect(throws: SegmentError(.damaged, "")) {
            _ = try SegmentFiles.writePart(group, header: header(0, 2), to: MemorySink())
        }
        let key = try EncryptionKey([UInt8](repeating: 1, count: 16))
        let sink = try SegmentFiles.writePart(
            group, header: header(0, 1), to: MemorySink(), options: SegmentOptions(key: key))
        #expect(throws: SegmentError(.decryption, "")) {
            try SegmentReader(MemorySource(sink.bytes))
        }
    }

    @Test("columns that contradict the shapes of the lines are found out")
    func contradictions() throws {
        let lines = (0..<50).map {
            #"{"event":"x","amount":"\#($0).\#($0 % 2 == 0 ? 5 : 25)","n":\#($0)}"#
        }
        let group = try encode(lines)
        func expectDamage(_ change: (inout SegmentRowGroup) throws -> Void) throws {
            var changed = group
            try change(&changed)
            #expect(throws: SegmentError(.damaged, "")) { _ = try rebuild(changed) }
        }
        let amount = try #require(group.schema.index(of: "amount"))
        let shape = try #require(group.schema.index(of: "_shape"))
        let scales = try #require(group.schema.index(of: "_scales"))
        try expectDamage { group in
            var presence = [UInt8](repeating: 1, count: 50)
            presence[7] = 0
            group.columns[amount] = ColumnVector(
                count: 50, presence: presence, values: .int64s([Int64](repeating: 5, count: 49)))
        }
        try expectDamage { group in
            // More digits than the notation says.
            group.columns[amount].values = .int64s([Int64](repeating: 123_456_789, count: 50))
        }
        for text in [
            "", "{", "{}x", "{\"event\":\"s\",}", "{\"event\":\"q\"}", "{\"nothing\":\"s\"}",
            "{\"amount\":\"j\"}", "{\"event\":\"wn\"}", "{\"event\"", "{\"event\":s}",
        ] {
            try expectDamage { group in
                group.columns[shape].values = .dictionary(
                    codes: [UInt32](repeating: 0, count: 50),
                    .strings(
                        ByteStrings(data: Array(text.utf8), offsets: [0, UInt32(text.utf8.count)])))
            }
        }
        // The first notation stands in the shape.
        #expect(group.columns[scales].values.count == 49)
        try expectDamage { group in
            group.columns[scales].values = .dictionary(
                codes: [UInt32](repeating: 0, count: 49),
                .strings(ByteStrings(data: [1, 1], offsets: [0, 2])))
        }
        try expectDamage { group in
            group.columns[scales].values = .strings(
                ByteStrings(data: [1], offsets: [1, 0] + [UInt32](repeating: 1, count: 48)))
        }
    }
}
