// SPDX-License-Identifier: Apache-2.0

import Foundation
import Parquet
import Records
import Segments
import Testing

@testable import Query

/// The engine over columns must say what `RowEvaluator` says over the same lines: random records,
/// random queries. A failure prints the seed; QUERY_SEEDS=N runs more of them.
@Suite struct SegmentScanTests {
    static let seeds: Int =
        ProcessInfo.processInfo.environment["QUERY_SEEDS"].flatMap { Int($0) } ?? 3

    private func segment(_ lines: [[UInt8]], groups: Int) throws -> SegmentFile {
        let day = DayColumns()
        var parts: [SegmentReader] = []
        let share = (lines.count + groups - 1) / groups
        for first in stride(from: 0, to: lines.count, by: share) {
            let encoder = SegmentEncoder(day: day)
            let mine = lines[first..<min(lines.count, first + share)]
            for line in mine { line.withUnsafeBufferPointer { encoder.append(line: $0) } }
            let header = SegmentHeader(
                origin: "test", date: "2026-11-20", first: UInt64(first),
                records: UInt64(mine.count))
            let sink = try SegmentFiles.writePart(
                try encoder.finish(), header: header, to: MemorySink())
            parts.append(try SegmentReader(MemorySource(sink.bytes)))
        }
        let header = SegmentHeader(
            origin: "test", date: "2026-11-20", first: 0, records: UInt64(lines.count))
        let sink = try SegmentFiles.merge(parts, header: header, to: MemorySink())
        let reader = try SegmentReader(MemorySource(sink.bytes))
        return SegmentFile(
            reader: reader, fields: SegmentFields(reader.file.schema), filter: .all, time: .all,
            range: reader.range)
    }

    @Test("Matches over columns are those over lines", arguments: 0..<seeds)
    func matches(seed: Int) throws {
        var random = RandomQueries(seed: UInt64(seed) &* 7919 &+ 1)
        let lines = (0..<200).map { _ in Array(random.line().utf8) }
        let plain = try segment(lines, groups: 3)
        for query in 0..<25 {
            let filter = random.filter()
            let time = random.time()
            var expected: [UInt64] = []
            var row = RowEvaluator(filter, time: time)
            for (index, line) in lines.enumerated()
            where line.withUnsafeBufferPointer({ row.matches($0) }) {
                expected.append(UInt64(index))
            }
            let file = SegmentFile(
                reader: plain.reader, fields: plain.fields, filter: filter, time: time,
                range: plain.range)
            var scan = SegmentScan(filter, time)
            var found: [UInt64] = []
            for group in file.reader.file.rowGroups.indices {
                let unit = SegmentUnit.rowGroup(file, group, first: file.first(of: group))
                try scan.matches(in: unit) { (matches) throws(QueryError) in
                    found += matches.indexes
                    return try matches.forEach { index, line in
                        #expect(Array(line) == lines[Int(index)], "seed \(seed), query \(query)")
                        return true
                    }
                }
            }
            #expect(found == expected, "seed \(seed), query \(query): \(filter) \(time)")
            if found != expected { return }
        }
    }

    @Test("Figures over columns are those over lines", arguments: 0..<seeds)
    func figures(seed: Int) throws {
        var random = RandomQueries(seed: UInt64(seed) &* 104_729 &+ 3)
        let lines = (0..<160).map { _ in Array(random.line().utf8) }
        let plain = try segment(lines, groups: 2)
        for query in 0..<25 {
            let filter = random.dice.chance(40) ? .all : random.filter()
            let time = random.time()
            let plan = random.plan()
            var expected = StatsTable(plan)
            var row = RowEvaluator(filter, time: time)
            for line in lines {
                try line.withUnsafeBufferPointer {
                    if row.matches($0) { try expected.add(row) }
                }
            }
            let file = SegmentFile(
                reader: plain.reader, fields: plain.fields, filter: filter, time: time,
                range: plain.range)
            var scan = SegmentScan(filter, time)
            var table = StatsTable(plan)
            for group in file.reader.file.rowGroups.indices {
                try scan.add(.rowGroup(file, group, first: file.first(of: group)), to: &table)
            }
            let rows = try table.rows()
            let expectedRows = try expected.rows()
            let isSame =
                rows == expectedRows && table.matched == expected.matched
                && table.skipped.map(\.count) == expected.skipped.map(\.count)
            #expect(
                isSame,
                """
                seed \(seed), query \(query): \(filter) \(time) \(plan)
                \(rows) \(table.skipped) instead of
                \(expectedRows) \(expected.skipped)
                """)
            if !isSame { return }
        }
    }
}
